// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.core.unit;

import java.util.Locale;

/**
 * A number of bytes that is read in binary units (IEC 80000-13): KiB, MiB, GiB and so on.
 *
 * @param bytes the number; negative for a difference
 */
public record DataSize(long bytes) {

  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

  /** The size in the largest unit of which it is at least one, with two decimals. */
  @Override
  public String toString() {
    double value = bytes;
    int unit = 0;
    while (Math.abs(value) >= 1024 && unit < UNITS.length - 1) {
      value /= 1024;
      unit++;
    }
    return unit == 0 ? bytes + " B" : String.format(Locale.ROOT, "%.2f %s", value, UNITS[unit]);
  }
}
