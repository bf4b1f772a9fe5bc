// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.hadoop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.decisionlab.testbed.httpfs.HttpFs;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real HttpFS in front of a real NameNode and DataNode, with the jar that a server gets. */
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(300)
class HttpFsIT {

  private static final String AUDIENCE = HttpFsWithTokens.AUDIENCE;

  private final HttpClient client = HttpClient.newHttpClient();
  private final List<String> tokens = new ArrayList<>();
  private HttpFsWithTokens there;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    there = HttpFsWithTokens.start(folder, Path.of(System.getProperty("decisionlab.server.jar")));
    there.makeHome("ada");
    there.makeHome("bob");
    String token = token("ada", "storage.modify:/home/ada");
    HttpResponse<String> reply = put("/home/ada/words.txt", "CREATE&data=true", token, "größer\n");
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(201);
  }

  @AfterAll
  void stop() {
    there.close();
  }

  private String token(String user, String scope) throws Exception {
    return token(user, AUDIENCE, scope, Instant.now().plusSeconds(600));
  }

  private String token(String user, String audience, String scope, Instant end) throws Exception {
    String token = there.token(user, audience, scope, end);
    tokens.add(token);
    return token;
  }

  private HttpResponse<String> ask(
      String method, String address, String token, BodyPublisher body, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(there.address() + address)).method(method, body);
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), BodyHandlers.ofString(UTF_8));
  }

  private HttpResponse<String> get(String path, String operation, String token) throws Exception {
    return ask("GET", "/webhdfs/v1" + path + "?op=" + operation, token, BodyPublishers.noBody());
  }

  private HttpResponse<String> put(String path, String operation, String token, String content)
      throws Exception {
    return ask(
        "PUT",
        "/webhdfs/v1" + path + "?op=" + operation,
        token,
        BodyPublishers.ofString(content),
        "Content-Type",
        "application/octet-stream");
  }

  private static String challenge(HttpResponse<?> reply) {
    return reply.headers().firstValue("WWW-Authenticate").orElse("");
  }

  @Test
  void whatAScopeCoversIsListedAndReadAsTheUser() throws Exception {
    String token = token("ada", "storage.read:/home/ada");
    HttpResponse<String> listed = get("/home/ada", "LISTSTATUS", token);
    assertThat(listed.statusCode()).as(listed.body()).isEqualTo(200);
    assertThat(listed.body()).contains("words.txt").contains("\"owner\":\"ada\"");
    assertThat(get("/home/ada/words.txt", "OPEN&offset=1", token).body()).isEqualTo("rößer\n");
    assertThat(get("/", "GETHOMEDIRECTORY", token).body().replace("\\/", "/"))
        .contains("/user/ada");
    assertThat(listed.headers().firstValue("Set-Cookie")).isEmpty();
  }

  @Test
  void withoutATokenNothingIsSaidButThatOneIsNeeded() throws Exception {
    for (String user :
        List.of("", "&user.name=ada", "&user.name=" + System.getProperty("user.name"))) {
      HttpResponse<String> reply = get("/home/ada", "LISTSTATUS" + user, "");
      assertThat(reply.statusCode()).isEqualTo(401);
      assertThat(challenge(reply)).isEqualTo("Bearer realm=\"hdfs\"");
      assertThat(reply.body()).contains("AccessControlException").doesNotContain("words.txt");
    }
  }

  @Test
  void aTokenThatDoesNotHoldIsRefusedWithTheReason() throws Exception {
    Instant later = Instant.now().plusSeconds(600);
    String elsewhere = token("ada", "https://other.example.org", "storage.read:/", later);
    assertThat(challenge(get("/home/ada", "LISTSTATUS", elsewhere)))
        .contains("error=\"invalid_token\"", "audience " + AUDIENCE);
    String ended = token("ada", AUDIENCE, "storage.read:/", Instant.now().minusSeconds(5));
    HttpResponse<String> reply = get("/home/ada", "LISTSTATUS", ended);
    assertThat(reply.statusCode()).isEqualTo(401);
    assertThat(challenge(reply)).contains("expired at").doesNotContain(ended);
    String good = token("ada", "storage.read:/");
    String forged = good.substring(0, good.lastIndexOf('.') + 1) + "AAAA";
    assertThat(get("/home/ada", "LISTSTATUS", forged).statusCode()).isEqualTo(401);
    assertThat(get("/home/ada", "LISTSTATUS", good).statusCode()).isEqualTo(200);
  }

  @Test
  void whatNoScopeCoversIsForbidden() throws Exception {
    String token = token("ada", "storage.read:/home/ad storage.read:/home/ada/words.txt");
    assertThat(get("/home/ada/words.txt", "OPEN", token).statusCode()).isEqualTo(200);
    for (String path : List.of("/home/ada", "/", "/home", "/home/ada/words.txt.old")) {
      HttpResponse<String> reply = get(path, "LISTSTATUS", token);
      assertThat(reply.statusCode()).as(path).isEqualTo(403);
      assertThat(challenge(reply))
          .contains("error=\"insufficient_scope\"", "scope=\"storage.read:" + path + "\"");
      assertThat(reply.body()).contains("\"RemoteException\"", "AccessControlException");
    }
    assertThat(get("/home/ada", "LISTSTATUS", token("ada", "openid wlcg")).statusCode())
        .isEqualTo(403);
  }

  @Test
  void whatHdfsForbidsTheUserNoScopePermits() throws Exception {
    HttpResponse<String> reply = get("/home/bob", "LISTSTATUS", token("ada", "storage.read:/"));
    assertThat(reply.statusCode()).as("HttpFS says it with 500").isIn(403, 500);
    assertThat(reply.body()).contains("Permission denied: user=ada", "AccessControlException");
    assertThat(challenge(reply)).isEmpty();
  }

  @Test
  void writingNeedsItsOwnScopes() throws Exception {
    String reading = token("bob", "storage.read:/home/bob");
    String making = token("bob", "storage.create:/home/bob");
    String changing = token("bob", "storage.modify:/home/bob");
    String create = "CREATE&data=true&overwrite=false";
    assertThat(put("/home/bob/a", create, reading, "1").statusCode()).isEqualTo(403);
    assertThat(put("/home/bob/a", create, making, "1").statusCode()).isEqualTo(201);
    assertThat(put("/home/bob/a", "CREATE&data=true", making, "2").statusCode()).isEqualTo(403);
    assertThat(get("/home/bob/a", "OPEN", reading).body()).isEqualTo("1");
    assertThat(put("/home/bob/a", "RENAME&destination=/home/b", changing, "").statusCode())
        .isEqualTo(403);
    String address = "/webhdfs/v1/home/bob/a?op=DELETE";
    assertThat(ask("DELETE", address, making, BodyPublishers.noBody()).statusCode()).isEqualTo(403);
    assertThat(ask("DELETE", address, changing, BodyPublishers.noBody()).statusCode())
        .isEqualTo(200);
    assertThat(get("/home/bob/a", "GETFILESTATUS", reading).statusCode()).isEqualTo(404);
  }

  @Test
  void nobodyComesInAsSomebodyElse() throws Exception {
    String token = token("ada", "storage.read:/");
    for (String name : List.of("hdfs", "root", System.getProperty("user.name"))) {
      assertThat(get("/home/bob", "LISTSTATUS", token(name, "storage.read:/")).statusCode())
          .as(name)
          .isEqualTo(403);
      String asOther = "LISTSTATUS&user.name=" + name;
      assertThat(get("/home/bob", asOther, token).body()).as(name).contains("user=ada");
    }
    for (String trick : List.of("&doas=bob", "&doAs=bob", "&delegation=x", "&op=LISTSTATUS")) {
      assertThat(get("/home/bob", "LISTSTATUS" + trick, token).statusCode())
          .as(trick)
          .isIn(400, 403);
    }
    for (String page :
        List.of("/jmx", "/conf", "/stacks", "/logLevel", "/webhdfs/v1/?op=GETDELEGATIONTOKEN")) {
      assertThat(ask("GET", page, token, BodyPublishers.noBody()).statusCode())
          .as(page)
          .isEqualTo(403);
    }
  }

  @Test
  void aCookieIsNoTokenAndTwoTokensAreNone() throws Exception {
    String token = token("ada", "storage.read:/home/ada");
    String address = "/webhdfs/v1/home/ada?op=LISTSTATUS";
    String said = "u=ada&p=ada&t=" + BearerAuthenticationHandler.TYPE + "&e=99999999999999";
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(HttpFs.SIGNATURE_SECRET.getBytes(UTF_8), "HmacSHA256"));
    String signature = Base64.getEncoder().encodeToString(mac.doFinal(said.getBytes(UTF_8)));
    for (String shown : List.of("", token)) {
      HttpResponse<String> reply =
          ask(
              "GET",
              address,
              shown,
              BodyPublishers.noBody(),
              "Cookie",
              "hadoop.auth=\"" + said + "&s=" + signature + "\"");
      assertThat(reply.statusCode()).isEqualTo(401);
      assertThat(reply.body()).as("it is well signed").contains("a cookie is no access token");
    }
    assertThat(
            ask("GET", address, token, BodyPublishers.noBody(), "Authorization", "Bearer x")
                .statusCode())
        .isEqualTo(400);
  }

  @Test
  void noTokenIsWrittenDown() throws Exception {
    String token = token("ada", "storage.read:/home/ada");
    assertThat(get("/home/ada", "LISTSTATUS", token).statusCode()).isEqualTo(200);
    assertThat(get("/home", "LISTSTATUS", token).statusCode()).isEqualTo(403);
    String log = Files.readString(there.log());
    assertThat(log)
        .contains(
            "subject-of-ada@" + there.issuer().replaceFirst("/$", "") + " as ada: LISTSTATUS");
    for (String each : tokens) {
      assertThat(log).doesNotContain(each.substring(each.lastIndexOf('.') + 1));
    }
  }
}
