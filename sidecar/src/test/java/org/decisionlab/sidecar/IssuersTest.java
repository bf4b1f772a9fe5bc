// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.decisionlab.sidecar.Client.Reply;
import org.decisionlab.sidecar.SidecarSettings.Access;
import org.decisionlab.sidecar.auth.IssuerTokens;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Access tokens of an issuer at the sidecar's doors: who is let in, and what the others hear. */
class IssuersTest {

  private static final String GRANTS =
      """
      [{"group":"/cms","rights":["read","predict"]},
       {"group":"/cms/experts","rights":["publish"]},
       {"scope":"model.write","rights":["publish"]},
       {"group":"/cms","scope":"model.train","rights":["train"]}]
      """;

  @TempDir Path directory;
  private LocalIssuer issuer;
  private Path file;
  private LocalSidecar sidecar;
  private Client client;

  @BeforeEach
  void start() throws Exception {
    issuer = new LocalIssuer();
    file = directory.resolve("issuers.json");
    write(GRANTS);
    sidecar = sidecar(null);
    client = sidecar.client();
  }

  @AfterEach
  void stop() {
    sidecar.close();
    issuer.close();
  }

  private void write(String grants) throws Exception {
    Files.writeString(
        file,
        "{\"issuers\":[{\"issuer\":\"%s\",\"audiences\":[\"%s\"],\"grants\":%s}]}"
            .formatted(issuer.uri(), LocalIssuer.AUDIENCE, grants));
  }

  private LocalSidecar sidecar(Path listed) throws Exception {
    Observing observing = new Observing(directory.resolve("state"), 1, true, 1 << 20);
    return LocalSidecar.start(
        directory.resolve("models"),
        s -> s.withAccess(new Access(listed, 0).trusting(file)).withObserving(observing));
  }

  private Reply models(String token) {
    return client.send("GET", "/models", new byte[0], "Authorization", "Bearer " + token);
  }

  private String token(Object... more) {
    Map<String, Object> claims = new HashMap<>(Map.of("wlcg.groups", List.of("/cms")));
    for (int i = 0; i < more.length; i += 2) {
      claims.put(String.valueOf(more[i]), more[i + 1]);
    }
    return issuer.token(claims);
  }

  private void refused(int status, String token, String... why) {
    Reply reply = models(token);
    assertThat(reply.status()).as(reply.text()).isEqualTo(status);
    assertThat(reply.isError()).isTrue();
    assertThat(reply.json().path("error").asText()).contains(why);
    String challenge = reply.headers().get("WWW-Authenticate");
    assertThat(challenge)
        .startsWith("Bearer realm=\"sidecar\", error=\"")
        .contains(status == 403 ? "insufficient_scope" : "invalid_token", "error_description=\"");
    for (String part : token.split("\\.", -1)) {
      if (part.length() > 8) {
        assertThat(reply.text() + challenge).doesNotContain(part);
      }
    }
  }

  @Test
  void aTokenIsLetInByItsGroupsAndScopes() {
    assertThat(models(token()).status()).isEqualTo(200);
    String noGroups = issuer.token(Map.of());
    refused(403, noGroups, "'ada' has no right to 'read'");
    // A subgroup is another group, and one without a slash is the same.
    refused(403, token("wlcg.groups", List.of("/cms/experts", "/cmsx")), "no right to 'read'");
    String plain = issuer.token(Map.of("groups", List.of("cms")));
    assertThat(models(plain).status()).isEqualTo(200);
    assertThat(upload("a", token()).status()).isEqualTo(403);
    assertThat(upload("a", token("scope", "openid model.write")).status()).isEqualTo(200);
    assertThat(upload("b", issuer.token(Map.of("scope", "model.write"))).status()).isEqualTo(200);
    // What names a group and a scope wants both.
    assertThat(train(token("scope", "model.train")).status()).isEqualTo(404);
    assertThat(train(issuer.token(Map.of("scope", "model.train"))).status()).isEqualTo(403);
  }

  @Test
  void groupsDoNotCountBesideCapabilities() {
    String capable = token("scope", "openid storage.read:/cms model.write");
    refused(403, capable, "no right to 'read'", "groups do not count");
    assertThat(upload("a", capable).status()).isEqualTo(200);
    refused(403, token("scope", "compute.read"), "groups do not count");
  }

  private Reply upload(String name, String token) {
    byte[] archive = Models.archive(Models.constant(name, 1, 0.5));
    return client.post("/upload", archive, "Authorization", "Bearer " + token);
  }

  private Reply train(String token) {
    return client.post("/v2/models/a/train", "{}", "Authorization", "Bearer " + token);
  }

  @Test
  void whatDoesNotHoldIsToldWhy() {
    long now = Instant.now().getEpochSecond();
    refused(401, token("exp", now - 1), "expired");
    refused(401, token("nbf", now + 600), "does not hold before");
    refused(401, token("aud", "https://other.example.org"), "not meant for this service");
    refused(401, token("aud", null), "not meant for this service");
    refused(401, token("iss", "https://other.example.org/"), "issuer is not trusted");
    refused(401, token("iss", issuer.uri() + "x"), "issuer is not trusted");
    refused(401, token("sub", null), "no subject");
    refused(401, token("sub", "a b"), "printable");
    refused(401, token("nonce", "n"), "ID token");
    String good = token();
    String[] parts = good.split("\\.", -1);
    String none = LocalIssuer.part("{\"alg\":\"none\"}") + "." + parts[1] + ".";
    refused(401, none, "not signed");
    refused(401, LocalIssuer.part("{\"alg\":\"HS256\"}") + "." + parts[1] + ".AAAA", "RS256");
    String other = LocalIssuer.part("{\"sub\":\"admin\"}");
    refused(401, parts[0] + "." + other + "." + parts[2], "issuer");
    refused(401, good.substring(0, good.length() - 6) + "AAAAAA", "signature");
    refused(401, "opaque-token-of-nobody", "not a JSON Web Token");
    refused(401, "..", "not a JSON Web Token");
    // Nothing of it kept those out whose token holds.
    assertThat(models(good).status()).isEqualTo(200);
  }

  @Test
  void anIssuerIsTheSameWithASlashAtItsEndOrWithout() throws Exception {
    String without = issuer.uri().toString().replaceFirst("/$", "");
    String bare = token("iss", without, "scope", "model.write");
    assertThat(upload("mine", bare).status()).isEqualTo(200);
    String owner = "ada-1@" + without;
    assertThat(owner("mine", token())).isEqualTo(owner);
    // The owner stays the owner when the file is written in the other way.
    Files.writeString(file, Files.readString(file).replace(issuer.uri().toString(), without));
    sidecar.close();
    sidecar = sidecar(null);
    client = sidecar.client();
    assertThat(upload("mine", token("scope", "model.write")).status()).isEqualTo(200);
    assertThat(owner("mine", token())).isEqualTo(owner);
  }

  private String owner(String model, String token) {
    String path = "/v1/registry/models/" + model + "/status";
    return client
        .send("GET", path, new byte[0], "Authorization", "Bearer " + token)
        .json()
        .path("owner")
        .asText();
  }

  /**
   * The first request with a token waits for the issuer with its body unread, and loses nothing.
   */
  @Test
  void aBodyThatComesWhileTheIssuerIsAskedArrivesWhole() throws Exception {
    issuer.stall();
    String token = token("scope", "model.write");
    ExecutorService pool = Executors.newCachedThreadPool();
    Future<Reply> archive = pool.submit(() -> upload("tar", token));
    Future<Reply> form =
        pool.submit(
            () ->
                client.form(
                    "POST", "/upload", Fixtures.f1Form("f1"), "Authorization", "Bearer " + token));
    Future<Reply> empty = pool.submit(() -> models(token));
    Await.until("the issuer is asked", () -> issuer.asked.get() >= 1);
    // The event loops are free meanwhile: somebody whose token is known to be none is answered.
    assertThat(models("opaque").status()).isEqualTo(401);
    assertThat(client.get("/health/ready").status()).isEqualTo(200);
    issuer.goOn();
    assertThat(archive.get(60, TimeUnit.SECONDS).status()).isEqualTo(200);
    assertThat(form.get(60, TimeUnit.SECONDS).status()).isEqualTo(200);
    assertThat(empty.get(60, TimeUnit.SECONDS).status()).isEqualTo(200);
    assertThat(models(token).json()).hasSize(2);
    assertThat(issuer.keysFetched).hasValue(1);
    pool.shutdown();
  }

  @Test
  void manyBadTokensDoNotMakeTheIssuerBeAskedAgainAndAgain() throws Exception {
    assertThat(models(token()).status()).isEqualTo(200);
    ExecutorService pool = Executors.newFixedThreadPool(8);
    List<Future<Integer>> asked = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      String claims = "{\"iss\":\"" + issuer.uri() + "\",\"n\":" + i + "}";
      String bad = LocalIssuer.sign(Map.of("alg", "RS256", "kid", "unknown" + i), claims);
      asked.add(pool.submit(() -> models(bad).status()));
    }
    for (Future<Integer> each : asked) {
      assertThat(each.get(120, TimeUnit.SECONDS)).isIn(401, 503);
    }
    pool.shutdown();
    // When first needed, and for the first unknown key: not again within half a minute.
    assertThat(issuer.keysFetched.get()).isLessThanOrEqualTo(3);
    assertThat(models(token()).status()).isEqualTo(200);
  }

  @Test
  void hugeAndDoubleHeadersAreTurnedAway() throws Exception {
    try (RawConnection raw = new RawConnection(client.base())) {
      raw.send("GET /models HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ");
      byte[] much = "e".repeat(64 << 10).getBytes(StandardCharsets.US_ASCII);
      try {
        for (int i = 0; i < 16; i++) {
          raw.send(much);
        }
      } catch (java.net.SocketException closed) {
        // Answered before all of it was sent.
      }
      assertThat(answered(raw)).isIn("", "HTTP/1.1 431 ");
    }
    try (RawConnection raw = new RawConnection(client.base())) {
      String header = "Authorization: Bearer " + token() + "\r\n";
      raw.send("GET /models HTTP/1.1\r\nHost: localhost\r\n" + header + header + "\r\n");
      assertThat(raw.answer()).startsWith("HTTP/1.1 400 ").contains("invalid_request");
    }
    assertThat(models(token()).status()).isEqualTo(200);
  }

  /** The beginning of the answer; empty where the connection was ended on what was still sent. */
  private static String answered(RawConnection raw) {
    try {
      return raw.answer().substring(0, 13);
    } catch (java.io.IOException | AssertionError reset) {
      return "";
    }
  }

  @Test
  void tokensOfAFileAreAcceptedBeside() throws Exception {
    sidecar.close();
    String listedToken = token("wlcg.groups", List.of("/nothing"));
    Path listed =
        Files.writeString(
            directory.resolve("tokens.json"),
            "{\"tokens\":[%s,%s]}"
                .formatted(
                    entry("xcache1", "decide", "s3cret"), entry("robot", "read", listedToken)));
    sidecar = sidecar(listed);
    client = sidecar.client();
    String question = "{\"v\":1,\"lfn\":\"/store/a\"}";
    String[] cache = {"Authorization", "Bearer s3cret"};
    assertThat(client.post("/v1/cache/decide", question, cache).status()).isEqualTo(200);
    assertThat(client.send("GET", "/models", new byte[0], cache).status()).isEqualTo(403);
    assertThat(models(token()).status()).isEqualTo(200);
    assertThat(models(listedToken).status()).isEqualTo(200);
    refused(401, "other-opaque-one", "not known");
  }

  private static String entry(String name, String right, String token) throws Exception {
    byte[] hash =
        MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
    return "{\"sha256\":\"%s\",\"name\":\"%s\",\"rights\":[\"%s\"]}"
        .formatted(HexFormat.of().formatHex(hash), name, right);
  }

  @Test
  void grantsAreReadAgainAndABrokenFileChangesNothing() throws Exception {
    String token = token();
    assertThat(models(token).status()).isEqualTo(200);
    FileTime changed = FileTime.from(Instant.now().plusSeconds(9));
    try (Logged log = new Logged()) {
      Files.writeString(file, "{\"issuers\":[]}");
      Files.setLastModifiedTime(file, changed);
      Await.until("it is found", () -> log.count("go on being trusted") > 0);
      assertThat(models(token).status()).isEqualTo(200);
      // What failed once is tried again, also where the time of the file is the same.
      write("[{\"group\":\"/other\",\"rights\":[\"read\"]}]");
      Files.setLastModifiedTime(file, changed);
      Await.until("the right is gone", () -> models(token).status() == 403);
    }
    write(GRANTS);
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(13)));
    Await.until("the right is back", () -> models(token).status() == 200);
    // Its keys were not asked for again: only grants had changed.
    assertThat(issuer.keysFetched).hasValue(1);
  }

  /** Lines of the log about the file. */
  private static final class Logged extends Handler implements AutoCloseable {
    private final Logger logger = Logger.getLogger(IssuerTokens.class.getName());
    private final List<String> lines = new CopyOnWriteArrayList<>();

    Logged() {
      logger.addHandler(this);
    }

    long count(String words) {
      return lines.stream().filter(line -> line.contains(words)).count();
    }

    @Override
    public void publish(LogRecord entry) {
      lines.add(entry.getMessage());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
      logger.removeHandler(this);
    }
  }

  @Test
  void whatIsWrongInTheFileIsNamedAtTheStart() throws Exception {
    write("[{\"group\":\"/cms\",\"rights\":[\"reed\"]}]");
    assertThatThrownBy(() -> sidecar(null))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("issuers[0]: grants[0]: unknown right \"reed\"");
  }
}
