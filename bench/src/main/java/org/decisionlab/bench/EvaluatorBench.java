// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.decisionlab.models.evaluate.Evaluator;
import org.decisionlab.models.graph.ModelGraph;

/**
 * One row in process: the evaluator against loops written by hand for the same net, as a programmer
 * would write them, and against the same loops laid out for vector instructions. They take turns,
 * and must give the same answers.
 */
public final class EvaluatorBench {

  private static final String ROW = "evaluator";
  private static final int ROWS = 256;
  private static final double TOLERANCE = 1e-5;

  private EvaluatorBench() {}

  private interface Net {
    float[] ask(float[] row);
  }

  /** Takes {@code --short}. */
  public static void main(String[] arguments) {
    boolean brief = ShortForm.isAskedFor(arguments);
    Figures figures = new Figures(System.out);
    ModelGraph graph = BenchModels.mlp();
    Evaluator evaluator = Evaluator.of(graph);
    HandWritten loops = HandWritten.of(graph);
    float[][] rows = rows();
    requireSame(evaluator, loops, rows);
    List<Net> nets = List.of(evaluator::evaluate, loops::plain, loops::vectorised);
    List<String> sides = List.of(Figures.OURS, "plain loops", "loops");
    int rounds = brief ? 5 : 15;
    int calls = brief ? 100 : 1_000;
    for (int round = -rounds; round < rounds; round++) {
      for (int i = 0; i < nets.size(); i++) {
        int turn = Math.floorMod(i + round, nets.size());
        double micros = micros(nets.get(turn), rows, calls);
        if (round >= 0) {
          figures.value(ROW, sides.get(turn), micros);
        }
      }
    }
  }

  private static float[][] rows() {
    Random random = new Random(2);
    float[][] rows = new float[ROWS][];
    Arrays.setAll(rows, i -> BenchModels.row(random, BenchModels.INPUTS));
    return rows;
  }

  private static void requireSame(Evaluator evaluator, HandWritten loops, float[][] rows) {
    for (float[] row : rows) {
      float ours = evaluator.evaluate(row)[0];
      float plain = loops.plain(row)[0];
      float vectorised = loops.vectorised(row)[0];
      if (Math.abs(ours - plain) > TOLERANCE || Math.abs(ours - vectorised) > TOLERANCE) {
        throw new IllegalStateException(
            "the evaluator says " + ours + ", loops " + plain + " and " + vectorised);
      }
    }
  }

  private static double micros(Net net, float[][] rows, int calls) {
    float sum = 0;
    long from = System.nanoTime();
    for (int call = 0; call < calls; call++) {
      for (float[] row : rows) {
        sum += net.ask(row)[0];
      }
    }
    long nanos = System.nanoTime() - from;
    if (!Float.isFinite(sum)) {
      throw new IllegalStateException("an answer is no number");
    }
    return nanos / 1e3 / calls / rows.length;
  }
}
