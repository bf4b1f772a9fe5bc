// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.decisionlab.models.engine.EngineDescription;
import org.decisionlab.sidecar.store.ModelName;
import org.decisionlab.sidecar.store.StoredVersion;
import org.decisionlab.sidecar.wire.TfaasParams;
import org.junit.jupiter.api.Test;

class BatchesTest {

  private static final Cost KNOWN = new Cost(1_000, 1_000);
  private static final Cost ONE_ROW = new Cost(1_000, Long.MAX_VALUE);

  private final Queue<Runnable> pool = new ArrayDeque<>();
  private final Batches batches = new Batches(pool::add, 1);

  private static ServedModel model(int mostRows, Cost cost) {
    StoredVersion stored =
        new StoredVersion(
            new ModelName("m"), 1, Instant.EPOCH, null, 0, new TreeMap<>(), Path.of("none"));
    return ServedModel.of(
        stored,
        new LoadedVersion(
            TfaasParams.of("m", ""),
            new EngineDescription("few", "1", Set.of(), false),
            new RowModel(new FewRows(mostRows)),
            List.of(),
            null,
            "none",
            cost));
  }

  private void runAll() {
    for (Runnable next = pool.poll(); next != null; next = pool.poll()) {
      next.run();
    }
  }

  @Test
  void questionsThatDoNotFitTogetherAreAnsweredEachAloneAndSoAreLaterOnes() {
    ServedModel model = model(1, KNOWN);
    for (int round = 0; round < 2; round++) {
      List<CompletableFuture<float[][]>> answers = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        answers.add(batches.submit(model, new float[][] {{round, i}}));
      }
      CompletableFuture<float[][]> tooMany = batches.submit(model, new float[2][2]);
      runAll();
      for (int i = 0; i < 3; i++) {
        assertThat(answers.get(i).join()).isEqualTo(new float[][] {{round, i}});
      }
      assertThat(tooMany).isCompletedExceptionally();
    }
  }

  @Test
  void aModelThatFitsWithOneRowAnswersManyOneAfterAnother() {
    float[][] rows = {{1, 2}, {3, 4}, {5, 6}};
    assertThat(model(1, ONE_ROW).answers(rows)).isEqualTo(rows);
  }

  @Test
  void aShadowHoldsSoManyNumbersAndDropsTheRest() {
    ServedModel model = model(1, KNOWN);
    try (Shadows shadows = new Shadows()) {
      int rows = (int) (Shadows.MAX_NUMBERS / 4) + 1;
      float[][] large = new float[rows][];
      java.util.Arrays.fill(large, new float[2]);
      shadows.compare(model, model, OrderedRows.of(large), large);
      ShadowComparison comparison = shadows.of(new ModelName("m"));
      assertThat(comparison).isNotNull();
      assertThat(comparison.dropped()).isEqualTo(1);
    }
  }
}
