// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.trees;

import java.util.List;
import org.decisionlab.models.graph.BinaryFunction;
import org.decisionlab.models.graph.InvalidGraphException;
import org.decisionlab.models.graph.Lookup;
import org.decisionlab.models.graph.ModelGraphBuilder;
import org.decisionlab.models.graph.Movement;
import org.decisionlab.models.graph.Node;
import org.decisionlab.models.graph.Operation;
import org.decisionlab.models.graph.Selection;
import org.decisionlab.models.graph.Tensor;
import org.decisionlab.models.graph.UnaryFunction;

/**
 * A question whether the category of a row is one of a set. It becomes a column that is 0 where the
 * row goes to the first child and 1 where it goes to the second, looked up in a table, so that all
 * runtimes can tell it.
 *
 * @param column the feature that holds the category, a whole number from 0 on; what comes after the
 *     point does not matter
 * @param lowest what is below has no category
 * @param lowestHasNone whether {@code lowest} itself has none
 * @param missing side of a row whose category is missing
 * @param outside side of a row that has no category of the list
 * @param sides side of each category
 */
record CategorySplit(
    int column,
    float lowest,
    boolean lowestHasNone,
    boolean missing,
    boolean outside,
    List<Boolean> sides) {

  /** Most categories of a feature. */
  static final int MAX_CATEGORIES = 1 << 16;

  private static final long MAX_SIDES = 1L << 24;

  CategorySplit {
    sides = List.copyOf(sides);
  }

  /** The columns of the splits of one feature. */
  static Node append(ModelGraphBuilder b, Node category, List<CategorySplit> splits) {
    CategorySplit first = splits.get(0);
    int count = splits.stream().mapToInt(split -> split.sides.size()).max().orElse(0);
    Node missing = b.apply(new Operation.Unary(UnaryFunction.IS_MISSING), category);
    Node zero = b.constant(Tensor.scalar(0));
    Node one = b.constant(Tensor.scalar(1));
    Node present = b.apply(new Selection(), missing, zero, category);
    Node low =
        binary(
            b,
            first.lowestHasNone ? BinaryFunction.LESS_OR_EQUAL : BinaryFunction.LESS,
            present,
            b.constant(Tensor.scalar(first.lowest)));
    Node high =
        binary(
            b, BinaryFunction.GREATER_OR_EQUAL, present, b.constant(Tensor.scalar((float) count)));
    Node last = b.constant(Tensor.scalar(Math.max(0, count - 1)));
    Node within =
        binary(b, BinaryFunction.MINIMUM, binary(b, BinaryFunction.MAXIMUM, present, zero), last);
    Node whole = b.apply(new Operation.Unary(UnaryFunction.FLOOR), within);
    Node entry = b.add(whole, b.constant(Tensor.scalar(2)));
    Node known = b.apply(new Selection(), low, one, b.apply(new Selection(), high, one, entry));
    Node index = b.apply(new Selection(), missing, zero, known);
    Node looked = b.apply(new Lookup(), b.constant(table(splits, count)), index);
    return b.apply(new Movement.Reshape(List.of(splits.size())), looked);
  }

  private static Node binary(ModelGraphBuilder b, BinaryFunction function, Node x, Node y) {
    return b.apply(new Operation.Binary(function), x, y);
  }

  /** Rows for a missing category, for one outside of the list, and for each of the list. */
  private static Tensor table(List<CategorySplit> splits, int count) {
    int width = splits.size();
    if ((count + 2L) * width > MAX_SIDES) {
      throw new InvalidGraphException(
          width + " splits by " + count + " categories are more than a model may have");
    }
    float[] values = new float[(count + 2) * width];
    for (int s = 0; s < width; s++) {
      CategorySplit split = splits.get(s);
      values[s] = split.missing ? 1 : 0;
      for (int i = -1; i < count; i++) {
        boolean listed = i >= 0 && i < split.sides.size();
        boolean second = listed ? split.sides.get(i) : split.outside;
        values[(i + 2) * width + s] = second ? 1 : 0;
      }
    }
    return Tensor.of(values, count + 2, width);
  }
}
