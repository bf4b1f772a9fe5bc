// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.decide;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import org.decisionlab.core.decision.CacheDecision;
import org.jspecify.annotations.Nullable;

/** Asks models about files; one that fails costs nobody an answer. Thread safe. */
final class Advice {

  private final Supplier<@Nullable DecisionModel> model;
  private final Tally tally;

  /**
   * Nobody asked yet.
   *
   * @param model the model that answers at the moment
   * @param tally counts failures
   */
  Advice(Supplier<@Nullable DecisionModel> model, Tally tally) {
    this.model = model;
    this.tally = tally;
  }

  /** The decision of a model, or of its successor when it is gone by now. */
  Decided about(@Nullable DecisionModel asked, Looked file) {
    DecisionModel answering = asked;
    while (answering != null) {
      try {
        float[] row = file.row(answering);
        return sound(answering, answering.policy().decide(row), row);
      } catch (RetiredModelException e) {
        answering = model.get();
      } catch (RuntimeException e) {
        tally.failed(answering, "it cannot be asked", e);
        return Decided.BY_DEFAULT;
      }
    }
    return Decided.BY_DEFAULT;
  }

  /** The decisions of a model about files, asked together; one by one where that fails. */
  List<Decided> about(@Nullable DecisionModel asked, List<Looked> files) {
    if (asked == null) {
      return Collections.nCopies(files.size(), Decided.BY_DEFAULT);
    }
    float[][] rows;
    float[][] found;
    try {
      rows = files.stream().map(file -> file.row(asked)).toArray(float[][]::new);
      found = asked.answers().apply(rows);
    } catch (RuntimeException e) {
      // One file that the model cannot be asked about must not cost the others their answers.
      return files.stream().map(file -> about(asked, file)).toList();
    }
    List<Decided> decided = new ArrayList<>(rows.length);
    for (int i = 0; i < rows.length; i++) {
      decided.add(sound(asked, asked.policy().decisionOf(found[i][0]), rows[i]));
    }
    return decided;
  }

  private Decided sound(DecisionModel asked, CacheDecision decision, float[] row) {
    if (decision.score() == null) {
      tally.failed(asked, "its answer is not a probability", null);
    }
    return new Decided(decision, asked, row);
  }
}
