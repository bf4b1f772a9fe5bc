// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets the JVM compile the compilers while the user is still typing: a cell takes several times as
 * long as long as they are interpreted. Cells like those that are often written are planned, and
 * the first of them run, a little at a time whenever nothing is asked.
 */
final class Practice {

  private static final Logger LOG = LoggerFactory.getLogger(Practice.class);
  private static final int ROUNDS = 25;
  private static final List<CellText> CELLS =
      List.of(
          new CellText("practice", "String.valueOf(1)"),
          new CellText("practice", "for (int i = 0; i < 3; i++) {\n  System.out.println(i);\n}"),
          new CellText("practice", "List.of(1, 2).stream().map(x -> x + 1).toList()"));

  private final CellEngine engine;
  private int rounds;

  Practice(CellEngine engine) {
    this.engine = engine;
  }

  /** Does some of it; returns whether there is more. On the cell thread. */
  boolean next() {
    try {
      int which = rounds % CELLS.size();
      CellText text = CELLS.get(which);
      CellPlan plan = engine.plan(text, text.text(), 0);
      if (which == 0) {
        Outcome outcome = engine.run(plan);
        if (outcome.failure() != null) {
          LOG.warn("the compiler could not be warmed up", outcome.failure());
          return false;
        }
      }
    } catch (Exception e) {
      LOG.warn("the compiler could not be warmed up", e);
      return false;
    }
    return ++rounds < ROUNDS * CELLS.size();
  }
}
