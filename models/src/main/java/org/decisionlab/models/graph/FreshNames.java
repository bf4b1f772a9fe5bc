// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.graph;

import java.util.HashSet;
import java.util.Set;

/** Names for what a writer adds to a graph: never one that is taken, the same in every run. */
public final class FreshNames {

  private final Set<String> taken = new HashSet<>();

  /** Names beside those of a graph. */
  public FreshNames(ModelGraph graph) {
    graph.nodes().forEach(node -> taken.add(node.name()));
  }

  /** The wish itself, or with a number where it is taken. */
  public String fresh(String wish) {
    String name = wish;
    for (int i = 1; !taken.add(name); i++) {
      name = wish + "_" + i;
    }
    return name;
  }
}
