// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.decisionlab.sidecar.Client.Reply;
import org.decisionlab.sidecar.SidecarSettings.Access;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may ask what, how often, and what is written down about it. */
class AdmissionTest {

  private static final List<String> RIGHTS =
      List.of("read", "predict", "decide", "publish", "train", "admin");
  private static final String OLD = "2020-01-01T00:00:00Z";

  @TempDir Path directory;

  private Path tokens(String... entries) throws Exception {
    Path file = directory.resolve("tokens.json");
    return Files.writeString(file, "{\"tokens\":[" + String.join(",", entries) + "]}");
  }

  private static String entry(String name, String rights) throws Exception {
    String hash =
        HexFormat.of()
            .formatHex(
                MessageDigest.getInstance("SHA-256")
                    .digest(secret(name).getBytes(StandardCharsets.UTF_8)));
    return "{\"sha256\":\"%s\",\"name\":\"%s\",\"rights\":[%s]}".formatted(hash, name, rights);
  }

  private static String secret(String name) {
    return "s3cret-of-" + name;
  }

  private static String[] bearer(String name) {
    return new String[] {"Authorization", "Bearer " + secret(name)};
  }

  /** Every operation of the description, not a list that may be forgotten, is tried. */
  @Test
  void everyOperationWantsItsRight() throws Exception {
    List<String> entries = new ArrayList<>();
    for (String right : RIGHTS) {
      entries.add(entry("only-" + right, "\"" + right + "\""));
    }
    Path file = tokens(entries.toArray(String[]::new));
    try (LocalSidecar sidecar =
        LocalSidecar.start(directory.resolve("models"), s -> s.withAccess(new Access(file, 0)))) {
      Client client = sidecar.client();
      int wanted = 0;
      for (Map.Entry<String, JsonNode> path : paths(client)) {
        for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
          String url = path.getKey().replaceAll("\\{[a-z]+}", "x");
          String method = operation.getKey().toUpperCase(Locale.ROOT);
          String right = operation.getValue().path("x-right").asText();
          Reply nobody = client.send(method, url, new byte[0]);
          if (right.isEmpty()) {
            assertThat(nobody.status()).as(url).isNotIn(401, 403);
            continue;
          }
          wanted++;
          assertThat(nobody.status()).as(method + " " + url).isEqualTo(401);
          assertThat(nobody.headers().get("WWW-Authenticate")).startsWith("Bearer");
          for (String other : RIGHTS) {
            int status = client.send(method, url, new byte[0], bearer("only-" + other)).status();
            if (other.equals(right)) {
              assertThat(status).as(method + " " + url).isNotIn(401, 403);
            } else {
              assertThat(status).as(method + " " + url + " with " + other).isEqualTo(403);
            }
          }
        }
      }
      assertThat(wanted).isGreaterThan(40);
    }
  }

  private static Iterable<Map.Entry<String, JsonNode>> paths(Client client) {
    return client.get("/openapi.json").json().path("paths").properties();
  }

  @Test
  void tokensAreReadAgainAndExpire() throws Exception {
    String expired = entry("old", "\"read\"").replace("}", ",\"expires\":\"" + OLD + "\"}");
    Path file = tokens(entry("a", "\"read\""), expired);
    try (LocalSidecar sidecar =
        LocalSidecar.start(directory.resolve("models"), s -> s.withAccess(new Access(file, 0)))) {
      Client client = sidecar.client();
      assertThat(client.send("GET", "/models", new byte[0], bearer("a")).status()).isEqualTo(200);
      Reply old = client.send("GET", "/models", new byte[0], bearer("old"));
      assertThat(old.status()).isEqualTo(401);
      assertThat(old.text()).contains("expired");
      assertThat(client.send("GET", "/models", new byte[0], bearer("b")).status()).isEqualTo(401);
      tokens(entry("b", "\"read\""));
      Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(5)));
      Await.until(
          "the new token is known",
          () -> client.send("GET", "/models", new byte[0], bearer("b")).status() == 200);
      assertThat(client.send("GET", "/models", new byte[0], bearer("a")).status()).isEqualTo(401);
      // A file that is broken takes nobody's token away.
      Files.writeString(file, "{");
      Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(9)));
      Await.until(
          "it was looked at",
          () -> client.send("GET", "/models", new byte[0], bearer("b")).status() == 200);
    }
  }

  @Test
  void addressesBeyondThisMachineWantTokens() {
    assertThatThrownBy(() -> LocalSidecar.start(directory.resolve("models"), s -> s.at("0.0.0.0")))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("--tokens");
    Path none = directory.resolve("none.json");
    assertThatThrownBy(
            () ->
                LocalSidecar.start(
                    directory.resolve("models"), s -> s.withAccess(new Access(none, 0))))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("none.json");
  }

  @Test
  void whoAsksTooOftenIsToldWhenToComeAgain() throws Exception {
    Path file = tokens(entry("a", "\"read\""), entry("b", "\"read\""));
    try (LocalSidecar sidecar =
        LocalSidecar.start(directory.resolve("models"), s -> s.withAccess(new Access(file, 2)))) {
      Client client = sidecar.client();
      Await.until(
          "somebody is turned away",
          () -> client.send("GET", "/models", new byte[0], bearer("a")).status() == 429);
      Reply limited = client.send("GET", "/models", new byte[0], bearer("a"));
      if (limited.status() == 429) {
        assertThat(Integer.parseInt(limited.headers().get("Retry-After"))).isPositive();
        assertThat(limited.isError()).isTrue();
      }
      // Others are not held back, and health is always answered.
      assertThat(client.send("GET", "/models", new byte[0], bearer("b")).status()).isEqualTo(200);
      assertThat(client.get("/health/ready").status()).isEqualTo(200);
    }
  }

  /** Neither tokens nor rows nor names of files are in the log, even when they are in addresses. */
  @Test
  void theAccessLogHoldsNoSecret() throws Exception {
    Path file = tokens(entry("a", "\"read\",\"decide\",\"predict\""));
    Path state = directory.resolve("state");
    try (LocalSidecar sidecar =
        LocalSidecar.start(
            directory.resolve("models"),
            s ->
                s.withAccess(new Access(file, 0))
                    .withObserving(new Observing(state, 1, true, 1 << 20)))) {
      Client client = sidecar.client();
      String question = "{\"v\":1,\"lfn\":\"/store/private\"}";
      client.post("/v1/cache/decide", question, bearer("a"));
      client.send("GET", "/models?token=" + secret("a"), new byte[0], bearer("a"));
      client.get("/nothing/here");
    }
    String log = read(state, "access");
    List<String> lines = log.lines().toList();
    assertThat(lines).hasSize(3);
    JsonNode first = JsonMapper.builder().build().readTree(lines.get(0));
    assertThat(first.path("route").asText()).isEqualTo("decide");
    assertThat(first.path("status").asInt()).isEqualTo(200);
    assertThat(first.path("identity").asText()).isEqualTo("a");
    assertThat(first.path("bytes_in").asInt()).isPositive();
    assertThat(log).doesNotContain("s3cret").doesNotContain("private");
    assertThat(lines.get(2)).contains("\"status\":404").contains("\"route\":\"none\"");
  }

  private static String read(Path state, String name) throws Exception {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.list(state)) {
      for (Path each :
          files.filter(f -> String.valueOf(f.getFileName()).startsWith(name)).toList()) {
        all.append(Files.readString(each));
      }
    }
    return all.toString();
  }

  @Test
  void noTokenIsWrittenDownWithASampleOfRows() throws Exception {
    Path file = tokens(entry("all", "\"predict\",\"publish\""));
    Path state = directory.resolve("state");
    Observing observing = new Observing(state, 1, true, 1 << 20);
    try (LocalSidecar sidecar =
        LocalSidecar.start(
            directory.resolve("models"),
            s -> s.withAccess(new Access(file, 0)).withObserving(observing))) {
      Client client = sidecar.client();
      byte[] archive = Models.archive(Models.constant("reuse", 1, 0.5));
      assertThat(client.send("POST", "/upload", archive, bearer("all")).status()).isEqualTo(200);
      String row = PublishTest.rowJson("reuse", List.of(), new float[Models.FEATURES.size()]);
      for (int i = 0; i < 3; i++) {
        byte[] asked = row.getBytes(StandardCharsets.UTF_8);
        assertThat(client.send("POST", "/json", asked, bearer("all")).status()).isEqualTo(200);
      }
    }
    try (Stream<Path> written = Files.walk(state)) {
      for (Path each : written.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readString(each)).as(each.toString()).doesNotContain(secret("all"));
      }
    }
    assertThat(Files.readAllLines(state.resolve("predictions-000001.jsonl"))).hasSize(3);
  }
}
