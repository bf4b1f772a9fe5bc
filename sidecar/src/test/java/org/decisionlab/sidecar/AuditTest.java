// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.decisionlab.sidecar.SidecarSettings.Access;
import org.decisionlab.sidecar.http.ServerLimits;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written down of changes, and of those who were not let in. */
class AuditTest {

  private static final String KEEP = "/v1/registry/models/keep";

  @TempDir Path directory;
  private LocalIssuer issuer;
  private LocalSidecar sidecar;
  private Client client;

  @BeforeEach
  void start() throws Exception {
    issuer = new LocalIssuer();
    Path issuers =
        Files.writeString(
            directory.resolve("issuers.json"),
            """
            {"issuers":[{"issuer":"%s","audiences":["%s"],
              "grants":[{"scope":"model.write","rights":["publish","train"]}]}]}
            """
                .formatted(issuer.uri(), LocalIssuer.AUDIENCE));
    Path jobs =
        Files.writeString(
            directory.resolve("jobs.json"), "{\"jobs\":{\"keep\":{\"command\":[\"true\"]}}}");
    Observing observing = new Observing(directory.resolve("state"), 0, false, 1 << 20);
    sidecar =
        LocalSidecar.start(
            directory.resolve("models"),
            s ->
                s.withAccess(new Access(null, 0).trusting(issuers))
                    .withTrainingJobs(jobs)
                    .withObserving(observing));
    client = sidecar.client();
  }

  @AfterEach
  void stop() {
    sidecar.close();
    issuer.close();
  }

  private String token(String user, String scope) {
    return issuer.token(Map.of("sub", user + "-1", "preferred_username", user, "scope", scope));
  }

  private int send(String method, String path, String body, String token) {
    String[] bearer = {"Authorization", "Bearer " + token};
    return client.send(method, path, Fixtures.utf8(body), bearer).status();
  }

  private int upload(String token) {
    byte[] archive = Models.archive(Models.constant("keep", 1, 0.5));
    return client.post("/upload", archive, "Authorization", "Bearer " + token).status();
  }

  /** The lines of a log when the sidecar has ended. */
  private List<JsonNode> lines(String name) throws Exception {
    sidecar.close();
    List<JsonNode> all = new ArrayList<>();
    for (String line : Files.readAllLines(directory.resolve("state/" + name + "-000001.jsonl"))) {
      all.add(JsonMapper.builder().build().readTree(line));
    }
    return all;
  }

  @Test
  void aChangeIsWrittenDownWithWhoAskedAndWhatCameOfIt() throws Exception {
    String ada = token("ada", "model.write");
    String eve = token("eve", "model.write");
    assertThat(upload(ada)).isEqualTo(200);
    assertThat(upload(ada)).isEqualTo(200);
    assertThat(send("POST", KEEP + "/rollback", "", ada)).isEqualTo(200);
    assertThat(send("POST", "/v2/models/keep/train", "{}", ada)).isEqualTo(200);
    assertThat(send("DELETE", "/delete/keep", "", eve)).isEqualTo(403);
    assertThat(upload(eve)).isEqualTo(403);
    assertThat(send("PUT", KEEP + "/aliases/production", "{\"version\":2}", eve)).isEqualTo(403);
    assertThat(send("DELETE", "/delete/keep", "", ada)).isEqualTo(200);
    List<JsonNode> changes = lines("audit");
    assertThat(changes)
        .extracting(AuditTest::told)
        .containsExactly(
            "upload keep by ada: done",
            "upload keep by ada: done",
            "postRollback keep by ada: done",
            "train keep by ada: done",
            "delete keep by eve: refused",
            "upload  by eve: refused",
            "putAliases keep by eve: refused",
            "delete keep by ada: done");
    JsonNode second = changes.get(1);
    assertThat(second.path("version").asInt()).isEqualTo(2);
    assertThat(second.path("alias").asText()).isEqualTo("production");
    assertThat(second.path("client").asText()).isEqualTo("127.0.0.1");
    assertThat(second.path("identity").asText())
        .isEqualTo("ada-1@" + issuer.uri().toString().replaceFirst("/$", ""));
    assertThat(changes.get(2).path("aliases").path("production").asInt()).isEqualTo(1);
    assertThat(changes.get(3).path("training").asText()).matches("[0-9a-f]{32}");
    assertThat(changes.get(6).path("version").asInt()).isEqualTo(2);
    assertThat(changes.get(6).path("reason").asText()).contains("belongs to somebody else");
  }

  /** Also one that was not begun, because too much is under way. */
  @Test
  void aChangeThatIsTurnedAwayIsWrittenDown() throws Exception {
    Path state = directory.resolve("busy");
    ServerLimits usual = ServerLimits.DEFAULT;
    ServerLimits none =
        new ServerLimits(
            usual.uploadBytes(),
            usual.rowBytes(),
            usual.batchBytes(),
            usual.requests(),
            0,
            usual.uploads(),
            usual.uploadTime(),
            usual.requestTime(),
            usual.idleTime());
    try (LocalSidecar busy =
        LocalSidecar.start(
            directory.resolve("none"),
            s -> s.withLimits(none).withObserving(new Observing(state, 0, false, 1 << 20)))) {
      assertThat(busy.client().post(KEEP + "/rollback", "").status()).isEqualTo(503);
    }
    String line = Files.readString(state.resolve("audit-000001.jsonl"));
    JsonNode change = JsonMapper.builder().build().readTree(line);
    assertThat(told(change)).isEqualTo("postRollback keep by local: refused");
    assertThat(change.path("reason").asText()).contains("come again");
  }

  private static String told(JsonNode line) {
    return "%s %s by %s: %s"
        .formatted(
            line.path("operation").asText(),
            line.path("model").asText(),
            line.path("user").asText(),
            line.path("outcome").asText());
  }

  @Test
  void whoIsNotLetInIsWrittenDownApartAndNoTokenIs() throws Exception {
    String reader = token("eve", "model.read");
    String ada = token("ada", "model.write");
    assertThat(upload(ada)).isEqualTo(200);
    assertThat(send("GET", "/models", "", reader)).isEqualTo(403);
    assertThat(send("GET", "/models", "", ada + "x")).isEqualTo(401);
    assertThat(client.get("/models").status()).isEqualTo(401);
    assertThat(lines("audit")).hasSize(1);
    List<JsonNode> refusals = lines("refusals");
    assertThat(refusals)
        .extracting(line -> line.path("status").asInt() + " " + line.path("user").asText())
        .containsExactly("403 eve", "401 ", "401 ");
    assertThat(refusals.get(0).path("reason").asText()).contains("no right to 'read'");
    assertThat(refusals.get(1).path("reason").asText()).contains("signature");
    assertThat(refusals.get(2).path("operation").asText()).isEqualTo("models");
    try (Stream<Path> written = Files.walk(directory)) {
      for (Path each : written.filter(Files::isRegularFile).toList()) {
        String text = Files.readString(each, StandardCharsets.ISO_8859_1);
        for (String part : (ada + "." + reader).split("\\.", -1)) {
          assertThat(text.contains(part)).as(each.toString()).isFalse();
        }
      }
    }
  }
}
