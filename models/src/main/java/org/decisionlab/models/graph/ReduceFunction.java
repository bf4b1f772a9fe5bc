// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.graph;

/** What is made of many numbers. */
public enum ReduceFunction {
  /** Their sum. */
  SUM("ReduceSum"),
  /** Their mean. */
  MEAN("ReduceMean"),
  /** The largest. */
  MAXIMUM("ReduceMax"),
  /** The smallest. */
  MINIMUM("ReduceMin"),
  /** Their product. */
  PRODUCT("ReduceProd");

  private final String type;

  ReduceFunction(String type) {
    this.type = type;
  }

  /** Short name, such as {@code ReduceSum}. */
  public String type() {
    return type;
  }
}
