// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import java.util.List;

/**
 * A piece of Java of a cell, split and found to be Java; nothing of it has run.
 *
 * @param fragments what to compile, in order
 */
public record CellPlan(List<Fragment> fragments) {

  public CellPlan {
    fragments = List.copyOf(fragments);
  }
}
