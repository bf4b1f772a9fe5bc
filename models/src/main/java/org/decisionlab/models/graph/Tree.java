// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.graph;

import java.util.Arrays;

/**
 * A binary decision tree as flat arrays, in one order whatever order it was given in: breadth
 * first, and the two children of a node beside each other, the one for "no" before the one for
 * "yes". A node asks whether a column is below its threshold; a column that is missing ("not a
 * number") goes where the node says. Immutable.
 *
 * <p>No threshold is between 0 and the smallest normal number, since some runtimes take such
 * numbers for 0: one above 0 becomes the smallest normal number, one below becomes 0. That makes no
 * difference for any column that is itself 0 or a normal number.
 */
public final class Tree {

  /** Most nodes of a tree. */
  public static final int MAX_NODES = 1 << 18;

  /** Most questions between the root and a leaf. */
  public static final int MAX_DEPTH = 128;

  /** Column of a leaf. */
  public static final int LEAF = -1;

  private final int[] column;
  private final float[] number;
  private final int[] child;
  private final boolean[] missingIsLess;
  private final int depth;

  private Tree(int[] column, float[] number, int[] child, boolean[] missingIsLess, int depth) {
    this.column = column;
    this.number = number;
    this.child = child;
    this.missingIsLess = missingIsLess;
    this.depth = depth;
  }

  /**
   * The nodes of a tree in any order; the first is the root. What cannot be reached from it does
   * not matter.
   *
   * @param column which column a node asks about, {@link #LEAF} for a leaf
   * @param number the threshold of a node, or the value of a leaf
   * @param less where to go on when the column is below the threshold
   * @param notLess where to go on when it is not
   * @param missingIsLess whether a missing column counts as below the threshold
   */
  @SuppressWarnings(
      "ArrayRecordComponent") // carries what a file holds; Tree copies and compares it
  public record Nodes(
      int[] column, float[] number, int[] less, int[] notLess, boolean[] missingIsLess) {

    /** Refuses arrays of different lengths. */
    public Nodes {
      int size = column.length;
      if (size == 0
          || number.length != size
          || less.length != size
          || notLess.length != size
          || missingIsLess.length != size) {
        throw new InvalidGraphException(
            "a tree needs arrays of one length above 0, found %d, %d, %d, %d and %d"
                .formatted(size, number.length, less.length, notLess.length, missingIsLess.length));
      }
    }
  }

  /**
   * The tree of these nodes.
   *
   * @throws InvalidGraphException when a child is not there or reached twice, a number is not
   *     possible, or the tree is too large or too deep
   */
  public static Tree of(Nodes nodes) {
    return new Order(nodes).tree();
  }

  /** A tree that gives the same value for every row. */
  public static Tree leaf(float value) {
    return of(
        new Nodes(new int[] {LEAF}, new float[] {value}, new int[1], new int[1], new boolean[1]));
  }

  /** Number of nodes, leaves included. */
  public int size() {
    return column.length;
  }

  /** Most questions between the root and a leaf. */
  public int depth() {
    return depth;
  }

  /** Whether a node is a leaf. */
  public boolean isLeaf(int node) {
    return column[node] == LEAF;
  }

  /** The column that a node asks about; {@link #LEAF} for a leaf. */
  public int column(int node) {
    return column[node];
  }

  /** The threshold of a node, which may be infinite; the value of a leaf. */
  public float number(int node) {
    return number[node];
  }

  /** Where to go on when the column is not below the threshold; a leaf stays where it is. */
  public int notLess(int node) {
    return child[node];
  }

  /** Where to go on when the column is below the threshold; a leaf stays where it is. */
  public int less(int node) {
    return isLeaf(node) ? node : child[node] + 1;
  }

  /** Whether a missing column counts as below the threshold. */
  public boolean missingIsLess(int node) {
    return missingIsLess[node];
  }

  /** The largest column that is asked about, -1 when none is. */
  public int largestColumn() {
    return Arrays.stream(column).max().orElse(LEAF);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Tree that
        && Arrays.equals(column, that.column)
        && Arrays.equals(number, that.number)
        && Arrays.equals(child, that.child)
        && Arrays.equals(missingIsLess, that.missingIsLess);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(column) + Arrays.hashCode(number);
  }

  @Override
  public String toString() {
    return "Tree[" + size() + " nodes, depth " + depth + "]";
  }

  /** Walks through nodes level by level. */
  private static final class Order {
    private final Nodes nodes;
    private final int[] from;
    private final int[] level;
    private final boolean[] seen;
    private int found;

    Order(Nodes nodes) {
      this.nodes = nodes;
      int most = Math.min(nodes.column().length, MAX_NODES);
      from = new int[most];
      level = new int[most];
      seen = new boolean[nodes.column().length];
    }

    Tree tree() {
      add(0, 0);
      int[] child = new int[from.length];
      for (int i = 0; i < found; i++) {
        int node = from[i];
        child[i] = i;
        if (nodes.column()[node] == LEAF) {
          requireValue(node);
        } else {
          requireQuestion(node);
          child[i] = found;
          add(nodes.notLess()[node], level[i] + 1);
          add(nodes.less()[node], level[i] + 1);
        }
      }
      int[] column = new int[found];
      float[] number = new float[found];
      boolean[] missing = new boolean[found];
      for (int i = 0; i < found; i++) {
        int node = from[i];
        boolean leaf = nodes.column()[node] == LEAF;
        column[i] = nodes.column()[node];
        number[i] = leaf ? nodes.number()[node] : normal(nodes.number()[node]);
        missing[i] = !leaf && nodes.missingIsLess()[node];
      }
      return new Tree(column, number, Arrays.copyOf(child, found), missing, level[found - 1]);
    }

    private void add(int node, int depth) {
      if (node < 0 || node >= seen.length) {
        throw new InvalidGraphException(
            "a child %d of a tree that has nodes 0 to %d".formatted(node, seen.length - 1));
      }
      if (seen[node]) {
        throw new InvalidGraphException("node " + node + " of a tree is reached twice");
      }
      if (found == MAX_NODES) {
        throw new InvalidGraphException("a tree has more than " + MAX_NODES + " nodes");
      }
      if (depth > MAX_DEPTH) {
        throw new InvalidGraphException("a tree is deeper than " + MAX_DEPTH);
      }
      seen[node] = true;
      level[found] = depth;
      from[found++] = node;
    }

    private void requireValue(int node) {
      if (!Float.isFinite(nodes.number()[node])) {
        throw new InvalidGraphException(
            "leaf " + node + " of a tree is not finite: " + nodes.number()[node]);
      }
    }

    private void requireQuestion(int node) {
      float threshold = nodes.number()[node];
      if (nodes.column()[node] < 0 || !(threshold > Float.NEGATIVE_INFINITY)) {
        throw new InvalidGraphException(
            "node %d of a tree asks whether column %d is below %s"
                .formatted(node, nodes.column()[node], threshold));
      }
    }

    /** Adding 0 makes a negative 0 positive. */
    private static float normal(float threshold) {
      if (Math.abs(threshold) >= Float.MIN_NORMAL) {
        return threshold;
      }
      return threshold > 0 ? Float.MIN_NORMAL : 0f;
    }
  }
}
