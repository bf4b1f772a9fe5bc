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
  SOFTMAX("Softmax");

  private final String type;

  UnaryFunction(String type) {
    this.type = type;
  }

  /** Short name, such as {@code Relu}. */
  public String type() {
    return type;
  }
}
