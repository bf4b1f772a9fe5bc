// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.graph;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A model as an immutable graph of typed operations with float32 constants: rows of features in,
 * rows of outputs out. Nodes are kept in an order in which each comes after its operands, so there
 * are no cycles. Made by {@link ModelGraphBuilder}.
 */
public final class ModelGraph {

  private final Map<String, Node> nodes;
  private final Node input;
  private final Node output;

  ModelGraph(Map<String, Node> nodes, Node input, Node output) {
    this.nodes = Collections.unmodifiableMap(new LinkedHashMap<>(nodes));
    this.input = input;
    this.output = output;
  }

  /** A builder with nothing in it. */
  public static ModelGraphBuilder builder() {
    return new ModelGraphBuilder();
  }

  /** All nodes, operands before the nodes that use them. */
  public Collection<Node> nodes() {
    return nodes.values();
  }

  /**
   * The node of this name.
   *
   * @throws InvalidGraphException when there is none
   */
  public Node node(String name) {
    Node node = nodes.get(name);
    if (node == null) {
      throw new InvalidGraphException("no node " + name + " among " + nodes.keySet());
    }
    return node;
  }

  /** The nodes that {@code node} computes from, in the operation's order. */
  public List<Node> operands(Node node) {
    return node.operands().stream().map(this::node).toList();
  }

  /** The node that takes the rows of features. */
  public Node input() {
    return input;
  }

  /** The node whose values are the answer. */
  public Node output() {
    return output;
  }

  /** Numbers in a row that goes in. */
  public int features() {
    return (int) input.shape().elements();
  }

  /** Numbers in a row that comes out. */
  public int outputs() {
    return output.shape().width();
  }

  /** Equal when the nodes, their order and the roles are. */
  @Override
  public boolean equals(Object other) {
    return other instanceof ModelGraph that
        && input.equals(that.input)
        && output.equals(that.output)
        && List.copyOf(nodes.values()).equals(List.copyOf(that.nodes.values()));
  }

  @Override
  public int hashCode() {
    return List.copyOf(nodes.values()).hashCode();
  }

  @Override
  public String toString() {
    return input.name()
        + input.shape()
        + " -> "
        + output.name()
        + output.shape()
        + ", "
        + nodes.size()
        + " nodes";
  }
}
