// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.export;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Objects;
import org.decisionlab.models.graph.ModelGraphBuilder;
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
 * @param result what DJL made of it
 */
record OperatorCall(
    Tracer tracer,
    String operation,
    TracedArray self,
    List<@Nullable Object> arguments,
    NDArray result) {

  ModelGraphBuilder graph() {
    return tracer.graph();
  }

  /** The array it was called on, as a node that broadcasts. */
  Node node() {
    return node(self);
  }

  /** An argument, array or number, as a node that broadcasts. */
  Node node(int argument) {
    return arguments.get(argument) instanceof Number number
        ? graph().constant(Tensor.scalar(number.floatValue()))
        : node(operand(argument));
  }

  private Node node(TracedArray operand) {
    Node node = operand.node();
    return node == null ? graph().constant(tracer.broadcastable(operand.real())) : node;
  }

  /** An argument that must be there. */
  Object argument(int argument) {
    return Objects.requireNonNull(
        arguments.get(argument), () -> operation + ": argument " + argument + " is absent");
  }

  /** Whether an argument is absent. */
  boolean isNull(int argument) {
    return arguments.get(argument) == null;
  }

  /** An argument that must be a constant array. */
  Tensor constant(int argument, String role) {
    TracedArray operand = operand(argument);
    if (operand.node() != null) {
      throw refusal("its " + role + " depends on the model's input");
    }
    return tracer.tensor(operand.real());
  }

  private TracedArray operand(int argument) {
    if (arguments.get(argument) instanceof NDArray array) {
      return tracer.operand(array);
    }
    throw refusal("argument " + argument + " is " + arguments.get(argument) + ", not an array");
  }

  /** A refusal of this call. */
  ExportRefusedException refusal(String reason) {
    return tracer.refusal(operation, reason);
  }
}
