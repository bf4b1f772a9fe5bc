// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.trees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.decisionlab.training.EpochResult;
import org.decisionlab.training.StopReason;
import org.decisionlab.training.Worlds;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tech.tablesaw.api.Table;

/** Boosting that is left and resumed. */
class TreeCheckpointTest {

  private static final int ROUNDS = 40;

  private final Table train = Worlds.learnable(2000, 71);
  private final Table validation = Worlds.learnable(1000, 72);
  private final Table test = Worlds.learnable(500, 73);

  @TempDir private Path folder;

  @AfterEach
  void clearInterrupt() {
    Thread.interrupted();
  }

  private TreeTrainingRun run() {
    return TreeTrainingRun.xgboost(train, validation)
        .features(Worlds.FEATURES)
        .rounds(ROUNDS)
        .patience(100)
        .maxDepth(4)
        .parameter("num_parallel_tree", 2)
        .threads(1)
        .seed(7)
        .quiet();
  }

  private static List<Double> losses(TrainedTrees model) {
    return model.history().stream().map(EpochResult::validationLoss).toList();
  }

  @Test
  void boostingThatWasLeftAndResumedGivesIdenticalTrees() {
    try (TrainedTrees whole = run().fit()) {
      try (TrainedTrees part =
          run()
              .checkpoints(folder)
              .onRound(
                  result -> {
                    if (result.epoch() == 17) {
                      Thread.currentThread().interrupt();
                    }
                  })
              .fit()) {
        assertThat(Thread.interrupted()).isTrue();
        assertThat(part.training().stop()).isEqualTo(StopReason.INTERRUPTED);
        assertThat(part.history()).hasSize(17);
      }
      try (TrainedTrees resumed = run().checkpoints(folder).resume().fit()) {
        assertThat(losses(resumed)).isEqualTo(losses(whole));
        assertThat(resumed.trees()).isEqualTo(whole.trees());
        assertThat(resumed.predict(test)).isEqualTo(whole.predict(test));
      }
    }
  }

  /** XGBoost does not tell where its draws stand, so the card tells that they began anew. */
  @Test
  void boostingThatDrawsTellsWhereItWasResumed() {
    run().subsample(0.6).rounds(10).checkpoints(folder).fit().close();
    try (TrainedTrees resumed =
        run().subsample(0.6).rounds(20).checkpoints(folder).resume().fit()) {
      assertThat(resumed.history()).hasSize(20);
      assertThat(resumed.training().settings()).containsEntry("resumed_after", "10");
    }
  }

  @Test
  void theNewestTwoAreKeptAndMoreRoundsMayBeWanted() throws Exception {
    run().rounds(25).checkpoints(folder).fit().close();
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("epoch-000020.checkpoint", "epoch-000025.checkpoint");
    }
    try (TrainedTrees again = run().rounds(25).checkpoints(folder).resume().fit();
        TrainedTrees more = run().rounds(30).checkpoints(folder).resume().fit()) {
      assertThat(again.history()).hasSize(25);
      assertThat(again.training().stop()).isEqualTo(StopReason.COMPLETE);
      assertThat(more.history()).hasSize(30);
    }
  }

  @Test
  void anotherTrainingIsRefusedByWhatDiffers() {
    run().rounds(3).checkpoints(folder).fit().close();
    refused(run().seed(8), "seed: 7, now 8");
    refused(run().maxDepth(5), "max_depth: 4, now 5");
    refused(withoutParallelTrees(), "num_parallel_tree: 2, now not told");
    refused(run().parameter("max_bin", 64), "max_bin: not told, now 64");
    assertThatThrownBy(() -> run().resume().fit())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("call checkpoints(folder)");
    refused(run().weights("size"), "training rows: 2000 rows with SHA-256");
    assertThatThrownBy(() -> run().checkpoints(folder).fit())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("holds epoch-000003.checkpoint of an earlier training");
    assertThatThrownBy(() -> TreeTrainingRun.lightgbm(train, validation).checkpoints(folder))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("LightGBM cannot be gone on with");
  }

  private TreeTrainingRun withoutParallelTrees() {
    return TreeTrainingRun.xgboost(train, validation)
        .features(Worlds.FEATURES)
        .rounds(ROUNDS)
        .patience(100)
        .maxDepth(4)
        .threads(1)
        .seed(7)
        .quiet();
  }

  @Test
  void whatATrainingIsMayBeLongToTell() throws Exception {
    Map<String, String> identity = Map.of("preprocessing", "ä𝛼".repeat(40_000));
    BoostingCheckpoint.Form form = new BoostingCheckpoint.Form();
    BoostingCheckpoint read =
        form.read(form.write(new BoostingCheckpoint(identity, List.of(), new byte[] {1})));
    assertThat(form.identity(read)).isEqualTo(identity);
    assertThat(read.model()).containsExactly(1);
  }

  private void refused(TreeTrainingRun run, String difference) {
    assertThatThrownBy(() -> run.checkpoints(folder).resume().fit())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("is of another training: ")
        .hasMessageContaining(difference);
  }

  @Test
  void aDamagedCheckpointIsRefusedByName() throws Exception {
    run().rounds(3).checkpoints(folder).fit().close();
    Path newest = folder.resolve("epoch-000003.checkpoint");
    byte[] bytes = Files.readAllBytes(newest);
    bytes[bytes.length / 2] ^= 1;
    Files.write(newest, bytes);
    assertThatThrownBy(() -> run().checkpoints(folder).resume().fit())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("cannot be read: it is damaged");
  }
}
