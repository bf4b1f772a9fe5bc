// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.export;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.index.full.NDIndexFullSlice;
import ai.djl.ndarray.types.DataType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.decisionlab.models.graph.BinaryFunction;
import org.decisionlab.models.graph.Movement;
import org.decisionlab.models.graph.Node;
import org.decisionlab.models.graph.ReduceFunction;
import org.decisionlab.models.graph.Tensor;
import org.decisionlab.models.graph.UnaryFunction;
import org.jspecify.annotations.Nullable;

/** Movements of numbers, reductions, and what else works along dimensions. */
final class ShapeOperators {

  static final Map<String, Operator> ALL = new TreeMap<>();

  static {
    for (String reshape :
        List.of(
            "reshape(Shape)",
            "flatten()",
            "flatten(int,int)",
            "squeeze(int[])",
            "expandDims(int)")) {
      put(reshape, ShapeOperators::reshape);
    }
    put("transpose(int[])", call -> transpose(call, (int[]) call.argument(0)));
    put("transpose()", ShapeOperators::reversed);
    put("swapAxes(int,int)", ShapeOperators::swapped);
    put("get(NDIndex)", call -> slice(call, (NDIndex) call.argument(0)));
    put("get(NDManager,NDIndex)", call -> slice(call, (NDIndex) call.argument(1)));
    ALL.put("split(long[],int)", ShapeOperators::split);
    ALL.put("split(long,int)", ShapeOperators::split);
    put("concat(NDList,int)", ShapeOperators::concat);
    put("stack(NDList,int)", ShapeOperators::stack);
    put("flip(int[])", ShapeOperators::flip);
    put("broadcast(Shape)", ShapeOperators::broadcast);
    put("tile(long[])", ShapeOperators::tile);
    put("repeat(int,long)", ShapeOperators::repeat);
    put("pad(Shape,double)", ShapeOperators::pad);
    reduction("sum", ReduceFunction.SUM);
    reduction("mean", ReduceFunction.MEAN);
    reduction("max", ReduceFunction.MAXIMUM);
    reduction("min", ReduceFunction.MINIMUM);
    reduction("prod", ReduceFunction.PRODUCT);
    put("norm(int,int[],boolean)", ShapeOperators::norm);
    put("normalize(double,long,double)", ShapeOperators::normalize);
  }

  private ShapeOperators() {}

  private static void put(String signature, Function<OperatorCall, Node> recorder) {
    ALL.put(signature, Operator.of(recorder));
  }

  private static void reduction(String name, ReduceFunction function) {
    put(
        name + "(int[],boolean)",
        call -> {
          boolean counts =
              function == ReduceFunction.SUM
                  && call.self().real().getDataType() == DataType.BOOLEAN;
          if (!counts) {
            call.requireFloat();
          }
          List<Integer> axes = axes(call, (int[]) call.argument(0));
          return call.graph().reduce(function, call.node(), axes, (Boolean) call.argument(1));
        });
    put(
        name + "()",
        call -> {
          throw call.refusal("it makes one number of all rows");
        });
  }

  private static List<Integer> axes(OperatorCall call, int[] given) {
    return Arrays.stream(given).map(call::axis).boxed().toList();
  }

  /** The numbers of a row keep their order, so the result's shape says it all. */
  private static Node reshape(OperatorCall call) {
    if (call.tracer().isIndices(call.result().getShape())) {
      return call.graph().reshape(call.node(), List.of((int) call.node().shape().elements()));
    }
    return call.graph().reshape(call.node(), call.tracer().row(call, call.result()));
  }

  private static Node transpose(OperatorCall call, int[] order) {
    List<Integer> permutation = new ArrayList<>();
    for (int i = 0; i <= call.self().merged(); i++) {
      permutation.add(i);
    }
    int rank = call.self().real().getShape().dimension();
    if (order.length == 0 || (order[0] + rank) % rank != 0) {
      throw call.refusal("it moves the batch from the front");
    }
    for (int i = 1; i < order.length; i++) {
      permutation.add(call.axis(order[i]));
    }
    return call.graph().transpose(call.node(), permutation);
  }

  private static Node reversed(OperatorCall call) {
    int rank = call.self().real().getShape().dimension();
    return transpose(call, IntStream.range(0, rank).map(i -> rank - 1 - i).toArray());
  }

  private static Node swapped(OperatorCall call) {
    return call.graph().swap(call.node(), call.axis(call.integer(0)), call.axis(call.integer(1)));
  }

  private static Node slice(OperatorCall call, NDIndex index) {
    NDArray real = call.self().real();
    NDIndexFullSlice slice =
        NDIndexFullSlice.fromIndex(index, real.getShape())
            .orElseThrow(() -> call.refusal("only slices are exported, found the index " + index));
    long rows = real.getShape().get(0);
    if (slice.getMin()[0] != 0 || slice.getMax()[0] != rows || slice.getStep()[0] != 1) {
      throw call.refusal("it takes a part of the batch");
    }
    Node node = call.node();
    List<Integer> starts = new ArrayList<>();
    List<Integer> ends = new ArrayList<>();
    List<Integer> steps = new ArrayList<>();
    for (int i = 0; i < call.self().merged(); i++) {
      starts.add(0);
      ends.add(node.shape().dimension(i + 1));
      steps.add(1);
    }
    for (int i = 1; i < slice.getMin().length; i++) {
      starts.add((int) slice.getMin()[i]);
      ends.add((int) slice.getMax()[i]);
      steps.add((int) slice.getStep()[i]);
    }
    Node part = call.graph().apply(new Movement.Slice(starts, ends, steps), node);
    return call.graph().reshape(part, call.tracer().row(call, call.result()));
  }

  private static List<@Nullable Node> split(OperatorCall call) {
    int given = call.integer(1);
    int axis = call.axis(given);
    int dimension = axis - call.self().merged();
    List<@Nullable Node> parts = new ArrayList<>();
    int start = 0;
    for (NDArray part : call.results()) {
      int end = start + (int) part.getShape().get(dimension);
      parts.add(call.graph().slice(call.node(), axis, start, end));
      start = end;
    }
    return parts;
  }

  private static Node concat(OperatorCall call) {
    List<Node> parts = new ArrayList<>();
    for (TracedArray each : call.selfAnd(0)) {
      parts.add(call.tracer().withRows(call, each));
    }
    return call.graph().concat(call.axis(call.integer(1)), parts);
  }

  private static Node stack(OperatorCall call) {
    int given = call.integer(1);
    int rank = call.result().getShape().dimension();
    int at = (given < 0 ? given + rank : given) + call.self().merged();
    if (at <= call.self().merged()) {
      throw call.refusal("it puts a dimension in front of the batch");
    }
    List<Node> parts = new ArrayList<>();
    for (TracedArray each : call.selfAnd(0)) {
      Node node = call.tracer().withRows(call, each);
      List<Integer> row = new ArrayList<>(node.shape().row());
      row.add(at - 1, 1);
      parts.add(call.graph().reshape(node, row));
    }
    return call.graph().concat(at, parts);
  }

  private static Node flip(OperatorCall call) {
    Node node = call.node();
    for (int axis : axes(call, (int[]) call.argument(0))) {
      node = flip(call.graph(), node, axis);
    }
    return node;
  }

  /** The numbers along a dimension, the last one first. */
  static Node flip(GraphWords graph, Node node, int axis) {
    List<Node> parts = new ArrayList<>();
    for (int i = node.shape().dimension(axis) - 1; i >= 0; i--) {
      parts.add(graph.slice(node, axis, i, i + 1));
    }
    return graph.concat(axis, parts);
  }

  private static Node broadcast(OperatorCall call) {
    return spread(call.graph(), call.node(), call.tracer().row(call, call.result()));
  }

  /** Adding zeros of the wanted shape. */
  private static Node spread(GraphWords graph, Node node, List<Integer> row) {
    org.decisionlab.models.graph.Shape shape = new org.decisionlab.models.graph.Shape(row);
    Tensor zeros = Tensor.of(new float[(int) shape.elements()], shape);
    return graph.add(node, graph.constant(zeros));
  }

  private static Node tile(OperatorCall call) {
    long[] times = (long[]) call.argument(0);
    int rank = call.self().real().getShape().dimension();
    if (times.length > rank || (times.length == rank && times[0] != 1)) {
      throw call.refusal("it adds rows to the batch");
    }
    Node node = call.node();
    for (int i = 0; i < times.length; i++) {
      int given = rank - times.length + i;
      if (times[i] != 1) {
        int axis = call.axis(given);
        node = call.graph().concat(axis, Collections.nCopies((int) times[i], node));
      }
    }
    return node;
  }

  private static Node repeat(OperatorCall call) {
    int axis = call.axis(call.integer(0));
    List<Integer> wide = new ArrayList<>(call.node().shape().row());
    wide.add(axis, 1);
    Node apart = call.graph().reshape(call.node(), wide);
    wide.set(axis, call.integer(1));
    return call.graph()
        .reshape(spread(call.graph(), apart, wide), call.tracer().row(call, call.result()));
  }

  /** Arguments: numbers before and after each dimension, the innermost first; value. */
  private static Node pad(OperatorCall call) {
    List<Integer> sizes = call.sizes(0);
    int rank = call.node().shape().rank() - 1;
    List<Integer> before = new ArrayList<>(Collections.nCopies(rank, 0));
    List<Integer> after = new ArrayList<>(Collections.nCopies(rank, 0));
    for (int i = 0; 2 * i + 1 < sizes.size(); i++) {
      if (i >= rank) {
        throw call.refusal("it adds rows to the batch");
      }
      before.set(rank - 1 - i, sizes.get(2 * i));
      after.set(rank - 1 - i, sizes.get(2 * i + 1));
    }
    return call.graph().apply(new Movement.Pad(before, after, call.number(1)), call.node());
  }

  /** Arguments: order, dimensions, whether they stay. */
  private static Node norm(OperatorCall call) {
    GraphWords graph = call.graph();
    List<Integer> axes = axes(call, (int[]) call.argument(1));
    boolean keep = (Boolean) call.argument(2);
    Node x = call.node();
    if (call.integer(0) == 1) {
      Node size = graph.apply(UnaryFunction.ABSOLUTE, x);
      return graph.reduce(ReduceFunction.SUM, size, axes, keep);
    }
    if (call.integer(0) != 2) {
      throw call.refusal("only norms of order 1 and 2 are exported");
    }
    Node squares = graph.reduce(ReduceFunction.SUM, graph.multiply(x, x), axes, keep);
    return graph.apply(UnaryFunction.SQUARE_ROOT, squares);
  }

  /** Arguments: order, dimension, least norm. */
  private static Node normalize(OperatorCall call) {
    if (call.number(0) != 2) {
      throw call.refusal("only the norm of order 2 is exported");
    }
    GraphWords graph = call.graph();
    Node x = call.node();
    List<Integer> axis = List.of(call.axis(call.integer(1)));
    Node squares = graph.reduce(ReduceFunction.SUM, graph.multiply(x, x), axis, true);
    Node norm = graph.apply(UnaryFunction.SQUARE_ROOT, squares);
    return graph.divide(x, graph.apply(BinaryFunction.MAXIMUM, norm, graph.number(call.number(2))));
  }
}
