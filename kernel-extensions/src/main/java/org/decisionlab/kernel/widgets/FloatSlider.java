// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.widgets;

import com.google.gson.JsonElement;
import org.jspecify.annotations.Nullable;

/** A slider for real numbers. */
public final class FloatSlider extends BoundedFloat<FloatSlider> {

  /** From 0 to 100, at 0. */
  public FloatSlider() {
    this(0, 0, 100);
  }

  /**
   * A slider with bounds.
   *
   * @throws IllegalArgumentException if {@code min > max}, or a number is not finite
   */
  public FloatSlider(double value, double min, double max) {
    super("FloatSliderModel", value, min, max);
  }

  /** The distance between the values that the slider stops at. */
  public FloatSlider step(double step) {
    if (!(step > 0)) {
      throw new IllegalArgumentException("the step must be above 0, but is " + step);
    }
    set("step", Numbers.requireFinite(step));
    return this;
  }

  /** How the value is written beside the slider, such as {@code .3f} or {@code .2e}. */
  public FloatSlider readoutFormat(String format) {
    set("readout_format", format);
    return this;
  }

  /** Whether values are told while the slider moves, or only when it is let go. */
  public FloatSlider continuousUpdate(boolean continuous) {
    set("continuous_update", continuous);
    return this;
  }

  @Override
  @Nullable JsonElement accept(String key, JsonElement value) {
    return key.equals("value") ? bounded(value) : null;
  }
}
