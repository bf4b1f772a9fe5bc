// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.export;

import ai.djl.ndarray.types.DataType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import org.decisionlab.models.graph.BinaryFunction;
import org.decisionlab.models.graph.Node;
import org.decisionlab.models.graph.ReduceFunction;
import org.decisionlab.models.graph.Tensor;
import org.decisionlab.models.graph.UnaryFunction;
import org.jspecify.annotations.Nullable;

/**
 * What puts the numbers along a dimension in order, and what picks some of them by their place.
 *
 * <p>The place of a number is how many are less, or equal and further in front; the number at a
 * place is the one that has it. That compares all with all, so there is a limit. Where one of the
 * numbers along the dimension is "not a number", so are all results of that order, and so is what
 * is picked by an index that is not in a row.
 */
final class OrderOperators {

  static final Map<String, Operator> ALL = new TreeMap<>();

  /** Most numbers that are compared all with all. */
  private static final int MOST = 256;

  /** Stands for the lower one of two in the middle. */
  private static final double MEDIAN = -1;

  static {
    put("sort()", call -> along(call, -1, OrderOperators::sorted));
    put("sort(int)", call -> along(call, call.integer(0), OrderOperators::sorted));
    put("argSort(int,boolean)", OrderOperators::places);
    ALL.put("topK(int,int,boolean,boolean)", new Largest());
    put("argMax(int)", call -> extreme(call, ReduceFunction.MAXIMUM));
    put("argMin(int)", call -> extreme(call, ReduceFunction.MINIMUM));
    put("median(int[])", call -> quantile(call, (int[]) call.argument(0), MEDIAN));
    put(
        "percentile(Number,int[])",
        call -> quantile(call, (int[]) call.argument(1), call.number(0) / 100.0));
    put("gather(NDArray,int)", OrderOperators::gathered);
  }

  private OrderOperators() {}

  private static void put(String signature, Function<OperatorCall, Node> recorder) {
    ALL.put(signature, Operator.of(recorder));
  }

  @FunctionalInterface
  private interface Along {
    Node apply(GraphWords graph, Node operand);
  }

  /** Work along the innermost dimension, along the one that is given. */
  private static Node along(OperatorCall call, int given, Along function) {
    if (call.self().real().getDataType() != DataType.FLOAT32) {
      throw call.refusal("its operand is " + call.self().real().getDataType() + ", not float32");
    }
    Node node = call.node();
    int axis = call.axis(given);
    int size = node.shape().dimension(axis);
    if (size > MOST) {
      throw call.refusal(
          "it puts %d numbers in order, the export compares at most %d".formatted(size, MOST));
    }
    int inner = node.shape().rank() - 1;
    GraphWords graph = call.graph();
    Node last = graph.swap(node, axis, inner);
    return graph.swap(unlessMissing(graph, last, function.apply(graph, last)), axis, inner);
  }

  /** A result of the innermost dimension; "not a number" where one of its numbers is. */
  private static Node unlessMissing(GraphWords graph, Node x, Node result) {
    int inner = x.shape().rank() - 1;
    Node each = graph.apply(UnaryFunction.IS_MISSING, x);
    Node any = graph.reduce(ReduceFunction.MAXIMUM, each, List.of(inner), true);
    Node present = graph.subtract(graph.number(1), any);
    return graph.choose(any, graph.divide(graph.number(0), present), result);
  }

  /** Numbers {@code [.., n]} to truths {@code [.., n, n]}: whether place k is that of number i. */
  private static Node atPlace(GraphWords graph, Node x) {
    int size = x.shape().width();
    float[] inFront = new float[size * size];
    for (int i = 0; i < size; i++) {
      Arrays.fill(inFront, i * size, i * size + i, 1);
    }
    Node each = with(graph, x, x.shape().rank());
    Node others = with(graph, x, x.shape().rank() - 1);
    Node equal =
        graph.multiply(
            graph.apply(BinaryFunction.EQUAL, others, each),
            graph.constant(Tensor.of(inFront, size, size)));
    Node less = graph.apply(BinaryFunction.LESS, others, each);
    Node place = sum(graph, graph.add(less, equal));
    return graph.apply(
        BinaryFunction.EQUAL, with(graph, place, place.shape().rank() - 1), column(graph, size));
  }

  /** The numbers of which the truths say that they are picked; nothing picked is no number. */
  private static Node picked(GraphWords graph, Node truths, Node numbers) {
    Node sum = sum(graph, graph.choose(truths, numbers, graph.number(0)));
    return graph.divide(sum, sum(graph, truths));
  }

  private static Node sorted(GraphWords graph, Node x) {
    return picked(graph, atPlace(graph, x), with(graph, x, x.shape().rank() - 1));
  }

  private static Node sortedPlaces(GraphWords graph, Node x) {
    return picked(graph, atPlace(graph, x), counted(graph, x.shape().width()));
  }

  /** Arguments: dimension, ascending. DJL turns the ascending order around for the other. */
  private static Node places(OperatorCall call) {
    boolean ascending = Boolean.TRUE.equals(call.argument(1));
    return along(
        call,
        call.integer(0),
        (graph, x) -> {
          Node places = sortedPlaces(graph, x);
          return ascending ? places : backwards(graph, places, x.shape().width());
        });
  }

  /** The largest numbers, without where they were. */
  private static final class Largest implements Operator {

    @Override
    public List<@Nullable Node> record(OperatorCall call) {
      return largest(call);
    }

    @Override
    public TracedArray.Standing leftOut() {
      return TracedArray.Standing.OPEN;
    }
  }

  /** Arguments: how many, dimension, largest, sorted. Which of equal numbers come, nobody says. */
  private static List<@Nullable Node> largest(OperatorCall call) {
    if (!Boolean.TRUE.equals(call.argument(3))) {
      throw call.refusal("it leaves the order of what it finds open; ask for sorted = true");
    }
    int count = call.integer(0);
    boolean largest = Boolean.TRUE.equals(call.argument(2));
    Node values =
        along(
            call,
            call.integer(1),
            (graph, x) -> {
              int size = x.shape().width();
              Node all = sorted(graph, x);
              return largest
                  ? backwards(graph, last(graph, all, size - count, size), count)
                  : last(graph, all, 0, count);
            });
    List<@Nullable Node> results = new ArrayList<>();
    results.add(values);
    results.add(null);
    return results;
  }

  /** The place of the first of the largest, or smallest. */
  private static Node extreme(OperatorCall call, ReduceFunction function) {
    GraphWords graph = call.graph();
    int axis = call.axis(call.integer(0));
    Node x = call.node();
    int inner = x.shape().rank() - 1;
    Node last = graph.swap(x, axis, inner);
    int size = last.shape().width();
    Node found =
        graph.apply(BinaryFunction.EQUAL, last, graph.reduce(function, last, List.of(inner), true));
    Node place = graph.choose(found, counted(graph, size), graph.number(size));
    Node first = graph.reduce(ReduceFunction.MINIMUM, place, List.of(inner), true);
    Node turned = graph.swap(unlessMissing(graph, last, first), axis, inner);
    return graph.reshape(turned, call.tracer().row(call, call.result()));
  }

  private static Node quantile(OperatorCall call, int[] axes, double share) {
    Node found =
        along(
            call,
            axes[0],
            (graph, x) -> {
              int size = x.shape().width();
              double at = share == MEDIAN ? Math.floor((size - 1) / 2.0) : share * (size - 1);
              int below = (int) Math.floor(at);
              Node all = sorted(graph, x);
              Node low = last(graph, all, below, below + 1);
              if (at == below) {
                return low;
              }
              Node high = last(graph, all, below + 1, below + 2);
              Node part = graph.scale(graph.subtract(high, low), (float) (at - below));
              return graph.add(low, part);
            });
    return call.graph().reshape(found, call.tracer().row(call, call.result()));
  }

  /** Arguments: indices of as many dimensions, along which dimension they count. */
  private static Node gathered(OperatorCall call) {
    GraphWords graph = call.graph();
    if (call.self().merged() > 0 || call.operand(0).merged() > 0) {
      throw call.refusal("the batch is merged with another dimension");
    }
    int axis = call.axis(call.integer(1));
    Node numbers = rows(call, call.self());
    Node indices = rows(call, call.operand(0));
    List<Integer> taken = new ArrayList<>(indices.shape().row());
    List<Integer> there = numbers.shape().row();
    for (int i = 0; i < taken.size(); i++) {
      if (i != axis - 1 && !taken.get(i).equals(there.get(i))) {
        throw call.refusal("its indices of shape %s are for a part of %s".formatted(taken, there));
      }
    }
    int inner = numbers.shape().rank() - 1;
    Node x = graph.swap(numbers, axis, inner);
    Node wanted = graph.swap(indices, axis, inner);
    int size = x.shape().width();
    if (size > MOST) {
      throw call.refusal(
          "it picks among %d numbers, the export compares at most %d".formatted(size, MOST));
    }
    Node truths =
        graph.apply(
            BinaryFunction.EQUAL, with(graph, wanted, wanted.shape().rank()), counted(graph, size));
    return graph.swap(picked(graph, truths, with(graph, x, x.shape().rank() - 1)), axis, inner);
  }

  private static Node rows(OperatorCall call, TracedArray array) {
    Node node = array.node();
    if (node != null) {
      return node;
    }
    Tensor value = call.tracer().rowsLeftOut(array.real());
    if (value.shape().rank() == array.real().getShape().dimension()) {
      throw call.refusal(
          "its constant of shape " + value.shape() + " is not the same for all rows");
    }
    Node other = call.self().node() == null ? call.operand(0).node() : call.self().node();
    return call.graph().everyRow(value, Objects.requireNonNull(other));
  }

  /** With a dimension of 1 in front of dimension {@code at}. */
  private static Node with(GraphWords graph, Node node, int at) {
    List<Integer> row = new ArrayList<>(node.shape().row());
    row.add(at - 1, 1);
    return graph.reshape(node, row);
  }

  private static Node sum(GraphWords graph, Node node) {
    return graph.reduce(ReduceFunction.SUM, node, List.of(node.shape().rank() - 1), false);
  }

  /** Some of the innermost dimension. */
  private static Node last(GraphWords graph, Node node, int start, int end) {
    return graph.slice(node, node.shape().rank() - 1, start, end);
  }

  private static Node backwards(GraphWords graph, Node node, int size) {
    List<Node> parts = new ArrayList<>();
    for (int i = size - 1; i >= 0; i--) {
      parts.add(last(graph, node, i, i + 1));
    }
    return graph.concat(node.shape().rank() - 1, parts);
  }

  private static Node counted(GraphWords graph, int size) {
    return graph.constant(Tensor.vector(numbers(size)));
  }

  private static Node column(GraphWords graph, int size) {
    return graph.constant(Tensor.of(numbers(size), size, 1));
  }

  private static float[] numbers(int size) {
    float[] numbers = new float[size];
    for (int i = 0; i < size; i++) {
      numbers[i] = i;
    }
    return numbers;
  }
}
