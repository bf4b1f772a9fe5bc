// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.widgets;

import java.util.List;
import java.util.Map;

/**
 * Options beside each other, all visible.
 *
 * @param <T> type of the options
 */
public final class ToggleButtons<T> extends Selection<T, ToggleButtons<T>> {

  /** Options whose labels are their texts; the first is selected. */
  public ToggleButtons(List<? extends T> options) {
    this(labelled(options));
  }

  /** Options by their labels; the first is selected. */
  public ToggleButtons(Map<String, ? extends T> options) {
    super("ToggleButtonsModel", options);
  }
}
