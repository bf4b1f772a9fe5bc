// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.evaluate;

/** The error function, right to the last bit of a float. */
final class ErrorFunction {

  /** From here on a float cannot tell it from 1. */
  private static final double SATURATED = 4;

  private static final double FACTOR = 2 / Math.sqrt(Math.PI);

  private ErrorFunction() {}

  /** By its series of positive terms, which loses nothing to cancellation. */
  static double of(double x) {
    if (!(Math.abs(x) < SATURATED)) {
      return Double.isNaN(x) ? x : Math.signum(x);
    }
    double term = x;
    double sum = x;
    for (int n = 1; Math.abs(term) > 1e-12 * Math.abs(sum); n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return FACTOR * Math.exp(-x * x) * sum;
  }
}
