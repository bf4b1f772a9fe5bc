// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.evaluate;

import java.util.Arrays;
import java.util.BitSet;
import org.decisionlab.models.graph.ModelGraph;

/**
 * A model graph compiled to loops over float32 numbers. Immutable and thread safe: every call has
 * its own working memory.
 *
 * <p>A missing feature is told by "not a number", and is accepted where the graph itself says what
 * stands for it. Every other feature that is not finite is refused, because runtimes disagree about
 * what, say, the rectifier makes of it. An overflow inside the model follows IEEE 754: the result
 * is then infinite or not a number, never something else.
 */
public final class Evaluator {

  /** Rows at once, where that is quicker: their numbers and a tree fit the first-level cache. */
  private static final int BLOCK = 64;

  private final int features;
  private final int outputs;
  private final Program program;
  private final BitSet mayBeMissing;
  private final BitSet lookedUp;

  private Evaluator(ModelGraph graph, Program program) {
    this.mayBeMissing = MissingFeatures.of(graph);
    this.lookedUp = LookedUpFeatures.of(graph);
    this.features = graph.features();
    this.outputs = graph.outputs();
    this.program = program;
  }

  /**
   * Compiles a graph.
   *
   * @throws org.decisionlab.models.graph.InvalidGraphException when arithmetic of constants gives a
   *     number that is not finite
   */
  public static Evaluator of(ModelGraph graph) {
    return new Evaluator(graph, new Compiler(graph).compile());
  }

  /** Numbers in a row that goes in. */
  public int features() {
    return features;
  }

  /** Numbers in a row that comes out. */
  public int outputs() {
    return outputs;
  }

  /** Whether a row may have "not a number" in place of this feature. */
  public boolean mayBeMissing(int feature) {
    return mayBeMissing.get(feature);
  }

  /**
   * Whether this feature is an index of a table as it is, so that a row with another number is
   * refused.
   */
  public boolean isLookedUp(int feature) {
    return lookedUp.get(feature);
  }

  /**
   * The model's answer for one row.
   *
   * @throws IllegalArgumentException when the row has another number of features, one that is not
   *     finite, or one that is looked up in a table and not there
   */
  public float[] evaluate(float[] row) {
    check(row, "the row");
    return program.run(row, program.newWork());
  }

  /**
   * The model's answers for many rows, in order. Each is bit-equal to that for the row alone.
   *
   * @throws IllegalArgumentException when a row has another number of features, or one that is not
   *     finite; then no row is evaluated
   */
  public float[][] evaluate(float[][] rows) {
    for (int i = 0; i < rows.length; i++) {
      check(rows[i], "row " + i);
    }
    float[][] answers = new float[rows.length][];
    if (rows.length > 1 && program.gainsFromBlocks()) {
      float[][][] works = new float[Math.min(BLOCK, rows.length)][][];
      Arrays.setAll(works, row -> program.newWork());
      for (int first = 0; first < rows.length; first += BLOCK) {
        program.run(rows, first, Math.min(BLOCK, rows.length - first), answers, works);
      }
      return answers;
    }
    float[][] work = program.newWork();
    for (int i = 0; i < rows.length; i++) {
      answers[i] = program.run(rows[i], work).clone();
    }
    return answers;
  }

  private void check(float[] row, String which) {
    if (row.length != features) {
      throw new IllegalArgumentException(
          which + " has " + row.length + " features; the model expects " + features);
    }
    for (int i = 0; i < row.length; i++) {
      if (!Float.isFinite(row[i]) && !(Float.isNaN(row[i]) && mayBeMissing.get(i))) {
        throw new IllegalArgumentException(
            "feature " + i + " of " + which + " is not finite: " + row[i]);
      }
    }
  }

  @Override
  public String toString() {
    return "Evaluator[" + features + " -> " + outputs + ", " + program.size() + " steps]";
  }
}
