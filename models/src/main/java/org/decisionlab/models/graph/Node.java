// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.graph;

import java.util.List;

/**
 * One operation of a graph with its name and operands.
 *
 * @param name unique in the graph
 * @param operation what it computes
 * @param operands names of the nodes it computes from, in the operation's order
 * @param shape shape of its result
 */
public record Node(String name, Operation operation, List<String> operands, Shape shape) {

  /** Keeps an own copy of the operands. */
  public Node {
    operands = List.copyOf(operands);
  }
}
