// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.export;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.decisionlab.models.bundle.FeatureStatistics;
import org.decisionlab.models.bundle.SelfCheck;
import org.decisionlab.models.engine.Engines;
import org.decisionlab.models.evaluate.Evaluator;
import org.decisionlab.models.graph.ModelGraph;

/**
 * Compares an exported graph with the model it came from on fresh rows, asked in batches of
 * different sizes. One that differs by more than {@link SelfCheck#DEFAULT_TOLERANCE} is refused
 * with the worst row shown.
 */
public final class ParityCheck {

  private static final int[] BATCH_SIZES = {1, 3, 257};

  private final List<FeatureStatistics> statistics;
  private final long seed;
  private final Engines engines;

  /** A model as a function: rows of features to the outputs of each. */
  @FunctionalInterface
  public interface Reference {
    /** The outputs of each row. */
    float[][] outputs(float[][] rows);
  }

  /**
   * A check in every engine on the class path.
   *
   * @param statistics of the training rows; fresh rows are drawn around them
   * @param seed decides the rows
   */
  public ParityCheck(List<FeatureStatistics> statistics, long seed) {
    this(statistics, seed, Engines.installed());
  }

  ParityCheck(List<FeatureStatistics> statistics, long seed, Engines engines) {
    this.statistics = List.copyOf(statistics);
    this.seed = seed;
    this.engines = engines;
  }

  /**
   * Runs the check: the graph, and every form of it in every engine.
   *
   * @param against name of the reference, for the card
   * @return what was found
   * @throws ExportRefusedException when a difference is above the tolerance or not a number, or an
   *     engine does not take the exported model
   */
  public SelfCheck run(ModelGraph graph, Reference reference, String against) {
    try (Runtimes runtimes = Runtimes.of(graph, engines)) {
      return run(runtimes.evaluator(), runtimes.all(), reference)
          .named("%s (run by %s)".formatted(against, runtimes.engines()));
    }
  }

  /** What was found, before it has a name. */
  record Found(long rows, double difference) {
    SelfCheck named(String against) {
      return new SelfCheck(against, rows, difference, SelfCheck.DEFAULT_TOLERANCE);
    }
  }

  /**
   * Runs the check in these ways.
   *
   * @param evaluator tells which rows the graph takes
   */
  Found run(Evaluator evaluator, List<Runtimes.Named> ways, Reference reference) {
    Worst worst = Worst.NONE;
    Random random = new Random(seed);
    FreshRows fresh = new FreshRows(statistics, evaluator);
    for (int size : BATCH_SIZES) {
      float[][] rows = fresh.draw(random, size);
      float[][] expected = reference.outputs(rows);
      for (Runtimes.Named each : ways) {
        worst = worst.or(worst(rows, expected, each));
      }
    }
    if (worst.difference() > SelfCheck.DEFAULT_TOLERANCE) {
      throw new ExportRefusedException(refusal(worst));
    }
    return new Found(Arrays.stream(BATCH_SIZES).sum(), worst.difference());
  }

  private static Worst worst(float[][] rows, float[][] expected, Runtimes.Named runtime) {
    float[][] found = runtime.run().outputs(rows);
    Worst worst = Worst.NONE;
    for (int i = 0; i < rows.length; i++) {
      if (found[i].length != expected[i].length) {
        throw new ExportRefusedException(
            "%s gives %d outputs, the model %d"
                .formatted(runtime.name(), found[i].length, expected[i].length));
      }
      for (int k = 0; k < expected[i].length; k++) {
        Place place = new Place(runtime.name(), rows.length, k);
        worst = worst.or(new Worst(place, rows[i], expected[i][k], found[i][k]));
      }
    }
    return worst;
  }

  /** Where numbers were compared. */
  private record Place(String runtime, int batch, int output) {}

  /** A comparison. */
  private static final class Worst {

    static final Worst NONE = new Worst(new Place("", 0, 0), new float[0], 0, 0);

    private final Place place;
    private final float[] row;
    private final float expected;
    private final float found;

    Worst(Place place, float[] row, float expected, float found) {
      this.place = place;
      this.row = row;
      this.expected = expected;
      this.found = found;
    }

    /** Relative above 1, absolute below; infinite when either is not a number. */
    double difference() {
      double difference = Math.abs((double) expected - found) / Math.max(1, Math.abs(expected));
      return Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference;
    }

    Worst or(Worst other) {
      return other.difference() > difference() ? other : this;
    }
  }

  private String refusal(Worst worst) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "the exported model differs from the trained one by %.3g, more than %.0e (seed %d)."
                + " Worst row, in a batch of %d, output %d: trained %s, %s %s",
            worst.difference(),
            SelfCheck.DEFAULT_TOLERANCE,
            seed,
            worst.place.batch(),
            worst.place.output(),
            worst.expected,
            worst.place.runtime(),
            worst.found));
    for (int c = 0; c < statistics.size(); c++) {
      text.append(c == 0 ? ", features " : ", ");
      text.append(statistics.get(c).name()).append(" = ").append(worst.row[c]);
    }
    return text.toString();
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
