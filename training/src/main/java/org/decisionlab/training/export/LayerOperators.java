// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.export;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.decisionlab.models.graph.BatchNormStatistics;
import org.decisionlab.models.graph.Lookup;
import org.decisionlab.models.graph.Node;
import org.decisionlab.models.graph.ReduceFunction;
import org.decisionlab.models.graph.Shape;
import org.decisionlab.models.graph.Tensor;
import org.decisionlab.models.graph.UnaryFunction;

/** Products, normalisations and embeddings: what layers do besides windows and recurrence. */
final class LayerOperators {

  static final Map<String, Operator> ALL = new TreeMap<>();

  static {
    put("linear(NDArray,NDArray,NDArray)", LayerOperators::linear);
    put("matMul(NDArray)", LayerOperators::product);
    put("dot(NDArray)", LayerOperators::product);
    put("batchMatMul(NDArray)", LayerOperators::product);
    put("batchDot(NDArray)", LayerOperators::product);
    put(
        "batchNorm(NDArray,NDArray,NDArray,NDArray,NDArray,int,float,float,boolean)",
        LayerOperators::batchNorm);
    put("layerNorm(NDArray,Shape,NDArray,NDArray,float)", LayerOperators::layerNorm);
    put("dropout(NDArray,float,boolean)", LayerOperators::dropout);
    put("embedding(NDArray,NDArray,SparseFormat)", LayerOperators::embedding);
    put("gatherNd(NDArray)", LayerOperators::lookedUp);
  }

  private LayerOperators() {}

  /** Arguments: indices, behind a dimension of 1 since the table has one dimension of entries. */
  private static Node lookedUp(OperatorCall call) {
    if (call.operand(0).standing() != TracedArray.Standing.INDICES) {
      throw call.refusal("only a table is looked up in, by indices of shape (1, rows)");
    }
    GraphWords graph = call.graph();
    return graph.apply(
        new Lookup(), graph.constant(call.constant(call.self(), "table")), call.node(0));
  }

  private static void put(String signature, Function<OperatorCall, Node> recorder) {
    ALL.put(signature, Operator.of(recorder));
  }

  /** Arguments: rows, weight of shape (out, in), bias or null. */
  private static Node linear(OperatorCall call) {
    GraphWords graph = call.graph();
    Node weight = graph.constant(call.constant(1, "weight"));
    Node product = graph.product(call.traced(0, "operand"), weight, true);
    return call.isNull(2) ? product : graph.add(product, graph.constant(call.constant(2, "bias")));
  }

  private static Node product(OperatorCall call) {
    call.requireFloat();
    return call.graph().product(operand(call, call.self()), operand(call, call.operand(0)), false);
  }

  /** A constant as it is: its dimensions must not be left out as when broadcasting. */
  private static Node operand(OperatorCall call, TracedArray operand) {
    Node node = operand.node();
    if (node != null) {
      return node;
    }
    boolean isMatrix = operand.real().getShape().dimension() <= 2;
    Tensor constant =
        isMatrix ? call.tracer().tensor(operand.real()) : call.tracer().rowsLeftOut(operand.real());
    return call.graph().constant(constant);
  }

  /**
   * Arguments: rows, running mean, running variance, gamma, beta, axis, momentum, eps, training.
   * PyTorch takes the second dimension as the channels where the axis is -1.
   */
  private static Node batchNorm(OperatorCall call) {
    call.requireInference(8);
    Tensor mean = call.constant(1, "running mean");
    Tensor variance = call.constant(2, "running variance");
    Tensor gamma = call.isNull(3) ? filled(mean, 1) : call.constant(3, "gamma");
    Tensor beta = call.isNull(4) ? filled(mean, 0) : call.constant(4, "beta");
    int given = call.integer(5);
    int axis = call.axis(call.operand(0), given == -1 ? 1 : given);
    BatchNormStatistics statistics =
        new BatchNormStatistics(gamma, beta, mean, variance, call.number(7));
    Node rows = call.traced(0, "operand");
    List<Integer> along = new ArrayList<>(List.of(mean.size()));
    for (int i = axis + 1; i < rows.shape().rank(); i++) {
      along.add(1);
    }
    GraphWords graph = call.graph();
    Node scaled = graph.multiply(rows, graph.constant(shaped(statistics.scale(), along)));
    return graph.add(scaled, graph.constant(shaped(statistics.shift(), along)));
  }

  private static Tensor shaped(Tensor values, List<Integer> dimensions) {
    return Tensor.of(values.toArray(), new Shape(dimensions));
  }

  private static Tensor filled(Tensor like, float value) {
    float[] values = new float[like.size()];
    Arrays.fill(values, value);
    return Tensor.of(values, like.shape());
  }

  /** Arguments: numbers, innermost dimensions that are normalised, gamma, beta, eps. */
  private static Node layerNorm(OperatorCall call) {
    GraphWords graph = call.graph();
    Node x = call.traced(0, "operand");
    int count = call.sizes(1).size();
    List<Integer> axes = new ArrayList<>();
    for (int i = x.shape().rank() - count; i < x.shape().rank(); i++) {
      axes.add(i);
    }
    Node centred = graph.subtract(x, graph.reduce(ReduceFunction.MEAN, x, axes, true));
    Node variance = graph.reduce(ReduceFunction.MEAN, graph.multiply(centred, centred), axes, true);
    Node deviation = graph.apply(UnaryFunction.SQUARE_ROOT, graph.shift(variance, call.number(4)));
    Node normal = graph.divide(centred, deviation);
    if (!call.isNull(2)) {
      normal = graph.multiply(normal, graph.constant(call.constant(2, "gamma")));
    }
    return call.isNull(3) ? normal : graph.add(normal, graph.constant(call.constant(3, "beta")));
  }

  /** Arguments: rows, rate, training. Does nothing at inference. */
  private static Node dropout(OperatorCall call) {
    call.requireInference(2);
    return call.traced(0, "operand");
  }

  /** Arguments: indices, table, format. */
  private static Node embedding(OperatorCall call) {
    GraphWords graph = call.graph();
    Node table = graph.constant(call.constant(1, "table"));
    return graph.apply(new Lookup(), table, call.traced(0, "indices"));
  }
}
