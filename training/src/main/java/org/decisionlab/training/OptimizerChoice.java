// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training;

import ai.djl.training.optimizer.Adam;
import ai.djl.training.tracker.Tracker;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Which optimiser learns; Adam with a step size of 0.002 unless told otherwise. */
final class OptimizerChoice {

  private String name = "Adam";
  private Tracker rate = Tracker.fixed(2e-3f);
  private @Nullable String rateWords = "0.002";
  private @Nullable Supplier<KeptOptimizers.Kept> own;

  /** Adam's step size. */
  void rate(float value) {
    if (!(value > 0 && value < Float.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("learning rate must be positive: " + value);
    }
    rate(Tracker.fixed(value));
    rateWords = String.valueOf(value);
  }

  /** Adam's step size by the number of the step. */
  void rate(Tracker tracker) {
    if (own != null) {
      throw new IllegalStateException(
          "the " + name + " that was given has a learning rate of its own");
    }
    rate = tracker;
    rateWords = tracker.getClass().getSimpleName();
  }

  /** Another optimiser, which brings its step size. */
  void take(String optimizer, Supplier<KeptOptimizers.Kept> maker) {
    name = optimizer;
    rateWords = null;
    own = maker;
  }

  KeptOptimizers.Kept make() {
    return own == null ? KeptOptimizers.of(Adam.builder().optLearningRateTracker(rate)) : own.get();
  }

  /** What the card tells of it. */
  Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("optimizer", name);
    if (rateWords != null) {
      settings.put("learning_rate", rateWords);
    }
    return settings;
  }
}
