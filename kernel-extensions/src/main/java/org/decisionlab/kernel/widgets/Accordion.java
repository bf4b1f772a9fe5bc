// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.widgets;

import java.util.Map;

/** Pages under each other, of which one is open. */
public final class Accordion extends Pages<Accordion> {

  /** Pages by their titles, in the order of the map. */
  public Accordion(Map<String, ? extends Widget> pages) {
    super("AccordionModel", pages);
  }
}
