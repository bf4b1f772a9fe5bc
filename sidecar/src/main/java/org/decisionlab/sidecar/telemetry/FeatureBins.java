// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.telemetry;

import java.util.Arrays;
import java.util.List;

/**
 * Counts the values of one feature in the bins of a reference, and compares the two distributions.
 * The counts cover the latest rows: when a window is full it becomes the one before, and the one
 * before that is forgotten. Not thread safe.
 */
final class FeatureBins {

  /** An empty bin would make the index infinite; it counts as if it had this share. */
  private static final double LEAST_SHARE = 1e-4;

  private final double[] edges;
  private final double[] reference;
  private long[] now;
  private long[] before;
  private long missingNow;
  private long missingBefore;

  /**
   * Bins of a reference.
   *
   * @param edges ascending edges between bins; a value belongs to the bin after the last edge that
   *     is not above it
   * @param reference share of the reference in each bin, one more than edges
   */
  FeatureBins(List<Double> edges, List<Double> reference) {
    this.edges = edges.stream().mapToDouble(Double::doubleValue).toArray();
    this.reference = reference.stream().mapToDouble(Double::doubleValue).toArray();
    this.now = new long[this.reference.length];
    this.before = new long[this.reference.length];
  }

  /** Counts a value; one that is missing, "not a number", belongs to no bin. */
  void add(float value) {
    if (Float.isNaN(value)) {
      missingNow++;
    } else {
      now[bin(value)]++;
    }
  }

  /** Forgets the window before, and begins a new one. */
  void turn() {
    long[] oldest = before;
    before = now;
    Arrays.fill(oldest, 0);
    now = oldest;
    missingBefore = missingNow;
    missingNow = 0;
  }

  /** Share of the latest values that are missing; 0 when there are none. */
  double missing() {
    long missing = missingNow + missingBefore;
    long all = missing + counted();
    return all == 0 ? 0 : (double) missing / all;
  }

  private long counted() {
    return Arrays.stream(now).sum() + Arrays.stream(before).sum();
  }

  /** Share of the latest values in each bin; all zero when there are none. */
  double[] shares() {
    double[] shares = new double[reference.length];
    double total = 0;
    for (int i = 0; i < shares.length; i++) {
      shares[i] = now[i] + before[i];
      total += shares[i];
    }
    for (int i = 0; i < shares.length && total > 0; i++) {
      shares[i] /= total;
    }
    return shares;
  }

  /**
   * The population stability index: sum of (found - expected) ln(found / expected); 0 when there
   * are no values to compare.
   */
  double stabilityIndex() {
    if (counted() == 0) {
      return 0;
    }
    double[] shares = shares();
    double index = 0;
    for (int i = 0; i < shares.length; i++) {
      double found = Math.max(shares[i], LEAST_SHARE);
      double expected = Math.max(reference[i], LEAST_SHARE);
      index += (found - expected) * Math.log(found / expected);
    }
    return index;
  }

  private int bin(float value) {
    int at = Arrays.binarySearch(edges, value);
    return at >= 0 ? at + 1 : -at - 1;
  }
}
