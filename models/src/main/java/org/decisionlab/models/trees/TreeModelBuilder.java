// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.trees;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.decisionlab.models.graph.InvalidGraphException;
import org.decisionlab.models.graph.Tensor;
import org.decisionlab.models.graph.Tree;
import org.decisionlab.models.graph.TreeEnsemble;

/** Puts a model together while a file is read. */
final class TreeModelBuilder {

  /** A node by category asks whether its column, 0 or 1, is below this. */
  private static final float BETWEEN = 0.5f;

  private final List<String> features;
  private final int columns;
  private final List<RawTree> trees = new ArrayList<>();
  private final List<Integer> targets = new ArrayList<>();

  TreeModelBuilder(List<String> features, int columns) {
    this.features = features;
    this.columns = columns;
    if (columns < 1 || columns > TreeEnsemble.MAX_COLUMNS) {
      throw new InvalidGraphException(
          "trees over 1 to "
              + TreeEnsemble.MAX_COLUMNS
              + " features are possible, found "
              + columns);
    }
    if (!features.isEmpty() && features.size() != columns) {
      throw new InvalidGraphException(
          features.size() + " names for " + columns + " features: " + features);
    }
  }

  /** Nodes of a tree, with a split for those that ask for a category. */
  record RawTree(Tree.Nodes nodes, Map<Integer, CategorySplit> categories) {}

  /** Adds a tree to the sum of an output. */
  void add(RawTree tree, int target) {
    if (trees.size() == TreeEnsemble.MAX_TREES) {
      throw new InvalidGraphException("more than " + TreeEnsemble.MAX_TREES + " trees");
    }
    trees.add(tree);
    targets.add(target);
  }

  TreeModel build(float[] base, Link link) {
    // Splits of one feature are looked up together, so their columns are side by side.
    Map<Integer, Map<CategorySplit, Integer>> byColumn = new TreeMap<>();
    for (RawTree tree : trees) {
      for (CategorySplit split : tree.categories().values()) {
        byColumn
            .computeIfAbsent(split.column(), column -> new LinkedHashMap<>())
            .putIfAbsent(split, 0);
      }
    }
    List<CategorySplit> splits = new ArrayList<>();
    for (Map<CategorySplit, Integer> same : byColumn.values()) {
      for (Map.Entry<CategorySplit, Integer> split : same.entrySet()) {
        split.setValue(columns + splits.size());
        splits.add(split.getKey());
      }
    }
    List<Tree> all = new ArrayList<>();
    for (int t = 0; t < trees.size(); t++) {
      try {
        all.add(Tree.of(withColumns(trees.get(t), byColumn)));
      } catch (InvalidGraphException e) {
        throw new InvalidGraphException("tree " + t + ": " + e.getMessage());
      }
    }
    TreeEnsemble ensemble =
        new TreeEnsemble(columns + splits.size(), all, targets, Tensor.vector(base));
    return new TreeModel(features, columns, splits, ensemble, link);
  }

  private Tree.Nodes withColumns(RawTree tree, Map<Integer, Map<CategorySplit, Integer>> byColumn) {
    Tree.Nodes nodes = tree.nodes();
    int[] column = nodes.column().clone();
    float[] number = nodes.number().clone();
    for (int asked : column) {
      if (asked >= columns) {
        throw new InvalidGraphException("feature " + asked + " of " + columns);
      }
    }
    tree.categories()
        .forEach(
            (node, split) -> {
              column[node] = byColumn.getOrDefault(split.column(), Map.of()).getOrDefault(split, 0);
              number[node] = BETWEEN;
            });
    return new Tree.Nodes(column, number, nodes.less(), nodes.notLess(), nodes.missingIsLess());
  }
}
