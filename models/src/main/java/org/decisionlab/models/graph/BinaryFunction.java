// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.graph;

/** Arithmetic of two numbers, in float32. */
public enum BinaryFunction {
  /** left + right. */
  ADD("Add"),
  /** left - right. */
  SUBTRACT("Sub"),
  /** left * right. */
  MULTIPLY("Mul"),
  /** left / right. */
  DIVIDE("Div");

  private final String type;

  BinaryFunction(String type) {
    this.type = type;
  }

  /** The result for two numbers. */
  public float apply(float left, float right) {
    return switch (this) {
      case ADD -> left + right;
      case SUBTRACT -> left - right;
      case MULTIPLY -> left * right;
      case DIVIDE -> left / right;
    };
  }

  /** Short name, such as {@code Add}. */
  public String type() {
    return type;
  }
}
