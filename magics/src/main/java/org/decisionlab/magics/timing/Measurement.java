// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.timing;

import java.util.List;
import java.util.Locale;

/**
 * How long one run of code takes.
 *
 * @param nanos time of one run of the code in nanoseconds, one figure for each repetition
 * @param loops how often the code ran in each repetition
 * @param warmUpNanos how long the code ran before
 * @param steady whether its time had settled by then
 */
public record Measurement(List<Double> nanos, long loops, long warmUpNanos, boolean steady) {

  public Measurement {
    nanos = List.copyOf(nanos);
  }

  /** The median of the repetitions, in nanoseconds. */
  public double median() {
    return quantile(0.5);
  }

  /** The fastest repetition, in nanoseconds. */
  public double fastest() {
    return quantile(0);
  }

  /** The slowest repetition, in nanoseconds. */
  public double slowest() {
    return quantile(1);
  }

  /** Distance between the quartiles, in nanoseconds. */
  public double spread() {
    return quantile(0.75) - quantile(0.25);
  }

  /** With interpolation between neighbours (type 7 of Hyndman and Fan, 1996). */
  private double quantile(double part) {
    List<Double> sorted = nanos.stream().sorted().toList();
    double at = part * (sorted.size() - 1);
    int below = (int) Math.floor(at);
    int above = (int) Math.ceil(at);
    return sorted.get(below) + (at - below) * (sorted.get(above) - sorted.get(below));
  }

  @Override
  public String toString() {
    String range = Amounts.time(fastest()) + " to " + Amounts.time(slowest());
    return String.format(
        Locale.ROOT,
        "%s median, spread %s, %s (%d repetitions of %,d loops, %s warm-up%s)",
        Amounts.time(median()),
        Amounts.time(spread()),
        range,
        nanos.size(),
        loops,
        Amounts.time((double) warmUpNanos),
        steady ? "" : ", not steady yet");
  }
}
