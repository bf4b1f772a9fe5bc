// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.decisionlab.sidecar.serve.Caller;
import org.decisionlab.sidecar.store.Alias;
import org.decisionlab.sidecar.store.ModelName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What caches ask is seen by drift, by the sample of rows and by shadows, as at other doors; what
 * they would delete by shadows alone.
 */
class CachesObservedTest {

  private static final int ONE_BY_ONE = 30;
  private static final int FILES = 300;
  private static final int ALL = ONE_BY_ONE + FILES;

  @TempDir Path directory;

  @Test
  void driftLogAndShadowSeeWhatCachesAsk() throws Exception {
    Path state = directory.resolve("state");
    try (LocalSidecar sidecar =
        LocalSidecar.start(
            directory.resolve("models"),
            s -> s.withObserving(new Observing(state, 1, false, Observing.DEFAULT_BYTES)))) {
      Client client = sidecar.client();
      client.post("/upload", Models.archive(Models.random("reuse", 1, 0.5)));
      client.post("/upload?alias=shadow", Models.archive(Models.random("reuse", 2, 0.5)));
      assertThat(
              sidecar
                  .sidecar()
                  .management()
                  .status(new ModelName("reuse"), Caller.ANYBODY)
                  .state()
                  .version(Alias.SHADOW))
          .isEqualTo(2);
      for (int i = 0; i < ONE_BY_ONE; i++) {
        client.post("/v1/cache/decide", "{\"v\":1,\"lfn\":\"/store/one/" + i + "\"}");
      }
      String files =
          IntStream.range(0, FILES)
              .mapToObj(i -> "\"/store/many/" + i + "\"")
              .collect(Collectors.joining(",", "{\"v\":1,\"files\":[", "]}"));
      assertThat(client.post("/v1/cache/purge-order", files).status()).isEqualTo(200);
      assertThat(client.post("/v1/cache/decide/batch", files).status()).isEqualTo(200);
      Await.until("drift", () -> drift(client).path("rows").asLong() == ALL);
      assertThat(drift(client).path("features")).hasSize(Models.FEATURES.size());
      Await.until(
          "shadow",
          () -> {
            var shadow =
                sidecar
                    .sidecar()
                    .management()
                    .status(new ModelName("reuse"), Caller.ANYBODY)
                    .shadow();
            return shadow != null && shadow.compared() == ONE_BY_ONE + 2;
          });
      Await.until("log", () -> lines(state) == ALL);
      sidecar.sidecar().management().delete(new ModelName("reuse"), Caller.ANYBODY);
    }
  }

  private static JsonNode drift(Client client) {
    return client.get("/v1/registry/models/reuse/drift").json();
  }

  private static long lines(Path state) throws Exception {
    long lines = 0;
    try (Stream<Path> files = Files.list(state)) {
      for (Path file : files.filter(f -> f.toString().contains("predictions-")).toList()) {
        lines += Files.readAllLines(file).size();
      }
    }
    return lines;
  }
}
