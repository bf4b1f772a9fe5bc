// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.widgets;

/** A bar that code fills; the user cannot change it. */
public final class IntProgress extends BoundedInt<IntProgress> {

  /** From 0 to 100, at 0. */
  public IntProgress() {
    this(0, 0, 100);
  }

  /**
   * A bar with bounds.
   *
   * @throws IllegalArgumentException if {@code min > max}
   */
  public IntProgress(int value, int min, int max) {
    super("IntProgressModel", value, min, max);
  }

  /** The colour: {@code success}, {@code info}, {@code warning}, {@code danger} or empty. */
  public IntProgress barStyle(String style) {
    set("bar_style", style);
    return this;
  }
}
