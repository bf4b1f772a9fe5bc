// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.graph;

/** Functions of a number, and softmax, a function of a row. */
public enum UnaryFunction {
  /** The operand itself. */
  IDENTITY("Identity"),
  /** The operand where positive, else 0. */
  RELU("Relu"),
  /** Hyperbolic tangent. */
  TANH("Tanh"),
  /** 1 / (1 + e^-x). */
  SIGMOID("Sigmoid"),
  /** e^x over the sum of e^x along the innermost dimension. */
  SOFTMAX("Softmax"),
  /** -x. */
  NEGATE("Neg"),
  /** Absolute value. */
  ABSOLUTE("Abs"),
  /** -1, 0 or 1. */
  SIGN("Sign"),
  /** e^x. */
  EXPONENTIAL("Exp"),
  /** Natural logarithm. */
  LOGARITHM("Log"),
  /** Square root. */
  SQUARE_ROOT("Sqrt"),
  /** Largest whole number not above. */
  FLOOR("Floor"),
  /** Smallest whole number not below. */
  CEILING("Ceil"),
  /** Nearest whole number, the even one of two as near. */
  ROUND("Round"),
  /** The error function. */
  ERROR_FUNCTION("Erf"),
  /** Sine. */
  SINE("Sin"),
  /** Cosine. */
  COSINE("Cos"),
  /** Tangent. */
  TANGENT("Tan"),
  /** Inverse sine. */
  ARC_SINE("Asin"),
  /** Inverse cosine. */
  ARC_COSINE("Acos"),
  /** Inverse tangent. */
  ARC_TANGENT("Atan"),
  /** 1 where the operand is not a number, which is how a missing feature is told, else 0. */
  IS_MISSING("IsNaN");

  private final String type;

  UnaryFunction(String type) {
    this.type = type;
  }

  /** Short name, such as {@code Relu}. */
  public String type() {
    return type;
  }
}
