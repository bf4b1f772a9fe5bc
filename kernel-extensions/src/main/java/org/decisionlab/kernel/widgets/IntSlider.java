// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.widgets;

import com.google.gson.JsonElement;
import org.jspecify.annotations.Nullable;

/** A slider for whole numbers. */
public final class IntSlider extends BoundedInt<IntSlider> {

  /** From 0 to 100, at 0. */
  public IntSlider() {
    this(0, 0, 100);
  }

  /**
   * A slider with bounds.
   *
   * @throws IllegalArgumentException if {@code min > max}
   */
  public IntSlider(int value, int min, int max) {
    super("IntSliderModel", value, min, max);
  }

  /** The distance between the values that the slider stops at. */
  public IntSlider step(int step) {
    if (step < 1) {
      throw new IllegalArgumentException("the step must be at least 1, but is " + step);
    }
    set("step", step);
    return this;
  }

  /** Whether values are told while the slider moves, or only when it is let go. */
  public IntSlider continuousUpdate(boolean continuous) {
    set("continuous_update", continuous);
    return this;
  }

  @Override
  @Nullable JsonElement accept(String key, JsonElement value) {
    return key.equals("value") ? bounded(value) : null;
  }
}
