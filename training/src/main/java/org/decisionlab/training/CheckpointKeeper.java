// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training;

import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Writes checkpoints, and gives the one to go on from. */
final class CheckpointKeeper implements EpochLoop.Keeper {

  private final Checkpoints<Checkpoint> checkpoints;
  private final Map<String, String> identity;
  private final OptimizerState state;
  private final @Nullable Checkpoint left;

  /**
   * @param resume whether to go on from the newest checkpoint
   * @param identity what the training is
   * @throws IllegalStateException when the folder, its newest checkpoint or the optimiser is
   *     refused
   */
  CheckpointKeeper(
      Checkpoints<Checkpoint> checkpoints,
      boolean resume,
      Map<String, String> identity,
      KeptOptimizers.Kept optimizer,
      Block block) {
    if (optimizer.state() == null) {
      throw new IllegalStateException(
          "what %s remembers cannot be kept: take Adam, AdamW or Sgd, given as builder, or no checkpoints"
              .formatted(optimizer.optimizer().getClass().getSimpleName()));
    }
    this.checkpoints = checkpoints;
    this.identity = identity;
    this.state = Objects.requireNonNull(optimizer.state());
    Map<String, String> names = new HashMap<>();
    for (Pair<String, Parameter> parameter : block.getParameters()) {
      names.put(parameter.getValue().getId(), parameter.getKey());
    }
    state.names(names);
    left = checkpoints.left(resume, identity);
    if (left != null) {
      state.restore(left.optimizer());
    }
  }

  @Override
  public @Nullable Checkpoint left() {
    return left;
  }

  @Override
  public void keep(List<EpochResult> history, Snapshot now, Snapshot best) {
    checkpoints.write(new Checkpoint(identity, List.copyOf(history), now, best, state.save()));
  }
}
