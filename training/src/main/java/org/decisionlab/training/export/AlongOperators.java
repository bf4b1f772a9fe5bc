// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.export;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.decisionlab.models.graph.Movement;
import org.decisionlab.models.graph.Node;
import org.decisionlab.models.graph.ReduceFunction;
import org.decisionlab.models.graph.Tensor;
import org.decisionlab.models.graph.UnaryFunction;

/** What works along one dimension, and on the matrices of two. */
final class AlongOperators {

  static final Map<String, Operator> ALL = new TreeMap<>();

  /** Most steps of a product that goes on from number to number. */
  private static final int MOST_STEPS = 1_024;

  static {
    put("cumSum(int)", call -> innermost(call, AlongOperators::sums));
    put("cumProd(int)", AlongOperators::products);
    put("diff(int,int)", AlongOperators::differences);
    put("softmax(int)", call -> innermost(call, AlongOperators::softmax));
    put("logSoftmax(int)", call -> innermost(call, AlongOperators::logSoftmax));
    put("diagonal(int,int,int)", AlongOperators::diagonal);
    put("rotate90(int,int[])", AlongOperators::rotated);
  }

  private AlongOperators() {}

  private static void put(String signature, Function<OperatorCall, Node> recorder) {
    ALL.put(signature, Operator.of(recorder));
  }

  @FunctionalInterface
  private interface Along {
    Node apply(GraphWords graph, Node operand);
  }

  /** What works along the innermost dimension, along the one that the call names. */
  private static Node innermost(OperatorCall call, Along function) {
    call.requireFloat();
    Node node = call.node();
    int axis = call.axis(call.integer(0));
    int inner = node.shape().rank() - 1;
    GraphWords graph = call.graph();
    return graph.swap(function.apply(graph, graph.swap(node, axis, inner)), axis, inner);
  }

  /** A product with a triangle of ones. */
  private static Node sums(GraphWords graph, Node x) {
    int width = x.shape().width();
    float[] ones = new float[width * width];
    for (int i = 0; i < width; i++) {
      Arrays.fill(ones, i * width + i, (i + 1) * width, 1);
    }
    return graph.product(x, graph.constant(Tensor.of(ones, width, width)), false);
  }

  private static Node products(OperatorCall call) {
    call.requireFloat();
    GraphWords graph = call.graph();
    Node node = call.node();
    int axis = call.axis(call.integer(0));
    int size = node.shape().dimension(axis);
    if (size > MOST_STEPS) {
      throw call.refusal("it takes %d steps, at most %d are exported".formatted(size, MOST_STEPS));
    }
    List<Node> steps = new ArrayList<>(List.of(graph.slice(node, axis, 0, 1)));
    for (int i = 1; i < size; i++) {
      steps.add(graph.multiply(steps.get(i - 1), graph.slice(node, axis, i, i + 1)));
    }
    return graph.concat(axis, steps);
  }

  /** Arguments: how often, dimension. */
  private static Node differences(OperatorCall call) {
    call.requireFloat();
    GraphWords graph = call.graph();
    Node node = call.node();
    int axis = call.axis(call.integer(1));
    for (int i = 0; i < call.integer(0); i++) {
      int size = node.shape().dimension(axis);
      node = graph.subtract(graph.slice(node, axis, 1, size), graph.slice(node, axis, 0, size - 1));
    }
    return node;
  }

  private static Node softmax(GraphWords graph, Node x) {
    return graph.apply(UnaryFunction.SOFTMAX, x);
  }

  private static Node logSoftmax(GraphWords graph, Node x) {
    List<Integer> inner = List.of(x.shape().rank() - 1);
    Node shifted = graph.subtract(x, graph.reduce(ReduceFunction.MAXIMUM, x, inner, true));
    Node sum =
        graph.reduce(
            ReduceFunction.SUM, graph.apply(UnaryFunction.EXPONENTIAL, shifted), inner, true);
    return graph.subtract(shifted, graph.apply(UnaryFunction.LOGARITHM, sum));
  }

  /**
   * Arguments: which diagonal, rows, columns. It becomes the innermost dimension; its numbers lie
   * one more than a row apart.
   */
  private static Node diagonal(OperatorCall call) {
    GraphWords graph = call.graph();
    Node node = call.node();
    int rows = call.axis(call.integer(1));
    int columns = call.axis(call.integer(2));
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < node.shape().rank(); i++) {
      if (i != rows && i != columns) {
        order.add(i);
      }
    }
    order.add(rows);
    order.add(columns);
    Node last = graph.transpose(node, order);
    int height = node.shape().dimension(rows);
    int width = node.shape().dimension(columns);
    int offset = call.integer(0);
    int count = Math.min(height + Math.min(offset, 0), width - Math.max(offset, 0));
    if (count < 1) {
      throw call.refusal("the diagonal %d of %d x %d is empty".formatted(offset, height, width));
    }
    List<Integer> flat = new ArrayList<>(last.shape().row());
    flat.remove(flat.size() - 1);
    flat.set(flat.size() - 1, height * width);
    Node numbers = graph.reshape(last, flat);
    int start = offset < 0 ? -offset * width : offset;
    List<Integer> starts = new ArrayList<>();
    List<Integer> ends = new ArrayList<>(flat);
    List<Integer> steps = new ArrayList<>();
    for (int i = 0; i < flat.size(); i++) {
      boolean inner = i == flat.size() - 1;
      starts.add(inner ? start : 0);
      steps.add(inner ? width + 1 : 1);
    }
    ends.set(flat.size() - 1, start + (count - 1) * (width + 1) + 1);
    return graph.apply(new Movement.Slice(starts, ends, steps), numbers);
  }

  /** Arguments: quarters of a turn, from which dimension to which. */
  private static Node rotated(OperatorCall call) {
    GraphWords graph = call.graph();
    int[] given = (int[]) call.argument(1);
    int from = call.axis(given[0]);
    int to = call.axis(given[1]);
    Node node = call.node();
    return switch (Math.floorMod(call.integer(0), 4)) {
      case 1 -> graph.swap(ShapeOperators.flip(graph, node, to), from, to);
      case 2 -> ShapeOperators.flip(graph, ShapeOperators.flip(graph, node, from), to);
      case 3 -> ShapeOperators.flip(graph, graph.swap(node, from, to), to);
      default -> node;
    };
  }
}
