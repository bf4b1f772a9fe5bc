// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.graph;

import java.util.ArrayList;
import java.util.List;

/**
 * Rows of a constant table, as an embedding makes them: {@code [entries,..] , [N,..] -> [N,..,..]}.
 * An index is cut to a whole number; one that is not in the table has no answer.
 */
public record Lookup() implements Operation {

  @Override
  public String type() {
    return "Lookup";
  }

  @Override
  public Shape resultShape(List<Shape> operands) {
    Shapes.requireOperands(this, operands, 2);
    Shape table = operands.get(0);
    if (table.isBatched() || table.rank() == 0) {
      throw new InvalidGraphException("a lookup needs a constant table, found " + table);
    }
    List<Integer> dimensions =
        new ArrayList<>(Shapes.requireBatched(this, operands.get(1)).dimensions());
    dimensions.addAll(table.dimensions().subList(1, table.rank()));
    return new Shape(dimensions);
  }

  @Override
  public <R> R match(Cases<R> cases) {
    return cases.lookup(this);
  }
}
