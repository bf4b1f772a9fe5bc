// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.export;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.decisionlab.models.graph.Node;
import org.decisionlab.models.graph.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * One call of an array operation in which something depends on the model's input.
 *
 * @param tracer the recording
 * @param operation the operation's signature
 * @param self the array it was called on
 * @param arguments its arguments
 * @param results what DJL made of it
 */
record OperatorCall(
    Tracer tracer,
    String operation,
    TracedArray self,
    List<@Nullable Object> arguments,
    List<NDArray> results) {

  GraphWords graph() {
    return tracer.graph();
  }

  /** What DJL made of it, where that is one array. */
  NDArray result() {
    return results.get(0);
  }

  /** The array it was called on, as a node that broadcasts. */
  Node node() {
    return node(self);
  }

  /** An argument, array or number, as a node that broadcasts. */
  Node node(int argument) {
    return arguments.get(argument) instanceof Number number
        ? graph().number(number.floatValue())
        : node(operand(argument));
  }

  Node node(TracedArray operand) {
    Node node = operand.node();
    return node == null ? graph().constant(tracer.broadcastable(this, operand.real())) : node;
  }

  /** An argument that must depend on the input. */
  Node traced(int argument, String role) {
    Node node = operand(argument).node();
    if (node == null) {
      throw refusal("its " + role + " is constant");
    }
    return node;
  }

  /** The arrays of a list and before it the array it was called on. */
  List<TracedArray> selfAnd(int argument) {
    List<TracedArray> all = new ArrayList<>(List.of(self));
    ((NDList) argument(argument)).forEach(each -> all.add(tracer.operand(each)));
    return all;
  }

  /** An argument that must be there. */
  Object argument(int argument) {
    return Objects.requireNonNull(
        arguments.get(argument), () -> operation + ": argument " + argument + " is absent");
  }

  /** A whole number among the arguments. */
  int integer(int argument) {
    return ((Number) argument(argument)).intValue();
  }

  /** A number among the arguments. */
  float number(int argument) {
    return ((Number) argument(argument)).floatValue();
  }

  /** Sizes among the arguments. */
  List<Integer> sizes(int argument) {
    return Tracer.dimensions((Shape) argument(argument));
  }

  /** Whether an argument is absent. */
  boolean isNull(int argument) {
    return arguments.get(argument) == null;
  }

  /** An argument that must be a constant array. */
  Tensor constant(int argument, String role) {
    return constant(operand(argument), role);
  }

  Tensor constant(TracedArray operand, String role) {
    if (operand.node() != null) {
      throw refusal("its " + role + " depends on the model's input");
    }
    return tracer.tensor(operand.real());
  }

  TracedArray operand(int argument) {
    if (arguments.get(argument) instanceof NDArray array) {
      return tracer.operand(array);
    }
    throw refusal("argument " + argument + " is " + arguments.get(argument) + ", not an array");
  }

  /**
   * A dimension of the array it was called on, as the graph counts it; the batch is refused.
   *
   * @param given as DJL counts it, negative from the end
   */
  int axis(int given) {
    return axis(self, given);
  }

  int axis(TracedArray array, int given) {
    int rank = array.real().getShape().dimension();
    int axis = given < 0 ? given + rank : given;
    if (axis == 0) {
      throw refusal("it works along the batch, so that rows would depend on each other");
    }
    return axis + array.merged();
  }

  /** Refuses a call as in training, told by an argument. */
  void requireInference(int argument) {
    if (!Boolean.FALSE.equals(arguments.get(argument))) {
      throw refusal("it was run as in training");
    }
  }

  /**
   * Refuses whole numbers as the result, since they grow beyond what a float32 can tell apart, and
   * truths, of which the engine makes truths again.
   */
  void requireFloat() {
    DataType type = result().getDataType();
    if (type != DataType.FLOAT32) {
      throw refusal("its result is " + type + ", only float32 is exported");
    }
  }

  /** Refuses operands that are no truths. */
  void requireTruth(TracedArray operand) {
    if (operand.real().getDataType() != DataType.BOOLEAN) {
      throw refusal("its operand is " + operand.real().getDataType() + ", not boolean");
    }
  }

  /** A refusal of this call. */
  ExportRefusedException refusal(String reason) {
    return tracer.refusal(operation, reason);
  }
}
