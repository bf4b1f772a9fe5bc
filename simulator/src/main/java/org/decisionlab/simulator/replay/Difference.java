// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator.replay;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.decisionlab.simulator.cache.Tally;

/**
 * How far one contender is from another on the same requests, and how sure that is.
 *
 * <p>The interval is a paired block bootstrap: the measured time is cut into blocks of equal
 * duration, blocks are drawn with replacement {@value #DRAWS} times (the same blocks for both
 * contenders, a fixed seed), and the middle 95 % of the differences is taken. It covers the chance
 * of which days were looked at, not that of another site or year. Requests of neighbouring blocks
 * depend on each other, so the true interval is somewhat wider. With fewer than {@value
 * #FEWEST_BLOCKS} blocks that hold requests nothing can be told, and the interval is the whole
 * range from -1 to 1.
 *
 * @param mean the difference of the two ratios over all requests, first less second
 * @param low lower end of the 95 % interval
 * @param high upper end of the 95 % interval
 * @param blocks how many blocks hold requests
 */
public record Difference(double mean, double low, double high, int blocks) {

  private static final int DRAWS = 4000;
  private static final int FEWEST_BLOCKS = 6;
  private static final long SEED = 20_260_101L;

  /** Whether the interval holds zero: the sign of the difference may be chance. */
  public boolean withinNoise() {
    return low <= 0 && high >= 0;
  }

  /** The difference in percentage points with its interval. */
  public String toText() {
    return String.format(
        Locale.ROOT,
        "%+.2f points (95 %%: %+.2f to %+.2f)%s",
        mean * 100,
        low * 100,
        high * 100,
        withinNoise() ? ", within noise" : "");
  }

  static Difference of(Metric metric, SimulationResult first, SimulationResult second) {
    double mean = metric.of(first.tally()) - metric.of(second.tally());
    int n = first.blocks().size();
    if (n < FEWEST_BLOCKS) {
      return new Difference(mean, -1, 1, n);
    }
    double[] gains = new double[n];
    double[] wholes = new double[n];
    for (int i = 0; i < n; i++) {
      List<Tally> firsts = first.blocks();
      List<Tally> seconds = second.blocks();
      gains[i] = metric.numerator(firsts.get(i)) - metric.numerator(seconds.get(i));
      wholes[i] = metric.denominator(firsts.get(i));
    }
    double[] drawn = draw(gains, wholes);
    Arrays.sort(drawn);
    return new Difference(mean, drawn[DRAWS / 40], drawn[DRAWS - 1 - DRAWS / 40], n);
  }

  private static double[] draw(double[] gains, double[] wholes) {
    SplittableRandom random = new SplittableRandom(SEED);
    double[] drawn = new double[DRAWS];
    for (int draw = 0; draw < DRAWS; draw++) {
      double gain = 0;
      double whole = 0;
      for (int i = 0; i < gains.length; i++) {
        int block = random.nextInt(gains.length);
        gain += gains[block];
        whole += wholes[block];
      }
      drawn[draw] = whole == 0 ? 0 : gain / whole;
    }
    return drawn;
  }
}
