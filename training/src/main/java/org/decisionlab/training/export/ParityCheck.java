// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.export;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.decisionlab.models.bundle.FeatureStatistics;
import org.decisionlab.models.bundle.SelfCheck;
import org.decisionlab.models.evaluate.Evaluator;
import org.decisionlab.models.graph.ModelGraph;

/**
 * Compares an exported graph with the model it came from on fresh rows, asked in batches of
 * different sizes. A graph that differs by more than {@link SelfCheck#DEFAULT_TOLERANCE} is refused
 * with the worst row shown.
 */
public final class ParityCheck {

  private static final int[] BATCH_SIZES = {1, 3, 257};

  private final List<FeatureStatistics> statistics;
  private final long seed;

  /** A model as a function: rows of features, row after row, to one output per row. */
  @FunctionalInterface
  public interface Reference {
    /** The output of each row. */
    float[] outputs(float[] rows);
  }

  /**
   * A check.
   *
   * @param statistics of the training rows; fresh rows are drawn around them
   * @param seed decides the rows
   */
  public ParityCheck(List<FeatureStatistics> statistics, long seed) {
    this.statistics = List.copyOf(statistics);
    this.seed = seed;
  }

  /**
   * Runs the check.
   *
   * @param against name of the reference, for the card
   * @return what was found
   * @throws ExportRefusedException when a difference is above the tolerance or not a number
   */
  public SelfCheck run(ModelGraph graph, Reference reference, String against) {
    Evaluator evaluator = Evaluator.of(graph);
    Random random = new Random(seed);
    Worst worst = null;
    for (int size : BATCH_SIZES) {
      float[][] rows = rows(random, size);
      leaveOut(rows, evaluator, random);
      float[] expected = reference.outputs(flat(rows));
      float[][] found = evaluator.evaluate(rows);
      for (int i = 0; i < size; i++) {
        Worst here = new Worst(size, rows[i], expected[i], found[i][0]);
        worst = worst == null || here.difference() > worst.difference() ? here : worst;
      }
    }
    if (worst == null || worst.difference() > SelfCheck.DEFAULT_TOLERANCE) {
      throw new ExportRefusedException(worst == null ? "no row was checked" : refusal(worst));
    }
    long rows = Arrays.stream(BATCH_SIZES).sum();
    return new SelfCheck(against, rows, worst.difference(), SelfCheck.DEFAULT_TOLERANCE);
  }

  /** One in eight of the features that may be missing is. */
  private static void leaveOut(float[][] rows, Evaluator evaluator, Random random) {
    for (float[] row : rows) {
      for (int c = 0; c < row.length; c++) {
        if (evaluator.mayBeMissing(c) && random.nextInt(8) == 0) {
          row[c] = Float.NaN;
        }
      }
    }
  }

  /** Fresh rows around the statistics, one in eight far out. */
  float[][] rows(Random random, int count) {
    float[][] rows = new float[count][statistics.size()];
    for (float[] row : rows) {
      double spread = random.nextInt(8) == 0 ? 10 : 1.5;
      for (int c = 0; c < row.length; c++) {
        FeatureStatistics feature = statistics.get(c);
        double deviation = feature.deviation() == 0 ? 1 : feature.deviation();
        row[c] = (float) (feature.mean() + spread * deviation * random.nextGaussian());
      }
    }
    return rows;
  }

  /** The row with the largest difference so far. */
  private record Worst(int batch, List<Float> row, float expected, float found) {

    Worst(int batch, float[] row, float expected, float found) {
      this(batch, boxed(row), expected, found);
    }

    /** Relative above 1, absolute below; infinite when either is not a number. */
    double difference() {
      double difference = Math.abs((double) expected - found) / Math.max(1, Math.abs(expected));
      return Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference;
    }
  }

  private String refusal(Worst worst) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "the exported graph differs from the model by %.3g, more than %.0e (seed %d)."
                + " Worst row, in a batch of %d: model %s, graph %s",
            worst.difference(),
            SelfCheck.DEFAULT_TOLERANCE,
            seed,
            worst.batch(),
            worst.expected(),
            worst.found()));
    for (int c = 0; c < statistics.size(); c++) {
      text.append(c == 0 ? ", features " : ", ");
      text.append(statistics.get(c).name()).append(" = ").append(worst.row().get(c));
    }
    return text.toString();
  }

  private static List<Float> boxed(float[] row) {
    List<Float> values = new ArrayList<>();
    for (float value : row) {
      values.add(value);
    }
    return values;
  }

  static float[] flat(float[][] rows) {
    int width = rows.length == 0 ? 0 : rows[0].length;
    float[] flat = new float[rows.length * width];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, flat, i * width, width);
    }
    return flat;
  }
}
