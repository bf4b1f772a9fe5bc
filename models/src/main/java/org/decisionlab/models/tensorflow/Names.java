// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.tensorflow;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.decisionlab.models.graph.BinaryFunction;
import org.decisionlab.models.graph.ReduceFunction;
import org.decisionlab.models.graph.UnaryFunction;

/** TensorFlow's names of functions. */
final class Names {

  /** What is written for each function of two operands. */
  static final Map<BinaryFunction, String> BINARY =
      new EnumMap<>(
          Map.ofEntries(
              Map.entry(BinaryFunction.ADD, "AddV2"),
              Map.entry(BinaryFunction.SUBTRACT, "Sub"),
              Map.entry(BinaryFunction.MULTIPLY, "Mul"),
              Map.entry(BinaryFunction.DIVIDE, "RealDiv"),
              Map.entry(BinaryFunction.MAXIMUM, "Maximum"),
              Map.entry(BinaryFunction.MINIMUM, "Minimum"),
              Map.entry(BinaryFunction.POWER, "Pow"),
              Map.entry(BinaryFunction.REMAINDER, "Mod"),
              Map.entry(BinaryFunction.LESS, "Less"),
              Map.entry(BinaryFunction.LESS_OR_EQUAL, "LessEqual"),
              Map.entry(BinaryFunction.GREATER, "Greater"),
              Map.entry(BinaryFunction.GREATER_OR_EQUAL, "GreaterEqual"),
              Map.entry(BinaryFunction.EQUAL, "Equal"),
              Map.entry(BinaryFunction.NOT_EQUAL, "NotEqual")));

  /** What is written for each function of one operand. */
  static final Map<UnaryFunction, String> UNARY =
      new EnumMap<>(
          Map.ofEntries(
              Map.entry(UnaryFunction.IDENTITY, "Identity"),
              Map.entry(UnaryFunction.RELU, "Relu"),
              Map.entry(UnaryFunction.TANH, "Tanh"),
              Map.entry(UnaryFunction.SIGMOID, "Sigmoid"),
              Map.entry(UnaryFunction.SOFTMAX, "Softmax"),
              Map.entry(UnaryFunction.NEGATE, "Neg"),
              Map.entry(UnaryFunction.ABSOLUTE, "Abs"),
              Map.entry(UnaryFunction.SIGN, "Sign"),
              Map.entry(UnaryFunction.EXPONENTIAL, "Exp"),
              Map.entry(UnaryFunction.LOGARITHM, "Log"),
              Map.entry(UnaryFunction.SQUARE_ROOT, "Sqrt"),
              Map.entry(UnaryFunction.FLOOR, "Floor"),
              Map.entry(UnaryFunction.CEILING, "Ceil"),
              Map.entry(UnaryFunction.ROUND, "Round"),
              Map.entry(UnaryFunction.ERROR_FUNCTION, "Erf"),
              Map.entry(UnaryFunction.SINE, "Sin"),
              Map.entry(UnaryFunction.COSINE, "Cos"),
              Map.entry(UnaryFunction.TANGENT, "Tan"),
              Map.entry(UnaryFunction.ARC_SINE, "Asin"),
              Map.entry(UnaryFunction.ARC_COSINE, "Acos"),
              Map.entry(UnaryFunction.ARC_TANGENT, "Atan"),
              Map.entry(UnaryFunction.IS_MISSING, "IsNan")));

  /** What is written for each way to make one number of many. */
  static final Map<ReduceFunction, String> REDUCE =
      new EnumMap<>(
          Map.of(
              ReduceFunction.SUM, "Sum",
              ReduceFunction.MEAN, "Mean",
              ReduceFunction.MAXIMUM, "Max",
              ReduceFunction.MINIMUM, "Min",
              ReduceFunction.PRODUCT, "Prod"));

  private Names() {}

  /** What is written for a function. */
  static <F> String written(Map<F, String> names, F function) {
    return Objects.requireNonNull(names.get(function), function::toString);
  }

  /** The functions by what is written for them. */
  static <F> Map<String, F> read(Map<F, String> written) {
    Map<String, F> read = new TreeMap<>();
    written.forEach((function, name) -> read.put(name, function));
    return read;
  }
}
