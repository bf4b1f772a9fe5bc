// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.trees;

import java.util.List;
import java.util.Map;
import org.decisionlab.training.Checkpoints;
import org.decisionlab.training.EpochResult;
import org.jspecify.annotations.Nullable;

/** Writes the checkpoints of a boosting, and knows where it was left. */
final class BoostingKeeper {

  /** Rounds are quick, so not each is written. */
  private static final int EVERY = 10;

  private final @Nullable Checkpoints<BoostingCheckpoint> checkpoints;
  private final Map<String, String> identity;
  private final @Nullable BoostingCheckpoint left;
  private int written;

  /**
   * @param checkpoints where to write, null for nowhere
   * @param resume whether to go on from the newest
   * @param identity what the training is
   * @throws IllegalStateException when the folder or its newest checkpoint is refused, or none is
   *     named to go on from
   */
  BoostingKeeper(
      @Nullable Checkpoints<BoostingCheckpoint> checkpoints,
      boolean resume,
      Map<String, String> identity) {
    if (resume && checkpoints == null) {
      throw new IllegalStateException(
          "resume() goes on from a checkpoint; call checkpoints(folder) to say where they are");
    }
    this.checkpoints = checkpoints;
    this.identity = Map.copyOf(identity);
    this.left = checkpoints == null ? null : checkpoints.left(resume, identity);
    this.written = left == null ? 0 : left.history().size();
  }

  /** Where the training was left, null where it begins. */
  @Nullable BoostingCheckpoint left() {
    return left;
  }

  /**
   * A round is done, or the training has ended.
   *
   * @param ended whether to write whatever the round
   */
  void keep(List<EpochResult> history, Boosting boosting, boolean ended) {
    int done = history.size();
    if (checkpoints != null && done > written && (ended || done - written >= EVERY)) {
      checkpoints.write(new BoostingCheckpoint(identity, List.copyOf(history), boosting.state()));
      written = done;
    }
  }
}
