// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.graph;

import java.util.ArrayList;
import java.util.List;

/**
 * One number made of all along some dimensions of a row.
 *
 * @param function which number
 * @param axes the dimensions, counted with the batch as 0, in ascending order
 * @param keepDimensions whether they stay with size 1
 */
public record Reduction(ReduceFunction function, List<Integer> axes, boolean keepDimensions)
    implements Operation {

  /** Refuses axes that are absent, out of order, or the batch. */
  public Reduction {
    axes = List.copyOf(axes);
    for (int i = 0; i < axes.size(); i++) {
      if (axes.get(i) <= (i == 0 ? 0 : axes.get(i - 1))) {
        throw new InvalidGraphException(
            function.type() + " needs ascending dimensions of a row from 1 on, found " + axes);
      }
    }
    if (axes.isEmpty()) {
      throw new InvalidGraphException(function.type() + " needs at least one dimension");
    }
  }

  @Override
  public String type() {
    return function.type();
  }

  @Override
  public Shape resultShape(List<Shape> operands) {
    Shape operand = Shapes.batched(this, operands);
    if (axes.get(axes.size() - 1) >= operand.rank()) {
      throw new InvalidGraphException(type() + " along " + axes + " of shape " + operand);
    }
    List<Integer> dimensions = new ArrayList<>();
    for (int i = 0; i < operand.rank(); i++) {
      if (!axes.contains(i)) {
        dimensions.add(operand.dimension(i));
      } else if (keepDimensions) {
        dimensions.add(1);
      }
    }
    return new Shape(dimensions);
  }

  @Override
  public long work(List<Shape> operands, Shape result) {
    return operands.get(0).elements();
  }

  @Override
  public <R> R match(Cases<R> cases) {
    return cases.reduction(this);
  }
}
