// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator.generate;

/**
 * SplitMix64 and what is drawn from it. Only whole-number and {@link StrictMath} operations, so
 * that a seed gives the same numbers on every machine and every Java.
 *
 * <p>Source: Steele, Lea, Flood: "Fast splittable pseudorandom number generators", OOPSLA 2014.
 */
final class SeededRandom {

  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private long state;

  SeededRandom(long seed) {
    state = seed;
  }

  /** A generator that depends on a seed and a key only, not on what was drawn before. */
  static SeededRandom of(long seed, long key) {
    return new SeededRandom(mix(seed + mix(key + GOLDEN)));
  }

  long nextLong() {
    state += GOLDEN;
    return mix(state);
  }

  /** Uniform, at least 0 and below 1. */
  double nextDouble() {
    return (nextLong() >>> 11) * 0x1.0p-53;
  }

  /** Uniform, 0 to {@code bound - 1}. */
  int nextInt(int bound) {
    return (int) (nextDouble() * bound);
  }

  boolean chance(double probability) {
    return nextDouble() < probability;
  }

  /** With mean 1. */
  double exponential() {
    return -StrictMath.log(1 - nextDouble());
  }

  /** Box and Muller's normal deviate with mean 0 and deviation 1. */
  double gaussian() {
    double radius = StrictMath.sqrt(2 * exponential());
    return radius * StrictMath.cos(2 * StrictMath.PI * nextDouble());
  }

  double logNormal(double median, double sigma) {
    return median * StrictMath.exp(sigma * gaussian());
  }

  /** Counts arrivals of rate 1 up to {@code mean}. */
  int poisson(double mean) {
    int count = 0;
    for (double time = exponential(); time < mean; time += exponential()) {
      count++;
    }
    return count;
  }

  /** An index, each as likely as its share of the ascending cumulative weights. */
  int pick(double[] cumulative) {
    double at = nextDouble() * cumulative[cumulative.length - 1];
    int low = 0;
    int high = cumulative.length - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (cumulative[middle] <= at) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private static long mix(long value) {
    long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
