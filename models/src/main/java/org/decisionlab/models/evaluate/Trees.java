// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.evaluate;

import java.util.Arrays;
import org.decisionlab.models.graph.Tree;
import org.decisionlab.models.graph.TreeEnsemble;

/**
 * Walks through decision trees without branches, eight walks beside each other.
 *
 * <p>Numbers are compared as integers in the same order, and every column is there twice: where it
 * is missing, once as the largest and once as the smallest, so that a node which asks the right one
 * sends it where it belongs. A node is one {@code long}: its threshold, how far its children are,
 * and its column. A leaf is its own child, so all walks through a tree have the same length.
 */
final class Trees implements Step {

  private static final int COLUMN_BITS = 14;
  private static final int COLUMN_MASK = (1 << COLUMN_BITS) - 1;
  private static final int LANES = 8;

  private final int from;
  private final int to;
  private final int columns;
  private final long[] nodes;
  private final float[] values;
  private final int[] roots;
  private final int[] depths;
  private final int[] targets;
  private final float[] base;

  private Trees(TreeEnsemble ensemble, int from, int to) {
    this.from = from;
    this.to = to;
    columns = ensemble.columns();
    nodes = new long[ensemble.nodes()];
    values = new float[nodes.length];
    roots = new int[ensemble.trees().size()];
    depths = ensemble.trees().stream().mapToInt(Tree::depth).toArray();
    targets = ensemble.targets().stream().mapToInt(Integer::intValue).toArray();
    base = ensemble.base().toArray();
    int start = 0;
    for (int t = 0; t < roots.length; t++) {
      Tree tree = ensemble.trees().get(t);
      roots[t] = start;
      for (int i = 0; i < tree.size(); i++) {
        nodes[start + i] = packed(tree, i);
        values[start + i] = tree.isLeaf(i) ? tree.number(i) : 0;
      }
      start += tree.size();
    }
  }

  /** A step that reads rows from one array of the working memory and writes sums to another. */
  static Step of(TreeEnsemble ensemble, int from, int to) {
    return new Trees(ensemble, from, to);
  }

  private long packed(Tree tree, int node) {
    if (tree.isLeaf(node)) {
      return (long) Integer.MIN_VALUE << 32; // Nothing is below it.
    }
    int column = tree.column(node) + (tree.missingIsLess(node) ? columns : 0);
    int distance = tree.notLess(node) - node;
    long low = ((long) distance << COLUMN_BITS | column) & 0xffffffffL;
    return (long) key(tree.number(node)) << 32 | low;
  }

  /** An integer for each number, in the order of the numbers. */
  private static int key(float number) {
    int bits = Float.floatToRawIntBits(number + 0f);
    return bits ^ (bits >> 31 & Integer.MAX_VALUE);
  }

  private void keys(float[] row, int[] keys, int offset) {
    for (int i = 0; i < columns; i++) {
      float number = row[i];
      boolean missing = Float.isNaN(number);
      int key = key(number);
      keys[offset + i] = missing ? Integer.MAX_VALUE : key;
      keys[offset + columns + i] = missing ? Integer.MIN_VALUE : key;
    }
  }

  /** The node after this one. */
  private static int next(int node, long[] nodes, int[] keys, int offset) {
    long packed = nodes[node];
    int low = (int) packed;
    long less = (keys[offset + (low & COLUMN_MASK)] - (packed >> 32)) >>> 63;
    return node + (low >>> COLUMN_BITS) + (int) less;
  }

  @Override
  public boolean gainsFromBlocks() {
    return true;
  }

  @Override
  public void run(float[][] work) {
    int[] keys = new int[2 * columns];
    keys(work[from], keys, 0);
    double[] sums = new double[base.length];
    int tree = 0;
    for (; tree + LANES <= roots.length; tree += LANES) {
      eightTrees(tree, keys, sums);
    }
    for (; tree < roots.length; tree++) {
      int node = roots[tree];
      for (int d = depths[tree]; d > 0; d--) {
        node = next(node, nodes, keys, 0);
      }
      sums[targets[tree]] += values[node];
    }
    write(sums, 0, work[to]);
  }

  private void eightTrees(int tree, int[] keys, double[] sums) {
    long[] n = nodes;
    int a = roots[tree];
    int b = roots[tree + 1];
    int c = roots[tree + 2];
    int d = roots[tree + 3];
    int e = roots[tree + 4];
    int f = roots[tree + 5];
    int g = roots[tree + 6];
    int h = roots[tree + 7];
    for (int round = deepest(tree); round > 0; round--) {
      a = next(a, n, keys, 0);
      b = next(b, n, keys, 0);
      c = next(c, n, keys, 0);
      d = next(d, n, keys, 0);
      e = next(e, n, keys, 0);
      f = next(f, n, keys, 0);
      g = next(g, n, keys, 0);
      h = next(h, n, keys, 0);
    }
    sums[targets[tree]] += values[a];
    sums[targets[tree + 1]] += values[b];
    sums[targets[tree + 2]] += values[c];
    sums[targets[tree + 3]] += values[d];
    sums[targets[tree + 4]] += values[e];
    sums[targets[tree + 5]] += values[f];
    sums[targets[tree + 6]] += values[g];
    sums[targets[tree + 7]] += values[h];
  }

  private int deepest(int tree) {
    int deepest = 0;
    for (int i = tree; i < tree + LANES; i++) {
      deepest = Math.max(deepest, depths[i]);
    }
    return deepest;
  }

  @Override
  public void run(float[][][] works, int rows) {
    int width = 2 * columns;
    int[] keys = new int[rows * width];
    for (int row = 0; row < rows; row++) {
      keys(works[row][from], keys, row * width);
    }
    double[] sums = new double[rows * base.length];
    for (int tree = 0; tree < roots.length; tree++) {
      int row = 0;
      for (; row + LANES <= rows; row += LANES) {
        eightRows(tree, keys, row, sums);
      }
      for (; row < rows; row++) {
        int node = roots[tree];
        for (int d = depths[tree]; d > 0; d--) {
          node = next(node, nodes, keys, row * width);
        }
        sums[row * base.length + targets[tree]] += values[node];
      }
    }
    for (int row = 0; row < rows; row++) {
      write(sums, row * base.length, works[row][to]);
    }
  }

  private void eightRows(int tree, int[] keys, int row, double[] sums) {
    long[] n = nodes;
    int width = 2 * columns;
    int first = row * width;
    int root = roots[tree];
    int a = root;
    int b = root;
    int c = root;
    int d = root;
    int e = root;
    int f = root;
    int g = root;
    int h = root;
    for (int round = depths[tree]; round > 0; round--) {
      a = next(a, n, keys, first);
      b = next(b, n, keys, first + width);
      c = next(c, n, keys, first + 2 * width);
      d = next(d, n, keys, first + 3 * width);
      e = next(e, n, keys, first + 4 * width);
      f = next(f, n, keys, first + 5 * width);
      g = next(g, n, keys, first + 6 * width);
      h = next(h, n, keys, first + 7 * width);
    }
    int outputs = base.length;
    int at = row * outputs + targets[tree];
    sums[at] += values[a];
    sums[at + outputs] += values[b];
    sums[at + 2 * outputs] += values[c];
    sums[at + 3 * outputs] += values[d];
    sums[at + 4 * outputs] += values[e];
    sums[at + 5 * outputs] += values[f];
    sums[at + 6 * outputs] += values[g];
    sums[at + 7 * outputs] += values[h];
  }

  private void write(double[] sums, int offset, float[] target) {
    for (int i = 0; i < base.length; i++) {
      target[i] = (float) (sums[offset + i] + base[i]);
    }
  }

  @Override
  public String toString() {
    return "Trees[" + roots.length + " trees, depths " + Arrays.stream(depths).max() + "]";
  }
}
