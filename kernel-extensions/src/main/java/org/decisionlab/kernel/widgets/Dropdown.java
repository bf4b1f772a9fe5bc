// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.widgets;

import java.util.List;
import java.util.Map;

/**
 * A list that opens.
 *
 * @param <T> type of the options
 */
public final class Dropdown<T> extends Selection<T, Dropdown<T>> {

  /** Options whose labels are their texts; the first is selected. */
  public Dropdown(List<? extends T> options) {
    this(labelled(options));
  }

  /** Options by their labels; the first is selected. */
  public Dropdown(Map<String, ? extends T> options) {
    super("DropdownModel", options);
  }
}
