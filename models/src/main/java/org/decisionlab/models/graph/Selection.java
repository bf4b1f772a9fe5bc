// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.graph;

import java.util.List;

/**
 * Element by element the second operand where the first is not 0, else the third; the three are
 * broadcast. What is not chosen may be anything, not a number included.
 */
public record Selection() implements Operation {

  @Override
  public String type() {
    return "Where";
  }

  @Override
  public Shape resultShape(List<Shape> operands) {
    Shapes.requireOperands(this, operands, 3);
    return Shapes.broadcast(operands.get(0), Shapes.broadcast(operands.get(1), operands.get(2)));
  }

  @Override
  public <R> R match(Cases<R> cases) {
    return cases.selection(this);
  }
}
