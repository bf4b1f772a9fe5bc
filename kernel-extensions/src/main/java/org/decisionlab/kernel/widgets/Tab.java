// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.widgets;

import java.util.Map;

/** Pages with tabs, of which one is visible. */
public final class Tab extends Pages<Tab> {

  /** Pages by their titles, in the order of the map. */
  public Tab(Map<String, ? extends Widget> pages) {
    super("TabModel", pages);
  }
}
