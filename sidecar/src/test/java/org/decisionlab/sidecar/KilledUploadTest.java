// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.decisionlab.sidecar.serve.Caller;
import org.decisionlab.sidecar.serve.ModelStatus;
import org.decisionlab.sidecar.serve.VersionStatus;
import org.decisionlab.sidecar.store.Alias;
import org.decisionlab.sidecar.store.ModelName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The program is killed at any moment of uploads, as often as the property {@code
 * decisionlab.kills} says; another one on the same store goes on.
 */
class KilledUploadTest {

  private static final int KILLS = Integer.getInteger("decisionlab.kills", 12);
  private static final long LONGEST_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
  private static final ModelName NAME = new ModelName("reuse");

  @Test
  void whatWasAcknowledgedIsThereAndNothingIsHalfThere(@TempDir Path directory) throws Exception {
    long seed = 20261121;
    Random random = new Random(seed);
    Path models = directory.resolve("models");
    int acknowledged = 0;
    int cutShort = 0;
    try (LocalSidecar survivor = LocalSidecar.start(models)) {
      for (int round = 1; round <= KILLS; round++) {
        int before = production(survivor);
        boolean answered = killedWhileUploading(models, round, random);
        int after = production(survivor);
        assertThat(after).as("round %d, seed %d", round, seed).isGreaterThanOrEqualTo(before);
        if (answered) {
          acknowledged++;
          assertThat(after).as("round %d, seed %d", round, seed).isGreaterThan(before);
        } else {
          cutShort++;
        }
        allVersionsAreWhole(survivor);
      }
      assertThat(survivor.client().get("/models").status()).isEqualTo(200);
    }
    assertThat(cutShort).as("of %d uploads, seed %d", KILLS, seed).isPositive();
    assertThat(acknowledged + cutShort).isEqualTo(KILLS);
    LocalSidecar.start(models).close();
    try (Stream<Path> left = Files.list(models.resolve(".staging"))) {
      assertThat(left.toList()).isEmpty();
    }
  }

  /** Whether the upload was answered before the program was killed. */
  private static boolean killedWhileUploading(Path models, int round, Random random)
      throws Exception {
    byte[] archive = Models.archive(Models.constant("reuse", round / 10f, 0.5));
    try (SidecarProcess victim = SidecarProcess.start(models)) {
      Client client = victim.client();
      CompletableFuture<Integer> status =
          CompletableFuture.supplyAsync(() -> client.post("/upload", archive).status());
      long end = System.nanoTime() + (long) (random.nextDouble() * LONGEST_NANOS);
      while (System.nanoTime() - end < 0) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
      }
      boolean answered = status.isDone() && !status.isCompletedExceptionally();
      victim.kill();
      try {
        int code = status.get(60, TimeUnit.SECONDS);
        assertThat(code).isEqualTo(200);
        return true;
      } catch (java.util.concurrent.ExecutionException | CompletionException e) {
        assertThat(answered).isFalse();
        return false;
      }
    }
  }

  private static int production(LocalSidecar survivor) throws Exception {
    List<ModelStatus> all = survivor.sidecar().management().list(Caller.ANYBODY);
    if (all.isEmpty()) {
      return 0;
    }
    Integer version = all.get(0).state().version(Alias.PRODUCTION);
    return version == null ? 0 : version;
  }

  private static void allVersionsAreWhole(LocalSidecar survivor) throws Exception {
    for (ModelStatus model : survivor.sidecar().management().list(Caller.ANYBODY)) {
      assertThat(model.name()).isEqualTo(NAME);
      assertThat(model.problem()).isNull();
      for (VersionStatus version : model.versions()) {
        assertThat(version.state()).isNotEqualTo(VersionStatus.State.DAMAGED);
        assertThat(version.sha256()).hasSize(6);
      }
    }
  }
}
