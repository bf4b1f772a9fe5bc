// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.tensorflow;

import java.util.ArrayList;
import java.util.List;
import org.decisionlab.models.graph.Tensor;
import org.decisionlab.models.graph.Tree;
import org.decisionlab.models.graph.TreeEnsemble;

/**
 * Decision trees as tables with an entry for each node of all trees, which is how a TensorFlow
 * graph walks through them: {@code node = child[node] + (columns[column[node]] < threshold[node])}.
 * Columns are there twice, missing ones first as the largest, then as the smallest number. A leaf
 * is its own child and nothing is below its threshold.
 *
 * @param column columns of the nodes
 * @param threshold thresholds of the nodes
 * @param child where to go on when a column is not below; the next entry is for when it is
 * @param value values of the leaves
 */
@SuppressWarnings("ArrayRecordComponent") // lives between a file and a tree
record TreeTables(int[] column, float[] threshold, int[] child, float[] value) {

  static TreeTables of(TreeEnsemble ensemble) {
    int size = ensemble.nodes();
    TreeTables tables =
        new TreeTables(new int[size], new float[size], new int[size], new float[size]);
    int start = 0;
    for (Tree tree : ensemble.trees()) {
      for (int i = 0; i < tree.size(); i++) {
        boolean leaf = tree.isLeaf(i);
        int at = start + i;
        tables.child[at] = start + tree.notLess(i);
        tables.threshold[at] = leaf ? Float.NEGATIVE_INFINITY : tree.number(i);
        tables.value[at] = leaf ? tree.number(i) : 0;
        int offset = tree.missingIsLess(i) ? ensemble.columns() : 0;
        tables.column[at] = leaf ? 0 : offset + tree.column(i);
      }
      start += tree.size();
    }
    return tables;
  }

  /** Nodes of all trees. */
  int size() {
    return column.length;
  }

  boolean isLeaf(int node) {
    return child[node] == node && threshold[node] == Float.NEGATIVE_INFINITY;
  }

  /** The trees that start at these nodes. */
  TreeEnsemble trees(int columns, List<Integer> roots, List<Integer> targets, Tensor base) {
    List<Tree> trees = new ArrayList<>();
    for (int i = 0; i < roots.size(); i++) {
      int start = roots.get(i);
      int end = i + 1 < roots.size() ? roots.get(i + 1) : size();
      trees.add(tree(start, end, columns));
    }
    return new TreeEnsemble(columns, trees, targets, base);
  }

  private Tree tree(int start, int end, int columns) {
    int size = Math.max(0, end - start);
    int[] asked = new int[size];
    float[] number = new float[size];
    int[] less = new int[size];
    int[] notLess = new int[size];
    boolean[] missingIsLess = new boolean[size];
    for (int i = 0; i < size; i++) {
      int node = start + i;
      boolean leaf = isLeaf(node);
      asked[i] = leaf ? Tree.LEAF : column[node] % columns;
      number[i] = leaf ? value[node] : threshold[node];
      notLess[i] = child[node] - start;
      less[i] = child[node] - start + 1;
      missingIsLess[i] = !leaf && column[node] >= columns;
    }
    return Tree.of(new Tree.Nodes(asked, number, less, notLess, missingIsLess));
  }
}
