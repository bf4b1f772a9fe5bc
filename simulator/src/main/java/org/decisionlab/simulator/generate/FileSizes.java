// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator.generate;

/**
 * Sizes of files, after the analysis of 2018 in Italy: five even bins with a sharp hill just under
 * 4 GB, a thin floor of small files, and a power-law tail. The bin edges in MiB are those of the
 * published study; the shares of floor and tail are chosen so that mean and deviation come near its
 * 3,398 and 2,186 MiB.
 */
final class FileSizes {

  private static final double[] EDGES = {2301, 2716, 3256, 3665, 3942, 5371};
  private static final double SMALLEST = 0.1;
  private static final double LARGEST = 47_585;
  private static final double FLOOR_SHARE = 0.17;
  private static final double TAIL_SHARE = 0.08;
  private static final double TAIL_POWER = 2.9;
  private static final double MIB = 1 << 20;

  private FileSizes() {}

  /**
   * The size of a file in bytes.
   *
   * @param random uniform numbers
   * @param factor of the file's tier
   */
  static long draw(SeededRandom random, double factor) {
    return (long) Math.max(1, mebibytes(random.nextDouble()) * factor * MIB);
  }

  /** The size at a quantile, 0 to 1, in MiB. */
  static double mebibytes(double quantile) {
    if (quantile < FLOOR_SHARE) {
      return SMALLEST + (EDGES[0] - SMALLEST) * quantile / FLOOR_SHARE;
    }
    double tailFrom = 1 - TAIL_SHARE;
    int last = EDGES.length - 1;
    if (quantile >= tailFrom) {
      double part = (quantile - tailFrom) / TAIL_SHARE;
      return Math.min(LARGEST, EDGES[last] * StrictMath.pow(1 - part, -1 / TAIL_POWER));
    }
    double at = (quantile - FLOOR_SHARE) / (tailFrom - FLOOR_SHARE) * last;
    int bin = (int) at;
    return EDGES[bin] + (EDGES[bin + 1] - EDGES[bin]) * (at - bin);
  }
}
