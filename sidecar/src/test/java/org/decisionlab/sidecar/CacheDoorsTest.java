// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.decisionlab.core.access.AccessRecord;
import org.decisionlab.core.decision.CacheDecision;
import org.decisionlab.core.feature.FileHistory;
import org.decisionlab.models.bundle.ModelBundle;
import org.decisionlab.models.decision.ModelDecisionPolicy;
import org.decisionlab.sidecar.Client.Reply;
import org.decisionlab.sidecar.decide.DeskSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What caches ask and tell about many files, against core's own history and policy. */
class CacheDoorsTest {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final long START = Instant.parse("2026-03-01T00:00:00Z").toEpochMilli();

  @TempDir Path directory;

  private LocalSidecar replaying() throws StartException {
    return LocalSidecar.start(
        directory.resolve("models"), s -> s.withDesk(DeskSettings.of(500_000, true)));
  }

  /** A batch of 10,000 files, some of them twice, is answered as one question each would be. */
  @Test
  void aBatchIsAnsweredFileByFileInItsOrder() throws Exception {
    long seed = 7;
    ModelBundle bundle = Models.random("reuse", seed, 0.5);
    ModelDecisionPolicy policy = ModelDecisionPolicy.of(bundle, 1);
    FileHistory history = new FileHistory();
    Random random = new Random(seed);
    try (LocalSidecar sidecar = replaying()) {
      Client client = sidecar.client();
      upload(client, bundle);
      for (int round = 0; round < 3; round++) {
        long time = START + round * 3_600_000L;
        ObjectNode question = files(time);
        List<AccessRecord> records = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
          AccessRecord record = record(random, time);
          records.add(record);
          file(question, record.lfn(), record.sizeBytes());
        }
        JsonNode answers = post(client, "/v1/cache/decide/batch", question).path("answers");
        assertThat(answers).hasSize(10_000);
        for (int i = 0; i < records.size(); i++) {
          AccessRecord record = records.get(i);
          CacheDecision expected = policy.decide(record, history.before(record));
          history.add(record);
          assertThat(answers.get(i).path("store").asBoolean())
              .as("seed %d, round %d, file %d", seed, round, i)
              .isEqualTo(expected.store());
          assertThat(answers.get(i).path("version").asInt()).isEqualTo(1);
        }
      }
      JsonNode health = client.get("/v1/cache/health").json();
      assertThat(health.path("questions").asLong()).isEqualTo(30_000);
      assertThat(health.path("history").path("files").asLong()).isEqualTo(history.files());
    }
  }

  @Test
  void thePurgeOrderIsThatOfTheScoresAndIsNotRemembered() throws Exception {
    long seed = 11;
    ModelBundle bundle = Models.random("reuse", seed, 0.5);
    ModelDecisionPolicy policy = ModelDecisionPolicy.of(bundle, 1);
    FileHistory history = new FileHistory();
    Random random = new Random(seed);
    try (LocalSidecar sidecar = replaying()) {
      Client client = sidecar.client();
      upload(client, bundle);
      ObjectNode opened = files(START);
      Map<String, Long> sizes = new HashMap<>();
      for (int i = 0; i < 2_000; i++) {
        AccessRecord record = record(random, START);
        sizes.putIfAbsent(record.lfn(), record.sizeBytes());
        file(opened, record.lfn(), record.sizeBytes());
        history.add(record);
      }
      post(client, "/v1/cache/decide/batch", opened);
      List<String> cached = List.copyOf(sizes.keySet());
      ObjectNode question = files(START + 60_000);
      cached.forEach(lfn -> file(question, lfn, sizes.get(lfn)));
      long need = sizes.values().stream().mapToLong(Long::longValue).sum() / 3;
      JsonNode found = post(client, "/v1/cache/purge-order", question.put("need_bytes", need));

      Instant at = Instant.ofEpochMilli(START + 60_000);
      double[] scores =
          cached.stream()
              .map(lfn -> AccessRecord.of(lfn, at, sizes.get(lfn)))
              .mapToDouble(file -> policy.decide(file, history.before(file)).score())
              .toArray();
      List<Integer> order = ints(found.path("order"));
      assertThat(Set.copyOf(order))
          .isEqualTo(new HashSet<>(IntStream.range(0, cached.size()).boxed().toList()));
      for (int i = 1; i < order.size(); i++) {
        assertThat(scores[order.get(i - 1)]).isLessThanOrEqualTo(scores[order.get(i)]);
      }
      for (int i = 0; i < scores.length; i++) {
        assertThat(found.path("scores").get(i).asDouble()).isCloseTo(scores[i], within(1e-6));
      }
      int enough = found.path("enough").asInt();
      long freed = 0;
      for (int place : order.subList(0, enough)) {
        freed += sizes.get(cached.get(place));
      }
      assertThat(freed).isGreaterThanOrEqualTo(need);
      assertThat(freed - sizes.get(cached.get(order.get(enough - 1)))).isLessThan(need);
      assertThat(client.get("/v1/cache/health").json().path("questions").asLong()).isEqualTo(2_000);
    }
  }

  @Test
  void withoutAModelFilesLeaveInTheOrderOfTheirLastOpening() throws Exception {
    try (LocalSidecar sidecar = replaying()) {
      Client client = sidecar.client();
      List<String> names = List.of("/store/c", "/store/a", "/store/b");
      for (int i = 0; i < names.size(); i++) {
        ObjectNode one = JSON.createObjectNode().put("v", 1).put("layer", "site");
        post(
            client,
            "/v1/cache/decide",
            one.put("lfn", names.get(i)).put("time_ms", START + i * 1_000L));
      }
      ObjectNode question = files(START + 60_000);
      names.stream().sorted(Comparator.reverseOrder()).forEach(lfn -> file(question, lfn, 1L));
      file(question, "/store/never", 1L);
      JsonNode found = post(client, "/v1/cache/purge-order", question);
      // The question's order is c, b, a, never; the openings' is c, a, b.
      assertThat(ints(found.path("order"))).containsExactly(3, 0, 2, 1);
      assertThat(found.path("why").asText()).isEqualTo("default");
      assertThat(found.has("scores")).isFalse();
    }
  }

  @Test
  void aReportOfOpeningsCountsOnce() throws Exception {
    try (LocalSidecar sidecar = LocalSidecar.start(directory.resolve("models"))) {
      Client client = sidecar.client();
      upload(client, Models.random("reuse", 1, 0.5));
      long now = System.currentTimeMillis();
      String report =
          "{\"v\":1,\"node\":\"x1\",\"layer\":\"site\",\"start\":\"a\",\"seq\":%d,\"seen\":["
              + "{\"lfn\":\"/store/a\",\"time_ms\":%d,\"source\":\"already\"},"
              + "{\"lfn\":\"/store/b\",\"time_ms\":%d,\"store\":true,\"source\":\"local\"}]}";
      JsonNode first = client.post("/v1/cache/seen", report.formatted(1, now - 500, now)).json();
      assertThat(first.path("accepted").asInt()).isEqualTo(2);
      JsonNode again = client.post("/v1/cache/seen", report.formatted(1, now - 500, now)).json();
      assertThat(again.path("repeated").asBoolean()).isTrue();
      assertThat(again.path("accepted").asInt()).isZero();
      // A new life of the server begins its numbers anew; an hour is too late to be remembered.
      JsonNode late =
          client
              .post(
                  "/v1/cache/seen",
                  report
                      .formatted(1, now - 3_600_000, now - 3_600_000)
                      .replace("\"start\":\"a\"", "\"start\":\"b\""))
              .json();
      assertThat(late.path("late").asInt()).isEqualTo(2);
      ObjectNode question = JSON.createObjectNode().put("v", 1).put("layer", "site");
      JsonNode answer =
          post(client, "/v1/cache/decide", question.put("lfn", "/store/a").put("explain", true));
      assertThat(answer.path("features").path("file_accesses").asDouble()).isPositive();
    }
  }

  @Test
  void feedbackIsJoinedWithTheDecisionsOfTheVersionThatMadeThem() throws Exception {
    try (LocalSidecar sidecar = LocalSidecar.start(directory.resolve("models"))) {
      Client client = sidecar.client();
      upload(client, Models.constant("keep", 2, 0.5));
      ObjectNode question = JSON.createObjectNode().put("v", 1).put("layer", "site");
      for (String lfn : List.of("/store/a", "/store/b", "/store/c")) {
        post(client, "/v1/cache/decide", question.put("lfn", lfn));
      }
      String told =
          "{\"v\":1,\"layer\":\"site\",\"outcomes\":[{\"lfn\":\"/store/a\",\"reused\":true},"
              + "{\"lfn\":\"/store/b\",\"reused\":false},{\"lfn\":\"/store/x\",\"reused\":true}]}";
      JsonNode joined = client.post("/v1/cache/feedback", told).json();
      assertThat(joined.path("joined").asInt()).isEqualTo(2);
      assertThat(joined.path("unknown").asInt()).isEqualTo(1);
      // An outcome counts once.
      assertThat(client.post("/v1/cache/feedback", told).json().path("joined").asInt()).isZero();
      JsonNode quality = client.get("/v1/cache/health").json().path("quality").get(0);
      assertThat(quality.path("kept_reused").asInt()).isEqualTo(1);
      assertThat(quality.path("kept_unused").asInt()).isEqualTo(1);
      double score = 1 / (1 + Math.exp(-2));
      double brier = ((score - 1) * (score - 1) + score * score) / 2;
      assertThat(quality.path("brier").asDouble()).isCloseTo(brier, within(1e-6));
      assertThat(client.get("/metrics").text())
          .contains("sidecar_decision_outcomes{")
          .contains("happened=\"reused\"");
    }
  }

  /** What was asked before a kill is remembered after it, up to the last moment. */
  @Test
  void theHistorySurvivesTheProgram() throws Exception {
    Path models = directory.resolve("models");
    Path state = directory.resolve("state");
    try (SidecarProcess first = SidecarProcess.start(models, "--state", state.toString())) {
      upload(first.client(), Models.random("reuse", 3, 0.5));
      first.client().post("/v1/cache/decide", "{\"v\":1,\"layer\":\"site\",\"lfn\":\"/store/a\"}");
      Await.until("the opening is written down", () -> written(state).contains("/store/a"));
      first.kill();
    }
    try (SidecarProcess second = SidecarProcess.start(models, "--state", state.toString())) {
      String question = "{\"v\":1,\"layer\":\"site\",\"lfn\":\"/store/a\",\"explain\":true}";
      JsonNode answer = second.client().post("/v1/cache/decide", question).json();
      assertThat(answer.path("features").path("file_accesses").asDouble()).isPositive();
      assertThat(second.client().get("/v1/cache/health").json().path("questions").asLong())
          .isEqualTo(1);
      assertThat(second.terminate()).isZero();
    }
    assertThat(written(state).lines().filter(line -> line.contains("/store/a"))).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "decide/batch|{\"v\":1}|'files'",
        "decide/batch|{\"v\":1,\"files\":[{}]}|files[0]",
        "decide/batch|{\"v\":1,\"files\":[\"/a\",7]}|files[1]",
        "purge-order|{\"v\":2,\"files\":[]}|'v' must be 1",
        "purge-order|{\"v\":1,\"files\":[\"/a\"],\"need_bytes\":-1}|'need_bytes'",
        "purge-order|{\"v\":1,\"files\":[\"/a\"],\"time_ms\":1}|--replay",
        "seen|{\"v\":1,\"seen\":[]}|'seq'",
        "seen|{\"v\":1,\"node\":\"x\",\"seq\":1,\"seen\":[{\"lfn\":\"/a\"}]}|seen[0]",
        "feedback|{\"v\":1,\"outcomes\":[{\"lfn\":\"/a\"}]}|outcomes[0]",
        "feedback|nonsense|not JSON"
      })
  void whatIsMalformedIsRefused(String path, String body, String reason) throws Exception {
    try (LocalSidecar sidecar = LocalSidecar.start(directory.resolve("models"))) {
      Reply reply = sidecar.client().post("/v1/cache/" + path, body);
      assertThat(reply.status()).isEqualTo(400);
      assertThat(reply.json().path("error").asText()).contains(reason);
    }
  }

  private static String written(Path state) throws Exception {
    StringBuilder all = new StringBuilder();
    try (var files = Files.list(state)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".jsonl")).toList()) {
        all.append(Files.readString(file));
      }
    }
    return all.toString();
  }

  private static ObjectNode files(long time) {
    ObjectNode question = JSON.createObjectNode().put("v", 1).put("layer", "site");
    question.put("node", "x1").put("time_ms", time).putArray("files");
    return question;
  }

  private static void file(ObjectNode question, String lfn, Long size) {
    ((ArrayNode) question.path("files")).addObject().put("lfn", lfn).put("size", size);
  }

  private static AccessRecord record(Random random, long time) {
    int dataset = random.nextInt(60);
    String lfn =
        "/store/mc/Run3Summer23/Set%d/MINIAOD/v1-v1/0/f%d.root"
            .formatted(dataset, random.nextInt(200));
    return AccessRecord.of(lfn, Instant.ofEpochMilli(time), 1_000L + random.nextInt(1 << 30));
  }

  private static List<Integer> ints(JsonNode list) {
    List<Integer> found = new ArrayList<>();
    list.forEach(each -> found.add(each.asInt()));
    return found;
  }

  private static void upload(Client client, ModelBundle bundle) {
    assertThat(client.post("/upload", Models.archive(bundle)).status()).isEqualTo(200);
  }

  private static JsonNode post(Client client, String path, ObjectNode body) {
    Reply reply = client.post(path, body.toString());
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    return reply.json();
  }
}
