// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.export;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.decisionlab.models.graph.BatchNormStatistics;
import org.decisionlab.models.graph.ModelGraphBuilder;
import org.decisionlab.models.graph.Node;
import org.decisionlab.models.graph.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The array operations that can be exported, by DJL's method name and parameter types. A new one is
 * one line here, and a method when it needs more than a line.
 */
final class Operators {

  private static final Map<String, Operator> LISTED =
      Map.ofEntries(
          Map.entry("add(Number)", binary(ModelGraphBuilder::add)),
          Map.entry("add(NDArray)", binary(ModelGraphBuilder::add)),
          Map.entry("sub(Number)", binary(ModelGraphBuilder::subtract)),
          Map.entry("sub(NDArray)", binary(ModelGraphBuilder::subtract)),
          Map.entry("mul(Number)", binary(ModelGraphBuilder::multiply)),
          Map.entry("mul(NDArray)", binary(ModelGraphBuilder::multiply)),
          Map.entry("div(Number)", binary(ModelGraphBuilder::divide)),
          Map.entry("div(NDArray)", binary(ModelGraphBuilder::divide)),
          Map.entry("rdiv(Number)", call -> call.graph().divide(call.node(0), call.node())),
          Map.entry("neg()", Operators::negation),
          Map.entry("relu()", call -> call.graph().relu(call.node())),
          Map.entry("tanh()", call -> call.graph().tanh(call.node())),
          Map.entry("sigmoid()", call -> call.graph().sigmoid(call.node())),
          Map.entry("linear(NDArray,NDArray,NDArray)", Operators::linear),
          Map.entry(
              "batchNorm(NDArray,NDArray,NDArray,NDArray,NDArray,int,float,float,boolean)",
              Operators::batchNorm),
          Map.entry("dropout(NDArray,float,boolean)", Operators::dropout),
          Map.entry("reshape(Shape)", Operators::sameShape),
          Map.entry("flatten(int,int)", Operators::sameShape));

  private Operators() {}

  /** The operator of a method of NDArray or NDArrayEx, or null when it is not listed. */
  static @Nullable Operator find(Method method) {
    return LISTED.get(
        method.getName()
            + Arrays.stream(method.getParameterTypes())
                .map(Class::getSimpleName)
                .collect(Collectors.joining(",", "(", ")")));
  }

  /** Names of the listed operations, in alphabetical order. */
  static String names() {
    return LISTED.keySet().stream()
        .map(key -> key.substring(0, key.indexOf('(')))
        .collect(Collectors.toCollection(TreeSet::new))
        .toString();
  }

  @FunctionalInterface
  private interface Arithmetic {
    Node apply(ModelGraphBuilder graph, Node left, Node right);
  }

  private static Operator binary(Arithmetic arithmetic) {
    return call -> arithmetic.apply(call.graph(), call.node(), call.node(0));
  }

  private static Node negation(OperatorCall call) {
    return call.graph().multiply(call.node(), call.graph().constant(Tensor.scalar(-1)));
  }

  /** Arguments: rows, weight of shape (out, in), bias or null. */
  private static Node linear(OperatorCall call) {
    ModelGraphBuilder graph = call.graph();
    Node weight = graph.constant(call.constant(1, "weight"));
    Node product = graph.matMulTransposed(call.node(0), weight);
    return call.isNull(2) ? product : graph.add(product, graph.constant(call.constant(2, "bias")));
  }

  /**
   * Arguments: rows, running mean, running variance, gamma, beta, axis, momentum, eps, training.
   */
  private static Node batchNorm(OperatorCall call) {
    if (call.result().getShape().dimension() != 2
        || !Integer.valueOf(1).equals(call.arguments().get(5))) {
      throw call.refusal("only batch normalisation of rows along axis 1 is exported");
    }
    requireInference(call, 8);
    Tensor mean = call.constant(1, "running mean");
    Tensor variance = call.constant(2, "running variance");
    Tensor gamma = call.isNull(3) ? filled(mean, 1) : call.constant(3, "gamma");
    Tensor beta = call.isNull(4) ? filled(mean, 0) : call.constant(4, "beta");
    float epsilon = ((Number) call.argument(7)).floatValue();
    return call.graph()
        .batchNorm(call.node(0), new BatchNormStatistics(gamma, beta, mean, variance, epsilon));
  }

  /** Arguments: rows, rate, training. Does nothing at inference. */
  private static Node dropout(OperatorCall call) {
    requireInference(call, 2);
    return call.node(0);
  }

  private static void requireInference(OperatorCall call, int argument) {
    if (!Boolean.FALSE.equals(call.arguments().get(argument))) {
      throw call.refusal("it was run as in training");
    }
  }

  private static Node sameShape(OperatorCall call) {
    if (!call.result().getShape().equals(call.self().real().getShape())) {
      throw call.refusal(
          "it changes the shape %s to %s; only a shape left as it is can be exported"
              .formatted(call.self().real().getShape(), call.result().getShape()));
    }
    return call.node();
  }

  private static Tensor filled(Tensor like, float value) {
    float[] values = new float[like.size()];
    Arrays.fill(values, value);
    return Tensor.of(values, like.shape());
  }
}
