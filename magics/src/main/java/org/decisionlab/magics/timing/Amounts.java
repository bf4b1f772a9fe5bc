// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.timing;

import java.util.Locale;

/** Writes times and sizes with three digits and a unit that fits. */
final class Amounts {

  private Amounts() {}

  /** A time, as {@code 1.23 ms}; from ns to s. */
  static String time(double nanos) {
    if (nanos < 1e3) {
      return digits(nanos) + " ns";
    }
    if (nanos < 1e6) {
      return digits(nanos / 1e3) + " µs";
    }
    return nanos < 1e9 ? digits(nanos / 1e6) + " ms" : digits(nanos / 1e9) + " s";
  }

  /** A size, as {@code 1.23 MB}; a kB has 1000 bytes. */
  static String bytes(double bytes) {
    if (bytes < 1e3) {
      return digits(bytes) + " B";
    }
    if (bytes < 1e6) {
      return digits(bytes / 1e3) + " kB";
    }
    return bytes < 1e9 ? digits(bytes / 1e6) + " MB" : digits(bytes / 1e9) + " GB";
  }

  private static String digits(double number) {
    int decimals = number == 0 || number >= 100 ? 0 : number >= 10 ? 1 : 2;
    return String.format(Locale.ROOT, "%." + decimals + "f", number);
  }
}
