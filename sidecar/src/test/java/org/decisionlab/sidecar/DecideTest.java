// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.decisionlab.core.access.AccessRecord;
import org.decisionlab.core.decision.CacheDecision;
import org.decisionlab.core.feature.FeatureMap;
import org.decisionlab.core.feature.FileHistory;
import org.decisionlab.core.feature.FileStats;
import org.decisionlab.models.bundle.ModelBundle;
import org.decisionlab.models.decision.ModelDecisionPolicy;
import org.decisionlab.sidecar.Client.Reply;
import org.decisionlab.sidecar.decide.DeskSettings;
import org.decisionlab.sidecar.serve.Caller;
import org.decisionlab.sidecar.store.Alias;
import org.decisionlab.sidecar.store.ModelName;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecideTest {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  @TempDir Path directory;

  /** The vectors and answers of a sidecar are those of core, bit for bit, record by record. */
  @Test
  void thereIsNoSkewBetweenTheSidecarAndCore() throws Exception {
    long seed = 42;
    ModelBundle bundle = Models.random("reuse", seed, 0.5);
    FeatureMap features = bundle.card().features();
    ModelDecisionPolicy policy = ModelDecisionPolicy.of(bundle, 1);
    FileHistory history = new FileHistory();
    try (LocalSidecar sidecar = LocalSidecar.start(directory.resolve("models"), this::replaying)) {
      Client client = sidecar.client();
      upload(client, bundle);
      Random random = new Random(seed);
      long time = Instant.parse("2026-03-01T00:00:00Z").toEpochMilli();
      for (int i = 0; i < 20_000; i++) {
        // A third of the questions share their instant with the one before.
        time += random.nextInt(3) == 0 ? 0 : random.nextInt(600_000);
        AccessRecord record = record(random, time);
        FileStats stats = history.before(record);
        JsonNode answer = ask(client, question(record.lfn(), time, record.sizeBytes()));
        float[] expected = features.vectorOf(record, stats);
        for (int f = 0; f < expected.length; f++) {
          String name = features.names().get(f);
          float found = Float.parseFloat(answer.path("features").path(name).asText());
          assertThat(Float.floatToRawIntBits(found))
              .as("record %d, feature %s: %s, expected %s", i, name, found, expected[f])
              .isEqualTo(Float.floatToRawIntBits(expected[f]));
        }
        CacheDecision decision = policy.decide(record, stats);
        assertThat(answer.path("store").asBoolean()).isEqualTo(decision.store());
        assertThat(answer.path("score").asDouble()).isEqualTo(decision.score());
        assertThat(answer.path("why").asText()).isEqualTo("model");
        history.add(record);
      }
      JsonNode health = client.get("/v1/cache/health").json();
      assertThat(health.path("questions").asLong()).isEqualTo(20_000);
      assertThat(health.path("by_model").asLong()).isEqualTo(20_000);
      assertThat(health.path("history").path("files").asLong()).isEqualTo(history.files());
    }
  }

  @Test
  void withoutAModelFilesAreStoredByDefault() throws Exception {
    try (LocalSidecar sidecar = LocalSidecar.start(directory.resolve("models"))) {
      Client client = sidecar.client();
      JsonNode answer = ask(client, question("/store/a", null, null));
      assertThat(answer.path("store").asBoolean()).isTrue();
      assertThat(answer.path("why").asText()).isEqualTo("default");
      assertThat(answer.path("ttl_s").asInt()).isPositive();
      assertThat(answer.has("model")).isFalse();
      // A model without a card answers no caches.
      client.form("POST", "/upload", Fixtures.f1Form("f1"));
      assertThat(ask(client, question("/store/a", null, null)).path("why").asText())
          .isEqualTo("default");
      assertThat(client.get("/v1/cache/health").json().path("by_default").asLong()).isEqualTo(2);
    }
  }

  @Test
  void theModelPublishedLastAnswersAndDeletionGoesBackToTheOneBefore() throws Exception {
    try (LocalSidecar sidecar = LocalSidecar.start(directory.resolve("models"))) {
      Client client = sidecar.client();
      upload(client, Models.constant("keep", 2, 0.5));
      JsonNode kept = ask(client, question("/store/a", null, null));
      assertThat(kept.path("store").asBoolean()).isTrue();
      assertThat(kept.path("ttl_s").asInt()).isEqualTo(300);
      assertThat(kept.path("model").asText()).isEqualTo("keep");
      assertThat(kept.path("version").asInt()).isEqualTo(1);
      upload(client, Models.constant("drop", -2, 0.5));
      JsonNode dropped = ask(client, question("/store/a", null, null));
      assertThat(dropped.path("store").asBoolean()).isFalse();
      assertThat(dropped.path("ttl_s").asInt()).isEqualTo(60);
      assertThat(dropped.path("model").asText()).isEqualTo("drop");
      client.send("DELETE", "/delete/drop", new byte[0]);
      assertThat(ask(client, question("/store/a", null, null)).path("model").asText())
          .isEqualTo("keep");
    }
  }

  /** Version 1 of "keep" is older than "drop", and decides all the same. */
  @Test
  void aModelThatIsRolledBackHandsItsDecisionsToNoOther() throws Exception {
    ModelName keep = new ModelName("keep");
    try (LocalSidecar sidecar = LocalSidecar.start(directory.resolve("models"))) {
      Client client = sidecar.client();
      upload(client, Models.constant("keep", 1, 0.5));
      upload(client, Models.constant("drop", -2, 0.5));
      upload(client, Models.constant("keep", 2, 0.5));
      assertThat(deciding(client)).isEqualTo("keep 2");
      sidecar.sidecar().management().rollback(keep, Caller.ANYBODY);
      assertThat(deciding(client)).isEqualTo("keep 1");
      sidecar.sidecar().management().assign(keep, Alias.PRODUCTION, 2, Caller.ANYBODY);
      sidecar.sidecar().management().rollback(keep, Caller.ANYBODY);
      assertThat(deciding(client)).isEqualTo("keep 1");
    }
    try (LocalSidecar sidecar = LocalSidecar.start(directory.resolve("models"))) {
      Client client = sidecar.client();
      assertThat(deciding(client)).isEqualTo("keep 1");
      sidecar.sidecar().management().deleteVersion(keep, 2, Caller.ANYBODY);
      assertThat(deciding(client)).isEqualTo("keep 1");
      sidecar.sidecar().management().unassign(keep, Alias.PRODUCTION, Caller.ANYBODY);
      assertThat(deciding(client)).isEqualTo(" 0");
      upload(client, Models.constant("drop", -2, 0.5));
      assertThat(deciding(client)).isEqualTo("drop 2");
    }
  }

  private static String deciding(Client client) throws Exception {
    JsonNode answer = ask(client, question("/store/a", null, null));
    return answer.path("model").asText() + " " + answer.path("version").asInt();
  }

  @Test
  void aNamedDecisionModelIsTheOnlyOneThatAnswers() throws Exception {
    try (LocalSidecar sidecar =
        LocalSidecar.start(
            directory.resolve("models"),
            s -> s.withServing(s.serving().deciding(new ModelName("keep"))))) {
      Client client = sidecar.client();
      upload(client, Models.constant("drop", -2, 0.5));
      assertThat(ask(client, question("/store/a", null, null)).path("why").asText())
          .isEqualTo("default");
      upload(client, Models.constant("keep", 2, 0.5));
      upload(client, Models.constant("drop", -3, 0.5));
      assertThat(ask(client, question("/store/a", null, null)).path("model").asText())
          .isEqualTo("keep");
    }
  }

  @Test
  void layersHaveHistoriesOfTheirOwnAndTimeDoesNotGoBack() throws Exception {
    try (LocalSidecar sidecar = LocalSidecar.start(directory.resolve("models"), this::replaying)) {
      Client client = sidecar.client();
      upload(client, Models.random("reuse", 1, 0.5));
      ask(client, question("/store/a", 1_000_000L, null));
      JsonNode again = ask(client, question("/store/a", 2_000_000L, null));
      JsonNode region =
          ask(client, ((ObjectNode) question("/store/a", 1_500_000L, null)).put("layer", "region"));
      assertThat(again.path("features").path("file_accesses").asDouble()).isPositive();
      assertThat(region.path("features").path("file_accesses").asDouble()).isZero();
      Reply back =
          client.post("/v1/cache/decide", question("/store/a", 1_999_999L, null).toString());
      assertThat(back.status()).isEqualTo(400);
      assertThat(back.text()).contains("goes back");
    }
  }

  @Test
  void aQuestionMayNotTellItsInstantOutsideOfAReplay() throws Exception {
    try (LocalSidecar sidecar = LocalSidecar.start(directory.resolve("models"))) {
      Reply reply =
          sidecar.client().post("/v1/cache/decide", question("/store/a", 1_000L, null).toString());
      assertThat(reply.status()).isEqualTo(400);
      assertThat(reply.text()).contains("--replay");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "{\"lfn\":\"/a\"}",
        "{\"v\":2,\"lfn\":\"/a\"}",
        "{\"v\":\"1\",\"lfn\":\"/a\"}",
        "{\"v\":1}",
        "{\"v\":1,\"lfn\":\" \"}",
        "{\"v\":1,\"lfn\":7}",
        "{\"v\":1,\"lfn\":\"/a\",\"lfn\":\"/b\"}",
        "{\"v\":1,\"lfn\":\"/a\",\"disk_free\":-1}",
        "{\"v\":1,\"lfn\":\"/a\",\"disk_free\":1e99}",
        "{\"v\":1,\"lfn\":\"/a\",\"size\":\"big\"}",
        "{\"v\":1,\"lfn\":\"/a\",\"node\":{}}",
        "{\"v\":1,\"lfn\":\"/a\",\"explain\":1}",
        "{\"v\":1,\"lfn\":\"/a\"} x"
      })
  void aMalformedQuestionIsRefused(String body) throws Exception {
    try (LocalSidecar sidecar = LocalSidecar.start(directory.resolve("models"))) {
      Reply reply = sidecar.client().post("/v1/cache/decide", body);
      assertThat(reply.status()).isEqualTo(400);
      assertThat(reply.isError()).isTrue();
    }
  }

  @Test
  void oddNamesOfFilesAreAnswered() throws Exception {
    List<String> names =
        List.of(
            "/store/a b",
            "/store/\"quoted\"",
            "/store/back\\slash",
            "/store/%20",
            "/store/\u00fcn\u00efcode/\ud83d\ude00",
            "/store/#&?x=1",
            "/store/" + "x".repeat(1000),
            "no slash",
            "/store/\n\t\u0000");
    try (LocalSidecar sidecar = LocalSidecar.start(directory.resolve("models"))) {
      Client client = sidecar.client();
      upload(client, Models.random("reuse", 1, 0.5));
      for (String name : names) {
        assertThat(ask(client, question(name, null, null)).path("why").asText())
            .as(name)
            .isEqualTo("model");
      }
    }
  }

  private SidecarSettings replaying(SidecarSettings s) {
    return s.withDesk(DeskSettings.of(DeskSettings.DEFAULT_FILES_PER_LAYER, true));
  }

  private static AccessRecord record(Random random, long timeMillis) {
    int dataset = random.nextInt(40);
    String tier = List.of("AOD", "MINIAOD", "NANOAODSIM", "RAW").get(dataset % 4);
    int file = (int) Math.abs(random.nextGaussian() * 60);
    String lfn =
        random.nextInt(10) == 0
            ? "/store/user/someone/" + dataset + "/f" + file
            : "/store/data/Run2026A/Set" + dataset + "/" + tier + "/Proc-v1/0000/" + file + ".root";
    Long size = random.nextInt(4) == 0 ? null : (Long) (1L + random.nextInt(2_000_000_000));
    return AccessRecord.of(lfn, Instant.ofEpochMilli(timeMillis), size);
  }

  private static JsonNode question(String lfn, @Nullable Long timeMillis, @Nullable Long size) {
    ObjectNode question = JSON.createObjectNode();
    question.put("v", 1).put("node", "xcache1").put("layer", "site").put("lfn", lfn);
    question.put("disk_free", 10).put("disk_total", 100).put("seq", 1).put("explain", true);
    if (timeMillis != null) {
      question.put("time_ms", timeMillis);
    }
    if (size != null) {
      question.put("size", size);
    }
    return question;
  }

  private static JsonNode ask(Client client, JsonNode question) {
    Reply reply = client.post("/v1/cache/decide", question.toString());
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    assertThat(reply.contentType()).isEqualTo("application/json");
    return reply.json();
  }

  private static void upload(Client client, ModelBundle bundle) {
    Reply reply = client.post("/upload", Models.archive(bundle), "Content-Encoding", "gzip");
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
  }
}
