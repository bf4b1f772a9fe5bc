// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.decisionlab.sidecar.Client.Reply;
import org.decisionlab.sidecar.SidecarSettings.Access;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Users who log in at IAM, as its simulator behaves, and what they may do at the sidecar. */
class IamTest {

  private static final String AUDIENCE = "https://sidecar.example.org";
  private static final String GROUPS = "openid profile wlcg wlcg.groups";
  private static final AtomicInteger NUMBER = new AtomicInteger();

  @TempDir static Path folder;
  private static Iam iam;

  private Path directory;
  private LocalSidecar sidecar;
  private Client client;

  @BeforeAll
  static void startIam() throws Exception {
    iam = Iam.start(folder);
  }

  @AfterAll
  static void stopIam() {
    iam.close();
  }

  @BeforeEach
  void start() throws Exception {
    directory = Files.createDirectory(folder.resolve("test" + NUMBER.incrementAndGet()));
    iam.switches(
        Map.of(
            "outage", "NONE", "issuerSlash", true, "accessSeconds", 3600, "suspended", List.of()));
    Files.writeString(
        directory.resolve("issuers.json"),
        """
        {"issuers":[{
          "issuer":"%s/",
          "audiences":["%s"],
          "introspection":{"client_id":"decisionlab-sidecar","secret_file":"%s"},
          "grants":[
            {"group":"/decisionlab","rights":["read","predict","publish"]},
            {"group":"/decisionlab/admins","rights":["admin"]},
            {"scope":"model.read","rights":["read"]}]}]}
        """
            .formatted(iam.base(), AUDIENCE, iam.secretFile(Iam.SIDECAR)));
    open();
  }

  private void open() throws Exception {
    sidecar =
        LocalSidecar.start(
            directory.resolve("models"),
            s ->
                s.withAccess(new Access(null, 0).trusting(directory.resolve("issuers.json")))
                    .withObserving(new Observing(directory.resolve("state"), 1, true, 1 << 20)));
    client = sidecar.client();
  }

  @AfterEach
  void stop() {
    sidecar.close();
  }

  private Reply send(String method, String path, String token) {
    return client.send(method, path, new byte[0], "Authorization", "Bearer " + token);
  }

  private int models(String token) {
    return send("GET", "/models", token).status();
  }

  private int upload(String name, String token) {
    byte[] archive = Models.archive(Models.constant(name, 1, 0.5));
    return client.post("/upload", archive, "Authorization", "Bearer " + token).status();
  }

  @Test
  void usersAreLetInByTheirGroupsAndOwnWhatTheyPublish() throws Exception {
    String ada = iam.token("ada", GROUPS, AUDIENCE);
    String bob = iam.token("bob", GROUPS, AUDIENCE);
    String eve = iam.token("eve", GROUPS, AUDIENCE);
    assertThat(models(bob)).isEqualTo(200);
    assertThat(models(eve)).isEqualTo(403);
    assertThat(upload("of_bob", bob)).isEqualTo(200);
    assertThat(upload("of_bob", bob)).isEqualTo(200);
    assertThat(upload("of_ada", ada)).isEqualTo(200);
    assertThat(upload("of_ada", ada)).isEqualTo(200);
    String owner =
        send("GET", "/v1/registry/models/of_bob/status", bob).json().path("owner").asText();
    assertThat(owner).matches("[0-9a-f-]{36}@" + iam.base());
    for (String change :
        List.of("DELETE /delete/of_ada", "POST /v1/registry/models/of_ada/rollback")) {
      String[] words = change.split(" ", -1);
      Reply reply = send(words[0], words[1], bob);
      assertThat(reply.status()).as(change + " " + reply.text()).isEqualTo(403);
      assertThat(reply.text()).contains("belongs to somebody else");
    }
    assertThat(upload("of_ada", bob)).isEqualTo(403);
    // A later token of the same user is the same owner; an administrator may do all.
    String later = iam.token("bob", GROUPS, AUDIENCE);
    assertThat(send("POST", "/v1/registry/models/of_bob/rollback", later).status()).isEqualTo(200);
    assertThat(send("DELETE", "/delete/of_bob", ada).status()).isEqualTo(200);
    assertThat(send("DELETE", "/delete/of_ada", ada).status()).isEqualTo(200);
  }

  @Test
  void aTokenForAnotherServiceOrForAnyIsRefused() throws Exception {
    assertThat(models(iam.token("bob", GROUPS, "https://other.example.org"))).isEqualTo(401);
    Reply any = send("GET", "/models", iam.token("bob", GROUPS, ""));
    assertThat(any.status()).isEqualTo(401);
    assertThat(any.json().path("error").asText()).contains("not meant for", AUDIENCE);
    assertThat(models(iam.token("bob", GROUPS, AUDIENCE + " https://b"))).isEqualTo(200);
  }

  @Test
  void theIssuersSlashDoesNotMatter() throws Exception {
    iam.switches(Map.of("issuerSlash", false));
    assertThat(models(iam.token("bob", GROUPS, AUDIENCE))).isEqualTo(200);
  }

  @Test
  void aTokenEndsWhenItEnds() throws Exception {
    iam.switches(Map.of("accessSeconds", 3));
    String token = iam.token("bob", GROUPS, AUDIENCE);
    Await.until("it has ended", () -> models(token) == 401);
    assertThat(send("GET", "/models", token).text()).contains("expired");
  }

  @Test
  void scopesGrantWhereThereAreNoGroupsAndGroupsNothingBesideCapabilities() throws Exception {
    String reader = iam.token("eve", "openid wlcg model.read", AUDIENCE);
    assertThat(models(reader)).isEqualTo(200);
    assertThat(upload("x", reader)).isEqualTo(403);
    String capable = iam.token("bob", GROUPS + " storage.read:/cms", AUDIENCE);
    Reply refused = send("GET", "/models", capable);
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.headers().get("WWW-Authenticate")).contains("groups do not count");
    assertThat(models(iam.token("bob", GROUPS + " storage.read:/cms model.read", AUDIENCE)))
        .isEqualTo(200);
  }

  @Test
  void keysChangeWhileTheSidecarRuns() throws Exception {
    String old = iam.token("bob", GROUPS, AUDIENCE);
    assertThat(models(old)).isEqualTo(200);
    iam.rotate("ES256", true);
    String fresh = iam.token("bob", GROUPS, AUDIENCE);
    // Keys are asked for again half a minute after the last time at the earliest.
    Await.until("the new key is known", () -> models(fresh) == 200);
    assertThat(models(old)).isEqualTo(200);
    iam.rotate("RS256", false);
  }

  @Test
  void anOutageIsOutlivedAlsoOverARestart() throws Exception {
    String bob = iam.token("bob", GROUPS, AUDIENCE);
    String ada = iam.token("ada", GROUPS, AUDIENCE);
    assertThat(models(bob)).isEqualTo(200);
    iam.switches(Map.of("outage", "REFUSING"));
    assertThat(models(ada)).isEqualTo(200);
    sidecar.close();
    open();
    assertThat(models(bob)).isEqualTo(200);
    assertThat(models(ada)).isEqualTo(200);
    // Without the copy of the keys nobody can tell: the answer is to come again, not 401.
    sidecar.close();
    try (Stream<Path> copies = Files.list(directory.resolve("state/issuer-keys"))) {
      for (Path copy : copies.toList()) {
        Files.delete(copy);
      }
    }
    open();
    Reply away = send("GET", "/models", bob);
    assertThat(away.status()).isEqualTo(503);
    assertThat(away.headers()).containsKey("Retry-After");
    assertThat(away.isError()).isTrue();
  }

  @Test
  void aSuspendedUserIsRefusedWhereTheIssuerIsAsked() throws Exception {
    String bob = iam.plainToken("bob", AUDIENCE);
    assertThat(models(bob)).isEqualTo(200);
    String again = iam.plainToken("bob", AUDIENCE);
    iam.switches(Map.of("suspended", List.of("bob")));
    Reply refused = send("GET", "/models", again);
    assertThat(refused.status()).isEqualTo(401);
    assertThat(refused.text()).contains("not active");
  }

  /** Of the tokens of before only those are good that the issuer still stands by. */
  @Test
  void aSuspendedUserIsSoonOutWhereTheIssuerIsAlwaysAsked() throws Exception {
    Path issuers = directory.resolve("issuers.json");
    String secret = "\"secret_file\":\"" + iam.secretFile(Iam.SIDECAR) + "\"";
    sidecar.close();
    Files.writeString(
        issuers, Files.readString(issuers).replace(secret, secret + ",\"always\":true"));
    open();
    String bob = iam.token("bob", GROUPS, AUDIENCE);
    String ada = iam.token("ada", GROUPS, AUDIENCE);
    assertThat(models(bob)).isEqualTo(200);
    assertThat(models(ada)).isEqualTo(200);
    iam.switches(Map.of("suspended", List.of("bob")));
    Await.until("he is out", () -> models(bob) == 401);
    assertThat(send("GET", "/models", bob).text()).contains("not active");
    assertThat(models(ada)).isEqualTo(200);
  }

  /**
   * Every operation of the description: none without a token, none with one that grants nothing.
   */
  @Test
  void everyOperationWantsATokenThatGrantsIt() throws Exception {
    String eve = iam.token("eve", GROUPS, AUDIENCE);
    int wanted = 0;
    for (Map.Entry<String, JsonNode> path :
        client.get("/openapi.json").json().path("paths").properties()) {
      for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
        if (!operation.getValue().has("x-right")) {
          continue;
        }
        wanted++;
        String url = path.getKey().replaceAll("\\{[a-z]+}", "x");
        String method = operation.getKey().toUpperCase(Locale.ROOT);
        Reply nobody = client.send(method, url, new byte[0]);
        assertThat(nobody.status()).as(method + " " + url).isEqualTo(401);
        assertThat(nobody.headers().get("WWW-Authenticate")).isEqualTo("Bearer realm=\"sidecar\"");
        assertThat(send(method, url, eve).status()).as(method + " " + url).isEqualTo(403);
        assertThat(send(method, url, eve + "x").status()).as(method + " " + url).isEqualTo(401);
      }
    }
    assertThat(wanted).isGreaterThan(40);
  }

  /** Nothing that the sidecar wrote, and not the audit log, holds a part of a token or a secret. */
  @Test
  void noTokenIsWrittenDown() throws Exception {
    String bob = iam.token("bob", GROUPS, AUDIENCE);
    String plain = iam.plainToken("ada", AUDIENCE);
    String wrong = iam.token("bob", GROUPS, "https://other.example.org");
    assertThat(upload("kept", bob)).isEqualTo(200);
    assertThat(models(plain)).isEqualTo(200);
    assertThat(models(wrong)).isEqualTo(401);
    assertThat(models(bob + "x")).isEqualTo(401);
    sidecar.close();
    assertThat(Files.readString(directory.resolve("state/audit-000001.jsonl")))
        .contains("\"operation\":\"upload\"", "\"model\":\"kept\"", "\"outcome\":\"done\"");
    assertThat(Files.readString(directory.resolve("state/refusals-000001.jsonl")))
        .contains("not meant for this service");
    String secret = Files.readString(iam.secretFile(Iam.SIDECAR)).strip();
    try (Stream<Path> written = Files.walk(directory)) {
      for (Path each : written.filter(Files::isRegularFile).toList()) {
        String text = Files.readString(each, StandardCharsets.ISO_8859_1);
        assertThat(text.contains(secret)).as(each.toString()).isFalse();
        for (String token : List.of(bob, plain, wrong)) {
          for (String part : token.split("\\.", -1)) {
            assertThat(text.contains(part)).as(each.toString()).isFalse();
          }
        }
      }
    }
  }
}
