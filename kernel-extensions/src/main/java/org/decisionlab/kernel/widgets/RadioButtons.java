// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.widgets;

import java.util.List;
import java.util.Map;

/**
 * Options under each other, all visible.
 *
 * @param <T> type of the options
 */
public final class RadioButtons<T> extends Selection<T, RadioButtons<T>> {

  /** Options whose labels are their texts; the first is selected. */
  public RadioButtons(List<? extends T> options) {
    this(labelled(options));
  }

  /** Options by their labels; the first is selected. */
  public RadioButtons(Map<String, ? extends T> options) {
    super("RadioButtonsModel", options);
  }
}
