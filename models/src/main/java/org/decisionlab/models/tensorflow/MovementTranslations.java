// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.tensorflow;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.decisionlab.models.ModelFormatException;
import org.decisionlab.models.graph.Movement;
import org.decisionlab.models.graph.Node;
import org.decisionlab.models.graph.Operation;
import org.decisionlab.models.graph.ReduceFunction;
import org.decisionlab.models.graph.Reduction;
import org.decisionlab.models.graph.Shape;
import org.decisionlab.models.tensorflow.NodeTranslator.Translation;

/** TensorFlow's operations on dimensions: movements and reductions. */
final class MovementTranslations {

  static final Map<String, Translation> ALL = new TreeMap<>();

  static {
    ALL.put("Reshape", MovementTranslations::reshape);
    ALL.put("Transpose", MovementTranslations::transpose);
    ALL.put("StridedSlice", MovementTranslations::slice);
    ALL.put("ConcatV2", MovementTranslations::concat);
    ALL.put("PadV2", MovementTranslations::pad);
    Names.read(Names.REDUCE).forEach((name, function) -> ALL.put(name, reduce(function)));
  }

  private MovementTranslations() {}

  private static Node reshape(NodeDef node, NodeTranslator graph) throws ModelFormatException {
    List<Integer> shape = graph.integers(node, 1);
    if (shape.isEmpty() || shape.get(0) != -1) {
      throw node.fault("the first dimension must be open (-1), found the shape " + shape);
    }
    return one(node, graph, new Movement.Reshape(shape.subList(1, shape.size())));
  }

  /** Two transposes that undo each other are none. */
  private static Node transpose(NodeDef node, NodeTranslator graph) throws ModelFormatException {
    node.requireFloat("T");
    return transpose(node, node.name(), graph, graph.operand(node, 0), graph.integers(node, 1));
  }

  static Node transpose(
      NodeDef node, String name, NodeTranslator graph, Node operand, List<Integer> order)
      throws ModelFormatException {
    if (order.isEmpty()) {
      throw node.fault("the order of dimensions is empty");
    }
    if (operand.operation() instanceof Movement.Transpose before
        && undoes(order, before.permutation())) {
      return graph.builder().node(operand.operands().get(0));
    }
    return graph.builder().apply(name, new Movement.Transpose(order), operand);
  }

  private static boolean undoes(List<Integer> order, List<Integer> before) {
    if (order.size() != before.size()) {
      return false;
    }
    for (int i = 0; i < order.size(); i++) {
      int from = order.get(i);
      if (from < 0 || from >= before.size() || before.get(from) != i) {
        return false;
      }
    }
    return true;
  }

  private static Node slice(NodeDef node, NodeTranslator graph) throws ModelFormatException {
    for (String mask : List.of("ellipsis_mask", "new_axis_mask", "shrink_axis_mask")) {
      if (node.integer(mask) != 0) {
        throw node.fault(mask + " is not supported");
      }
    }
    node.requireInputs(4);
    Shape operand = graph.operand(node, 0).shape();
    List<Integer> begin = graph.integers(node, 1);
    List<Integer> end = graph.integers(node, 2);
    List<Integer> strides = graph.integers(node, 3);
    int rank = operand.rank();
    long open = node.integer("begin_mask");
    long openEnd = node.integer("end_mask");
    boolean whole = (open & openEnd & 1) == 1 && strides.stream().limit(1).allMatch(s -> s == 1);
    if (begin.size() > rank
        || end.size() != begin.size()
        || strides.size() != begin.size()
        || !whole) {
      throw node.fault("only slices of each row are supported, found " + begin + " to " + end);
    }
    List<Integer> starts = new ArrayList<>();
    List<Integer> ends = new ArrayList<>();
    List<Integer> steps = new ArrayList<>();
    for (int i = 1; i < rank; i++) {
      int size = operand.dimension(i);
      boolean given = i < begin.size();
      starts.add(given && (open >> i & 1) == 0 ? within(begin.get(i), size) : 0);
      ends.add(given && (openEnd >> i & 1) == 0 ? within(end.get(i), size) : size);
      steps.add(given ? strides.get(i) : 1);
    }
    return one(node, graph, new Movement.Slice(starts, ends, steps));
  }

  private static int within(int index, int size) {
    return Math.min(index < 0 ? index + size : index, size);
  }

  private static Node concat(NodeDef node, NodeTranslator graph) throws ModelFormatException {
    int count = node.inputs().size() - 1;
    if (count < 1) {
      throw node.fault("needs at least 2 inputs, found " + node.inputs().size());
    }
    Node[] operands = new Node[count];
    for (int i = 0; i < count; i++) {
      operands[i] = graph.operand(node, i);
    }
    int rank = operands[0].shape().rank();
    return graph
        .builder()
        .apply(node.name(), new Movement.Concat(axis(graph.integers(node, count), rank)), operands);
  }

  private static int axis(List<Integer> values, int rank) {
    int axis = values.isEmpty() ? 0 : values.get(0);
    return axis < 0 ? axis + rank : axis;
  }

  private static Node pad(NodeDef node, NodeTranslator graph) throws ModelFormatException {
    List<Integer> paddings = graph.integers(node, 1);
    int rank = graph.operand(node, 0).shape().rank();
    if (paddings.size() != 2 * rank || paddings.get(0) != 0 || paddings.get(1) != 0) {
      throw node.fault("only paddings of each row are supported, found " + paddings);
    }
    List<Integer> before = new ArrayList<>();
    List<Integer> after = new ArrayList<>();
    for (int i = 1; i < rank; i++) {
      before.add(paddings.get(2 * i));
      after.add(paddings.get(2 * i + 1));
    }
    return one(node, graph, new Movement.Pad(before, after, graph.tensor(node, 2).get(0)));
  }

  private static Translation reduce(ReduceFunction function) {
    return (node, graph) -> {
      int rank = graph.operand(node, 0).shape().rank();
      List<Integer> axes =
          graph.integers(node, 1).stream()
              .map(axis -> axis < 0 ? axis + rank : axis)
              .sorted()
              .toList();
      return one(node, graph, new Reduction(function, axes, node.bool("keep_dims")));
    };
  }

  /** An operation of the first operand; the others told what it is. */
  private static Node one(NodeDef node, NodeTranslator graph, Operation operation)
      throws ModelFormatException {
    node.requireFloat("T");
    return graph.builder().apply(node.name(), operation, graph.operand(node, 0));
  }
}
