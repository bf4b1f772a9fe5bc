// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.export;

import ai.djl.ndarray.types.DataType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.decisionlab.models.graph.BinaryFunction;
import org.decisionlab.models.graph.Node;
import org.decisionlab.models.graph.Tensor;
import org.decisionlab.models.graph.UnaryFunction;

/** Functions, arithmetic, comparisons and truths, number by number. */
final class ArithmeticOperators {

  static final Map<String, Operator> ALL = new TreeMap<>();

  private static final double LN_10 = Math.log(10);
  private static final double LN_2 = Math.log(2);
  private static final float SELU_SCALE = 1.050701f;
  private static final float SELU_ALPHA = 1.6732632f;

  static {
    binary("add", BinaryFunction.ADD);
    binary("sub", BinaryFunction.SUBTRACT);
    binary("mul", BinaryFunction.MULTIPLY);
    binary("div", BinaryFunction.DIVIDE);
    binary("maximum", BinaryFunction.MAXIMUM);
    binary("minimum", BinaryFunction.MINIMUM);
    binary("pow", BinaryFunction.POWER);
    binary("lt", BinaryFunction.LESS);
    binary("lte", BinaryFunction.LESS_OR_EQUAL);
    binary("gt", BinaryFunction.GREATER);
    binary("gte", BinaryFunction.GREATER_OR_EQUAL);
    binary("eq", BinaryFunction.EQUAL);
    binary("neq", BinaryFunction.NOT_EQUAL);
    put("mod(Number)", ArithmeticOperators::modulo);
    put("mod(NDArray)", ArithmeticOperators::modulo);
    put("rdiv(Number)", call -> reversed(call, BinaryFunction.DIVIDE));
    put("rsub(Number)", call -> reversed(call, BinaryFunction.SUBTRACT));
    put("clip(Number,Number)", ArithmeticOperators::clip);
    functions();
    activations();
    truths();
    put("toType(DataType,boolean)", ArithmeticOperators::toType);
    put("oneHot(int,DataType)", ArithmeticOperators::oneHot);
    put("oneHot(int)", ArithmeticOperators::oneHot);
    for (String same : List.of("duplicate()", "stopGradient()", "toDevice(Device,boolean)")) {
      put(same, OperatorCall::node);
    }
  }

  private ArithmeticOperators() {}

  private static void put(String signature, Function<OperatorCall, Node> recorder) {
    ALL.put(signature, Operator.of(recorder));
  }

  private static void binary(String name, BinaryFunction function) {
    Function<OperatorCall, Node> recorder =
        call -> {
          if (!function.isComparison()) {
            call.requireFloat();
          }
          return call.graph().apply(function, call.node(), call.node(0));
        };
    put(name + "(Number)", recorder);
    put(name + "(NDArray)", recorder);
  }

  private static void unary(String name, UnaryFunction function) {
    put(name + "()", call -> call.graph().apply(function, call.node()));
  }

  private static void composed(String name, BiFunction<GraphWords, Node, Node> made) {
    put(
        name + "()",
        call -> {
          call.requireFloat();
          return made.apply(call.graph(), call.node());
        });
  }

  private static void functions() {
    unary("neg", UnaryFunction.NEGATE);
    unary("abs", UnaryFunction.ABSOLUTE);
    unary("sign", UnaryFunction.SIGN);
    unary("exp", UnaryFunction.EXPONENTIAL);
    unary("log", UnaryFunction.LOGARITHM);
    unary("sqrt", UnaryFunction.SQUARE_ROOT);
    unary("floor", UnaryFunction.FLOOR);
    unary("ceil", UnaryFunction.CEILING);
    unary("round", UnaryFunction.ROUND);
    unary("erf", UnaryFunction.ERROR_FUNCTION);
    unary("sin", UnaryFunction.SINE);
    unary("cos", UnaryFunction.COSINE);
    unary("tan", UnaryFunction.TANGENT);
    unary("asin", UnaryFunction.ARC_SINE);
    unary("acos", UnaryFunction.ARC_COSINE);
    unary("atan", UnaryFunction.ARC_TANGENT);
    put("atan2(NDArray)", ArithmeticOperators::angle);
    put("xlogy(NDArray)", ArithmeticOperators::timesLogarithm);
    composed("square", (graph, x) -> graph.multiply(x, x));
    composed("cbrt", (graph, x) -> graph.apply(BinaryFunction.POWER, x, graph.number(1f / 3)));
    composed("log10", (graph, x) -> logarithm(graph, x, LN_10));
    composed("log2", (graph, x) -> logarithm(graph, x, LN_2));
    composed("trunc", ArithmeticOperators::towardsZero);
    composed("sinh", (graph, x) -> hyperbolic(graph, x, BinaryFunction.SUBTRACT));
    composed("cosh", (graph, x) -> hyperbolic(graph, x, BinaryFunction.ADD));
    composed("toDegrees", (graph, x) -> graph.scale(x, (float) (180 / Math.PI)));
    composed("toRadians", (graph, x) -> graph.scale(x, (float) (Math.PI / 180)));
  }

  private static void activations() {
    unary("relu", UnaryFunction.RELU);
    unary("tanh", UnaryFunction.TANH);
    unary("sigmoid", UnaryFunction.SIGMOID);
    composed(
        "softSign",
        (graph, x) -> graph.divide(x, graph.shift(graph.apply(UnaryFunction.ABSOLUTE, x), 1)));
    composed("softPlus", ArithmeticOperators::softPlus);
    composed("selu", (graph, x) -> graph.scale(elu(graph, x, SELU_ALPHA), SELU_SCALE));
    composed("gelu", ArithmeticOperators::gelu);
    put("elu(float)", call -> elu(call.graph(), call.node(), call.number(0)));
    put(
        "leakyRelu(float)",
        call -> leaky(call.graph(), call.node(), call.graph().number(call.number(0))));
  }

  private static void truths() {
    put("logicalAnd(NDArray)", call -> truth(call, BinaryFunction.MULTIPLY));
    put("logicalOr(NDArray)", call -> truth(call, BinaryFunction.MAXIMUM));
    put("logicalXor(NDArray)", call -> truth(call, BinaryFunction.NOT_EQUAL));
    put(
        "logicalNot()",
        call -> {
          call.requireTruth(call.self());
          return call.graph().subtract(call.graph().number(1), call.node());
        });
    unary("isNaN", UnaryFunction.IS_MISSING);
    put("isInfinite()", ArithmeticOperators::infinite);
    put(
        "where(NDArray,NDArray)",
        call -> {
          call.requireTruth(call.operand(0));
          return call.graph().choose(call.node(0), call.node(), call.node(1));
        });
  }

  private static Node truth(OperatorCall call, BinaryFunction function) {
    call.requireTruth(call.self());
    call.requireTruth(call.operand(0));
    return call.graph().apply(function, call.node(), call.node(0));
  }

  /** What is left of a division towards minus infinity; it has the sign of the divisor. */
  private static Node modulo(OperatorCall call) {
    call.requireFloat();
    GraphWords graph = call.graph();
    Node divisor = call.node(0);
    Node rest = graph.apply(BinaryFunction.REMAINDER, call.node(), divisor);
    Node opposite =
        graph.apply(BinaryFunction.LESS, graph.multiply(rest, divisor), graph.number(0));
    return graph.choose(opposite, graph.add(rest, divisor), rest);
  }

  private static Node reversed(OperatorCall call, BinaryFunction function) {
    call.requireFloat();
    return call.graph().apply(function, call.node(0), call.node());
  }

  private static Node clip(OperatorCall call) {
    call.requireFloat();
    GraphWords graph = call.graph();
    Node raised = graph.apply(BinaryFunction.MAXIMUM, call.node(), call.node(0));
    return graph.apply(BinaryFunction.MINIMUM, raised, call.node(1));
  }

  private static Node logarithm(GraphWords graph, Node x, double base) {
    return graph.divide(graph.apply(UnaryFunction.LOGARITHM, x), graph.number((float) base));
  }

  static Node towardsZero(GraphWords graph, Node x) {
    Node size = graph.apply(UnaryFunction.FLOOR, graph.apply(UnaryFunction.ABSOLUTE, x));
    return graph.multiply(graph.apply(UnaryFunction.SIGN, x), size);
  }

  private static Node hyperbolic(GraphWords graph, Node x, BinaryFunction function) {
    Node up = graph.apply(UnaryFunction.EXPONENTIAL, x);
    Node down = graph.apply(UnaryFunction.EXPONENTIAL, graph.apply(UnaryFunction.NEGATE, x));
    return graph.scale(graph.apply(function, up, down), 0.5f);
  }

  private static Node softPlus(GraphWords graph, Node x) {
    Node size = graph.apply(UnaryFunction.ABSOLUTE, x);
    Node small = graph.apply(UnaryFunction.EXPONENTIAL, graph.apply(UnaryFunction.NEGATE, size));
    return graph.add(graph.above(x), graph.apply(UnaryFunction.LOGARITHM, graph.shift(small, 1)));
  }

  private static Node elu(GraphWords graph, Node x, float alpha) {
    Node falling = graph.shift(graph.apply(UnaryFunction.EXPONENTIAL, graph.below(x)), -1);
    return graph.add(graph.above(x), graph.scale(falling, alpha));
  }

  private static Node leaky(GraphWords graph, Node x, Node slope) {
    return graph.add(graph.above(x), graph.multiply(graph.below(x), slope));
  }

  private static Node gelu(GraphWords graph, Node x) {
    Node error = graph.apply(UnaryFunction.ERROR_FUNCTION, graph.scale(x, (float) Math.sqrt(0.5)));
    return graph.multiply(graph.scale(x, 0.5f), graph.shift(error, 1));
  }

  /** A truth is 1 or 0 and a whole number is that number; both need no node of their own. */
  private static Node toType(OperatorCall call) {
    DataType from = call.self().real().getDataType();
    DataType to = (DataType) call.argument(0);
    GraphWords graph = call.graph();
    Node operand = call.node();
    if (to == from || from == DataType.BOOLEAN) {
      return operand;
    }
    if (to == DataType.BOOLEAN) {
      return graph.apply(BinaryFunction.NOT_EQUAL, operand, graph.number(0));
    }
    boolean whole = to == DataType.INT32 || to == DataType.INT64;
    return whole && from == DataType.FLOAT32 ? towardsZero(graph, operand) : operand;
  }

  /** Arguments: how many, type. DJL refuses a number that is not below; here its row is all 0. */
  private static Node oneHot(OperatorCall call) {
    int count = call.integer(0);
    float[] each = new float[count];
    for (int i = 0; i < count; i++) {
      each[i] = i;
    }
    GraphWords graph = call.graph();
    List<Integer> row = new ArrayList<>(call.node().shape().row());
    row.add(1);
    return graph.apply(
        BinaryFunction.EQUAL, graph.reshape(call.node(), row), graph.constant(Tensor.vector(each)));
  }

  /** The angle of (x, y), where y is the array it was called on; the sign of a 0 counts. */
  private static Node angle(OperatorCall call) {
    call.requireFloat();
    GraphWords graph = call.graph();
    Node y = call.node();
    Node x = call.node(0);
    Node zero = graph.number(0);
    Node half =
        graph.choose(
            negative(graph, y), graph.number((float) -Math.PI), graph.number((float) Math.PI));
    Node endless = graph.apply(BinaryFunction.MINIMUM, infinite(graph, y), infinite(graph, x));
    Node signs =
        graph.multiply(graph.apply(UnaryFunction.SIGN, y), graph.apply(UnaryFunction.SIGN, x));
    Node slope =
        graph.apply(UnaryFunction.ARC_TANGENT, graph.choose(endless, signs, graph.divide(y, x)));
    Node turned = graph.choose(negative(graph, x), graph.add(slope, half), slope);
    Node along = graph.choose(negative(graph, x), half, zero);
    Node upright =
        graph.choose(graph.apply(BinaryFunction.EQUAL, y, zero), along, graph.scale(half, 0.5f));
    Node angle = graph.choose(graph.apply(BinaryFunction.EQUAL, x, zero), upright, turned);
    return graph.choose(
        graph.apply(UnaryFunction.IS_MISSING, y),
        y,
        graph.choose(graph.apply(UnaryFunction.IS_MISSING, x), x, angle));
  }

  /** Whether a number is below 0 or a negative 0, of which the inverse is minus infinity. */
  private static Node negative(GraphWords graph, Node x) {
    Node inverse = graph.divide(graph.number(1), x);
    return graph.apply(
        BinaryFunction.MAXIMUM,
        graph.apply(BinaryFunction.LESS, x, graph.number(0)),
        graph.apply(BinaryFunction.LESS, inverse, graph.number(0)));
  }

  private static Node timesLogarithm(OperatorCall call) {
    call.requireFloat();
    GraphWords graph = call.graph();
    Node x = call.node();
    Node product = graph.multiply(x, graph.apply(UnaryFunction.LOGARITHM, call.node(0)));
    Node nothing = graph.apply(BinaryFunction.EQUAL, x, graph.number(0));
    Node missing = graph.apply(UnaryFunction.IS_MISSING, call.node(0));
    Node none = graph.choose(missing, call.node(0), graph.number(0));
    return graph.choose(nothing, none, product);
  }

  private static Node infinite(OperatorCall call) {
    return infinite(call.graph(), call.node());
  }

  private static Node infinite(GraphWords graph, Node x) {
    Node size = graph.apply(UnaryFunction.ABSOLUTE, x);
    return graph.apply(BinaryFunction.GREATER, size, graph.number(Float.MAX_VALUE));
  }
}
