// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.decisionlab.models.engine.Engines;
import org.decisionlab.models.engine.ModelFile;
import org.decisionlab.models.engine.TensorValue;
import org.decisionlab.sidecar.Client.Reply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models that are slow to load or to answer, or cannot be loaded for a moment. */
class SlowModelsTest {

  private static final String DECIDE = "{\"v\":1,\"layer\":\"site\",\"lfn\":\"/store/a/%d\"}";
  private static final String FILES = "{\"v\":1,\"layer\":\"site\",\"files\":[\"/store/a/1\"]}";

  @TempDir Path directory;

  private LocalSidecar start(Consumer<ModelFile> beforeLoading, Consumer<TensorValue> before)
      throws StartException {
    Engines engines = new Engines(List.of(new WatchedEngine(beforeLoading, before)));
    return LocalSidecar.start(
        directory.resolve("models"), s -> s.withServing(s.serving().with(engines)));
  }

  private static void publish(Client client, String name, float bias) {
    Reply reply = client.post("/upload", Models.archive(Models.constant(name, bias, 0.5)));
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
  }

  private static JsonNode decide(Client client, int number) {
    Reply reply = client.post("/v1/cache/decide", DECIDE.formatted(number));
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    return reply.json();
  }

  private static void await(CountDownLatch latch, int seconds) {
    try {
      if (!latch.await(seconds, TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void uploadsThatAreSlowToLoadHoldUpNeitherCachesNorTheRegistry() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    AtomicInteger loading = new AtomicInteger();
    AtomicBoolean slow = new AtomicBoolean();
    try (LocalSidecar sidecar =
        start(
            file -> {
              if (slow.get()) {
                loading.incrementAndGet();
                await(go, 50);
              }
            },
            row -> {})) {
      Client client = sidecar.client();
      publish(client, "keep", 1);
      slow.set(true);
      List<CompletableFuture<Reply>> uploads =
          List.of(
              CompletableFuture.supplyAsync(() -> upload(sidecar, "one")),
              CompletableFuture.supplyAsync(() -> upload(sidecar, "two")));
      Await.until("both are being loaded", () -> loading.get() == 2);
      for (String path : List.of("/v1/cache/decide/batch", "/v1/cache/purge-order")) {
        assertThat(client.post(path, FILES).status()).isEqualTo(200);
      }
      assertThat(client.get("/v1/registry/models").status()).isEqualTo(200);
      assertThat(
              client
                  .send("PUT", "/v1/registry/models/keep/owner", Fixtures.utf8("{\"owner\":null}"))
                  .status())
          .isEqualTo(200);
      assertThat(uploads).noneMatch(CompletableFuture::isDone);
      go.countDown();
      for (CompletableFuture<Reply> upload : uploads) {
        assertThat(upload.get(60, TimeUnit.SECONDS).status()).isEqualTo(200);
      }
    }
  }

  private static Reply upload(LocalSidecar sidecar, String name) {
    return sidecar.client().post("/upload", Models.archive(Models.constant(name, 1, 0.5)));
  }

  /** Each row costs a millisecond, which is more than an event loop may spend. */
  @Test
  void aModelThatTakesLongAnswersCachesOnThreadsOfItsOwn() throws Exception {
    Set<String> threads = ConcurrentHashMap.newKeySet();
    try (LocalSidecar sidecar =
        start(
            file -> {},
            row -> {
              threads.add(Thread.currentThread().getName());
              long end = System.nanoTime() + 1_000_000;
              while (System.nanoTime() < end) {
                Thread.onSpinWait();
              }
            })) {
      publish(sidecar.client(), "dear", 2);
      threads.clear();
      for (int i = 0; i < 20; i++) {
        JsonNode answer = decide(sidecar.client(), i);
        assertThat(answer.path("model").asText()).isEqualTo("dear");
      }
      assertThat(threads).isNotEmpty().noneMatch(name -> name.contains("eventloop"));
      JsonNode health = sidecar.client().get("/v1/cache/health").json();
      assertThat(health.path("questions").asInt()).isEqualTo(20);
      assertThat(health.path("history").path("files").asInt()).isEqualTo(20);
    }
  }

  /** The rows of the rehearsal are zeros; the golden rows are not. */
  @Test
  void aRehearsalThatTakesTooLongDoesNotKeepTheSidecarFromStarting() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    Consumer<TensorValue> slow =
        row -> {
          if (row.rows() == 1 && row.floats()[0] == 0 && row.floats()[1] == 0) {
            await(never, 8);
          }
        };
    try (LocalSidecar sidecar = start(file -> {}, row -> {})) {
      publish(sidecar.client(), "slow", 2);
    }
    try (LocalSidecar sidecar = start(file -> {}, slow)) {
      assertThat(sidecar.client().get("/health/ready").status()).isEqualTo(200);
      never.countDown();
      String row = PublishTest.rowJson("slow", List.of(), new float[Models.FEATURES.size()]);
      assertThat(sidecar.client().post("/json", row).status()).isEqualTo(200);
    }
  }

  @Test
  void whatCannotBeLoadedForAMomentIsTriedAgainWhileTheVersionBeforeAnswers() throws Exception {
    AtomicBoolean full = new AtomicBoolean();
    try (LocalSidecar following =
            start(
                file -> {
                  if (full.get()) {
                    throw new OutOfMemoryError("no memory at the moment");
                  }
                },
                row -> {});
        LocalSidecar publishing = LocalSidecar.start(directory.resolve("models"))) {
      publish(publishing.client(), "keep", 1);
      Await.until("version 1 answers", () -> version(following) == 1);
      full.set(true);
      publish(publishing.client(), "keep", -1);
      Await.until(
          "version 2 was tried",
          () -> following.client().get("/v1/registry/models").text().contains("no memory"));
      for (int i = 0; i < 20; i++) {
        assertThat(version(following)).isEqualTo(1);
      }
      full.set(false);
      Await.until("version 2 answers", () -> version(following) == 2);
    }
  }

  @Test
  void atTheStartItIsTriedAgainToo() throws Exception {
    try (LocalSidecar sidecar = start(file -> {}, row -> {})) {
      publish(sidecar.client(), "keep", 1);
    }
    AtomicInteger loads = new AtomicInteger();
    try (LocalSidecar sidecar =
        start(
            file -> {
              if (loads.getAndIncrement() < 2) {
                throw new OutOfMemoryError("no memory at the moment");
              }
            },
            row -> {})) {
      Await.until("it answers", () -> version(sidecar) == 1);
      assertThat(loads.get()).isEqualTo(3);
    }
  }

  /** The version that decides; 0 for none. */
  private static int version(LocalSidecar sidecar) {
    return decide(sidecar.client(), 1).path("version").asInt();
  }
}
