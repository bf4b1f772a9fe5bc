// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.graph;

/** Arithmetic and comparisons of two numbers, in float32; a comparison gives 1 or 0. */
public enum BinaryFunction {
  /** left + right. */
  ADD("Add"),
  /** left - right. */
  SUBTRACT("Sub"),
  /** left * right. */
  MULTIPLY("Mul"),
  /** left / right. */
  DIVIDE("Div"),
  /** The larger one. */
  MAXIMUM("Max"),
  /** The smaller one. */
  MINIMUM("Min"),
  /** left to the power of right. */
  POWER("Pow"),
  /** What is left of left / right towards 0; it has the sign of left. */
  REMAINDER("Remainder"),
  /** Whether left &lt; right. */
  LESS("Less"),
  /** Whether left &lt;= right. */
  LESS_OR_EQUAL("LessOrEqual"),
  /** Whether left &gt; right. */
  GREATER("Greater"),
  /** Whether left &gt;= right. */
  GREATER_OR_EQUAL("GreaterOrEqual"),
  /** Whether left == right. */
  EQUAL("Equal"),
  /** Whether left != right. */
  NOT_EQUAL("NotEqual");

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
      case MAXIMUM -> Math.max(left, right);
      case MINIMUM -> Math.min(left, right);
      case POWER -> (float) Math.pow(left, right);
      case REMAINDER -> left % right;
      case LESS -> left < right ? 1 : 0;
      case LESS_OR_EQUAL -> left <= right ? 1 : 0;
      case GREATER -> left > right ? 1 : 0;
      case GREATER_OR_EQUAL -> left >= right ? 1 : 0;
      case EQUAL -> left == right ? 1 : 0;
      case NOT_EQUAL -> left != right ? 1 : 0;
    };
  }

  /** Whether the result is 1 or 0 for true or false. */
  public boolean isComparison() {
    return switch (this) {
      case LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL, EQUAL, NOT_EQUAL -> true;
      default -> false;
    };
  }

  /** Short name, such as {@code Add}. */
  public String type() {
    return type;
  }
}
