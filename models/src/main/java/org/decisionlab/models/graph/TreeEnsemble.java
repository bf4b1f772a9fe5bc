// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.graph;

import java.util.List;

/**
 * Sums of decision trees, as boosting makes them: {@code [N,columns] -> [N,outputs]}. Each tree
 * adds the value of the leaf that a row reaches to one output.
 *
 * @param columns numbers in a row that goes in; they may be missing, "not a number"
 * @param trees the trees
 * @param targets for each tree the output that it adds to
 * @param base what each output is without any tree
 */
public record TreeEnsemble(int columns, List<Tree> trees, List<Integer> targets, Tensor base)
    implements Operation {

  /** Most columns. */
  public static final int MAX_COLUMNS = 1 << 13;

  /** Most trees. */
  public static final int MAX_TREES = 1 << 16;

  /** Most nodes of all trees together. */
  public static final long MAX_NODES = 1L << 21;

  /** Refuses what does not fit together or is too large. */
  public TreeEnsemble {
    trees = List.copyOf(trees);
    targets = List.copyOf(targets);
    if (columns < 1 || columns > MAX_COLUMNS) {
      throw new InvalidGraphException(
          "trees over 1 to " + MAX_COLUMNS + " columns are possible, found " + columns);
    }
    if (trees.isEmpty() || trees.size() > MAX_TREES || trees.size() != targets.size()) {
      throw new InvalidGraphException(
          "1 to %d trees with an output each are possible, found %d with %d outputs"
              .formatted(MAX_TREES, trees.size(), targets.size()));
    }
    if (base.shape().rank() != 1) {
      throw new InvalidGraphException(
          "trees need one base value for each output, found " + base.shape());
    }
    long nodes = 0;
    for (int i = 0; i < trees.size(); i++) {
      nodes += trees.get(i).size();
      if (trees.get(i).largestColumn() >= columns
          || targets.get(i) < 0
          || targets.get(i) >= base.size()) {
        throw new InvalidGraphException(
            "tree %d asks about column %d of %d for output %d of %d"
                .formatted(i, trees.get(i).largestColumn(), columns, targets.get(i), base.size()));
      }
    }
    if (nodes > MAX_NODES) {
      throw new InvalidGraphException("the trees have more than " + MAX_NODES + " nodes together");
    }
  }

  /** Numbers in a row that comes out. */
  public int outputs() {
    return base.size();
  }

  /** Most questions that a tree asks. */
  public int depth() {
    return trees.stream().mapToInt(Tree::depth).max().orElse(0);
  }

  /** Nodes of all trees together. */
  public int nodes() {
    return trees.stream().mapToInt(Tree::size).sum();
  }

  @Override
  public String type() {
    return "TreeEnsemble";
  }

  @Override
  public Shape resultShape(List<Shape> operands) {
    Shape rows = Shapes.batched(this, operands);
    if (rows.rank() != 2 || rows.width() != columns) {
      throw new InvalidGraphException("trees over rows [N," + columns + "], found " + rows);
    }
    return Shape.rows(outputs());
  }

  @Override
  public long work(List<Shape> operands, Shape result) {
    return trees.stream().mapToLong(tree -> tree.depth() + 1L).sum();
  }

  @Override
  public <R> R match(Cases<R> cases) {
    return cases.treeEnsemble(this);
  }

  @Override
  public String toString() {
    return "TreeEnsemble[" + columns + " -> " + outputs() + ", " + trees.size() + " trees]";
  }
}
