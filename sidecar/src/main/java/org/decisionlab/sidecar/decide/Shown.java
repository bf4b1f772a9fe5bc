// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.decide;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects what models answered, so that the watch is told of many at once. Not thread safe. */
final class Shown {
  private final List<float[]> rows = new ArrayList<>();
  private final List<float[]> answers = new ArrayList<>();
  private final DecisionWatch watch;
  private @Nullable DecisionModel by;

  Shown(DecisionWatch watch) {
    this.watch = watch;
  }

  void add(Decided decided) {
    DecisionModel model = decided.by();
    float[] row = decided.row();
    Double score = decided.decision().score();
    if (model == null || row == null || score == null) {
      return;
    }
    if (!model.equals(by)) {
      end();
      by = model;
    }
    rows.add(row);
    answers.add(new float[] {score.floatValue()});
  }

  /** Tells what was collected. */
  void end() {
    if (by != null) {
      watch.answered(by, rows.toArray(float[][]::new), answers.toArray(float[][]::new));
    }
    rows.clear();
    answers.clear();
  }
}
