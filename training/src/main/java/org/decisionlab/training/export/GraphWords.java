// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.export;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.decisionlab.models.graph.BinaryFunction;
import org.decisionlab.models.graph.ModelGraph;
import org.decisionlab.models.graph.ModelGraphBuilder;
import org.decisionlab.models.graph.Movement;
import org.decisionlab.models.graph.Node;
import org.decisionlab.models.graph.Operation;
import org.decisionlab.models.graph.ReduceFunction;
import org.decisionlab.models.graph.Reduction;
import org.decisionlab.models.graph.Selection;
import org.decisionlab.models.graph.Tensor;
import org.decisionlab.models.graph.UnaryFunction;

/** Short words for adding nodes to the graph of a recording; equal constants are one node. */
final class GraphWords {

  private final ModelGraphBuilder builder = ModelGraph.builder();
  private final Map<Tensor, Node> constants = new HashMap<>();

  ModelGraphBuilder builder() {
    return builder;
  }

  Node apply(Operation operation, Node... operands) {
    return builder.apply(operation, operands);
  }

  Node constant(Tensor value) {
    return constants.computeIfAbsent(value, builder::constant);
  }

  Node number(float value) {
    return constant(Tensor.scalar(value));
  }

  Node apply(UnaryFunction function, Node operand) {
    return apply(new Operation.Unary(function), operand);
  }

  Node apply(BinaryFunction function, Node left, Node right) {
    return apply(new Operation.Binary(function), left, right);
  }

  Node add(Node left, Node right) {
    return apply(BinaryFunction.ADD, left, right);
  }

  Node subtract(Node left, Node right) {
    return apply(BinaryFunction.SUBTRACT, left, right);
  }

  Node multiply(Node left, Node right) {
    return apply(BinaryFunction.MULTIPLY, left, right);
  }

  Node divide(Node left, Node right) {
    return apply(BinaryFunction.DIVIDE, left, right);
  }

  Node scale(Node operand, float factor) {
    return multiply(operand, number(factor));
  }

  Node shift(Node operand, float summand) {
    return add(operand, number(summand));
  }

  /** The positive part. */
  Node above(Node operand) {
    return apply(UnaryFunction.RELU, operand);
  }

  /** The negative part. */
  Node below(Node operand) {
    return apply(BinaryFunction.MINIMUM, operand, number(0));
  }

  Node choose(Node condition, Node yes, Node no) {
    return apply(new Selection(), condition, yes, no);
  }

  Node reshape(Node operand, List<Integer> row) {
    return operand.shape().row().equals(row) ? operand : apply(new Movement.Reshape(row), operand);
  }

  Node transpose(Node operand, List<Integer> permutation) {
    return apply(new Movement.Transpose(permutation), operand);
  }

  /** Two dimensions change places. */
  Node swap(Node operand, int one, int other) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < operand.shape().rank(); i++) {
      order.add(i);
    }
    Collections.swap(order, one, other);
    return one == other ? operand : transpose(operand, order);
  }

  /** Some of the indices along one dimension. */
  Node slice(Node operand, int axis, int start, int end) {
    List<Integer> starts = new ArrayList<>();
    List<Integer> ends = new ArrayList<>(operand.shape().row());
    List<Integer> steps = new ArrayList<>();
    for (int i = 0; i < ends.size(); i++) {
      starts.add(0);
      steps.add(1);
    }
    starts.set(axis - 1, start);
    ends.set(axis - 1, end);
    return apply(new Movement.Slice(starts, ends, steps), operand);
  }

  /** One index along the first dimension of a row, which goes. */
  Node pick(Node operand, int index) {
    List<Integer> row = operand.shape().row();
    return reshape(slice(operand, 1, index, index + 1), row.subList(1, row.size()));
  }

  Node concat(int axis, List<Node> operands) {
    return operands.size() == 1
        ? operands.get(0)
        : apply(new Movement.Concat(axis), operands.toArray(Node[]::new));
  }

  Node reduce(ReduceFunction function, Node operand, List<Integer> axes, boolean keep) {
    return apply(new Reduction(function, axes.stream().sorted().toList(), keep), operand);
  }

  Node product(Node left, Node right, boolean transposed) {
    return apply(new Operation.MatMul(transposed), left, right);
  }

  /** The same constant for every row of the batch, as something that has rows. */
  Node everyRow(Tensor value, Node any) {
    int rank = value.shape().rank();
    List<Integer> one = Collections.nCopies(rank, 1);
    Node flat = reshape(any, List.of((int) any.shape().elements()));
    Node first = reshape(slice(flat, 1, 0, 1), one);
    Node truth = apply(UnaryFunction.IS_MISSING, first);
    return choose(truth, constant(value), constant(value));
  }
}
