// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.core.feature;

/** How a quantity is brought to a scale on which equal steps mean about as much. */
public enum Scaling {
  /** As it is. */
  NONE {
    @Override
    public double apply(double value) {
      return value;
    }
  },
  /** Natural logarithm of one plus the value, for counts, sizes and times. */
  LOG1P {
    @Override
    public double apply(double value) {
      return StrictMath.log1p(value);
    }
  };

  /** The scaled value, bit-equal on every machine. */
  public abstract double apply(double value);
}
