// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.widgets;

/** A bar that code fills; the user cannot change it. */
public final class FloatProgress extends BoundedFloat<FloatProgress> {

  /** From 0 to 100, at 0. */
  public FloatProgress() {
    this(0, 0, 100);
  }

  /**
   * A bar with bounds.
   *
   * @throws IllegalArgumentException if {@code min > max}
   */
  public FloatProgress(double value, double min, double max) {
    super("FloatProgressModel", value, min, max);
  }

  /** The colour: {@code success}, {@code info}, {@code warning}, {@code danger} or empty. */
  public FloatProgress barStyle(String style) {
    set("bar_style", style);
    return this;
  }
}
