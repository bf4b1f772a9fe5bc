// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.tensorflow;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.decisionlab.models.ModelFormatException;
import org.decisionlab.models.graph.Tensor;
import org.decisionlab.models.graph.Tree;
import org.decisionlab.models.graph.TreeEnsemble;
import org.jspecify.annotations.Nullable;

/**
 * Finds decision trees in a TensorFlow graph, as {@link TreeWriter} writes them: follows the nodes
 * back from the sum of the leaves, round by round. Only what has exactly this form and computes
 * what the trees say is taken for them.
 */
final class TreeForm {

  private static final float SMALLEST = Float.NEGATIVE_INFINITY;

  private final Map<String, NodeDef> nodes;
  private final TensorReader tensors;

  TreeForm(Map<String, NodeDef> nodes) {
    this.nodes = nodes;
    this.tensors = new TensorReader();
  }

  /**
   * Trees that were found.
   *
   * @param rows name of the node that they are asked about
   * @param sum what is asked
   */
  record Found(String rows, Sum sum) {}

  /** Trees of which the number of columns is not known yet. */
  record Sum(
      TreeTables tables, List<Integer> roots, List<Integer> targets, Tensor base, int rounds) {

    /** The trees over rows of so many columns. */
    TreeEnsemble trees(int columns) throws ModelFormatException {
      for (int i = 0; i < tables.size(); i++) {
        if (tables.column()[i] < 0 || tables.column()[i] >= 2 * columns) {
          throw new ModelFormatException(
              "a tree asks about column " + tables.column()[i] + " of " + 2 * columns);
        }
      }
      TreeEnsemble trees = tables.trees(columns, roots, targets, base);
      if (trees.depth() > rounds) {
        throw new ModelFormatException(
            "trees of depth " + trees.depth() + " are walked through in " + rounds + " rounds");
      }
      return trees;
    }
  }

  /** The trees whose sum a node gives, or null when it gives something else. */
  @Nullable Found find(NodeDef sum) throws ModelFormatException {
    NodeDef product = operand(sum, "AddV2", 0, "MatMul");
    NodeDef leaves = product == null ? null : operand(product, "MatMul", 0, "GatherV2");
    if (product == null
        || leaves == null
        || constant(sum, 1) == null
        || product.bool("transpose_a")
        || product.bool("transpose_b")) {
      return null;
    }
    Walk walk = new Walk();
    NodeDef at = gathered(leaves, 0, GraphDef.FLOAT) ? node(leaves, 1) : null;
    while (at != null && at.operation().equals("AddV2") && walk.rounds < Tree.MAX_DEPTH) {
      at = walk.round(at);
    }
    if (at == null || !at.operation().equals("Const") || walk.rows == null || walk.first == null) {
      return null;
    }
    int[] roots = integers(at);
    TreeTables tables =
        new TreeTables(
            integers(table(walk.first.column)),
            numbers(table(walk.first.threshold)),
            integers(table(walk.first.child)),
            numbers(table(leaves.inputs().get(0))));
    Tensor base = tensors.read(table(sum.inputs().get(1)).message("value", 8));
    Tensor assigned = tensors.read(table(product.inputs().get(1)).message("value", 8));
    List<Integer> targets = targets(assigned, roots.length, base);
    boolean fits =
        tables.threshold().length == tables.size()
            && tables.child().length == tables.size()
            && tables.value().length == tables.size();
    if (targets == null || !fits) {
      throw sum.fault("the tables of its trees do not fit each other");
    }
    return new Found(walk.rows, new Sum(tables, ascending(sum, roots), targets, base, walk.rounds));
  }

  private static List<Integer> ascending(NodeDef sum, int[] roots) throws ModelFormatException {
    List<Integer> all = new ArrayList<>();
    for (int i = 0; i < roots.length; i++) {
      if (i == 0 ? roots[0] != 0 : roots[i] <= roots[i - 1]) {
        throw sum.fault("its trees do not follow each other");
      }
      all.add(roots[i]);
    }
    return all;
  }

  /** The output of each tree: where its row of the matrix has the only 1. */
  private static @Nullable List<Integer> targets(Tensor matrix, int trees, Tensor base) {
    int outputs = base.size();
    if (base.shape().rank() != 1 || !matrix.shape().dimensions().equals(List.of(trees, outputs))) {
      return null;
    }
    List<Integer> targets = new ArrayList<>();
    for (int t = 0; t < trees; t++) {
      int target = -1;
      for (int o = 0; o < outputs; o++) {
        float number = matrix.get(t * outputs + o);
        if (number == 1 && target < 0) {
          target = o;
        } else if (number != 0) {
          return null;
        }
      }
      if (target < 0) {
        return null;
      }
      targets.add(target);
    }
    return targets;
  }

  /** Names of the tables that every round must read. */
  private record Names(String column, String threshold, String child, String columns) {}

  /** Follows the rounds back to the first. */
  private final class Walk {
    private @Nullable Names first;
    private @Nullable String rows;
    private int rounds;

    /** The node that tells where a round starts, or null when the node is no round. */
    @Nullable NodeDef round(NodeDef end) throws ModelFormatException {
      NodeDef child = node(end, 0);
      NodeDef step = node(end, 1);
      if (end.type("T") != GraphDef.INT32
          || child == null
          || step == null
          || !gathered(child, 0, GraphDef.INT32)
          || !step.operation().equals("Cast")
          || step.type("SrcT") != GraphDef.BOOL
          || step.type("DstT") != GraphDef.INT32) {
        return null;
      }
      NodeDef less = node(step, 0);
      NodeDef found = less == null ? null : operand(less, "Less", 0, "GatherV2");
      NodeDef threshold = less == null ? null : operand(less, "Less", 1, "GatherV2");
      NodeDef column = found == null ? null : node(found, 1);
      if (found == null
          || threshold == null
          || column == null
          || !gathered(threshold, 0, GraphDef.FLOAT)
          || !gathered(column, 0, GraphDef.INT32)) {
        return null;
      }
      String at = child.inputs().get(1);
      NodeDef before = nodes.get(at);
      boolean start = before != null && before.operation().equals("Const");
      Names names =
          new Names(
              column.inputs().get(0),
              threshold.inputs().get(0),
              child.inputs().get(0),
              found.inputs().get(0));
      boolean same =
          threshold.inputs().get(1).equals(at)
              && column.inputs().get(1).equals(at)
              && gathered(found, 1, GraphDef.FLOAT)
              && found.integer("batch_dims") == (start ? 0 : 1)
              && (first == null || first.equals(names));
      if (!same) {
        return null;
      }
      first = names;
      rounds++;
      if (start) {
        rows = rows(names.columns);
      }
      return before;
    }

    /** The rows whose columns are there twice, or null. */
    private @Nullable String rows(String columns) throws ModelFormatException {
      NodeDef both = nodes.get(columns);
      if (both == null
          || !both.operation().equals("ConcatV2")
          || both.inputs().size() != 3
          || !isNumber(both, 2, 1)) {
        return null;
      }
      String high = filled(node(both, 0), Float.POSITIVE_INFINITY);
      String low = filled(node(both, 1), SMALLEST);
      return high != null && high.equals(low) ? high : null;
    }

    /** The rows whose missing numbers become this one, or null. */
    private @Nullable String filled(@Nullable NodeDef select, float number)
        throws ModelFormatException {
      if (select == null || !select.operation().equals("SelectV2") || select.inputs().size() != 3) {
        return null;
      }
      NodeDef missing = operand(select, "SelectV2", 0, "IsNan");
      NodeDef filling = constant(select, 1);
      String rows = select.inputs().get(2);
      if (missing == null || filling == null || !missing.inputs().equals(List.of(rows))) {
        return null;
      }
      float[] value = numbers(filling);
      return value.length == 1 && value[0] == number ? rows : null;
    }
  }

  /** Whether a node looks entries up along an axis. */
  private boolean gathered(NodeDef node, int axis, int type) throws ModelFormatException {
    return node.operation().equals("GatherV2")
        && node.inputs().size() == 3
        && node.type("Tparams") == type
        && (axis == 1 || node.integer("batch_dims") == 0)
        && isNumber(node, 2, axis);
  }

  private boolean isNumber(NodeDef node, int input, int number) throws ModelFormatException {
    NodeDef constant = constant(node, input);
    if (constant == null || constant.type("dtype") != GraphDef.INT32) {
      return false;
    }
    int[] values = integers(constant);
    return values.length == 1 && values[0] == number;
  }

  private @Nullable NodeDef constant(NodeDef node, int input) {
    NodeDef constant = node(node, input);
    return constant != null && constant.operation().equals("Const") ? constant : null;
  }

  private @Nullable NodeDef operand(NodeDef node, String operation, int input, String expected) {
    NodeDef operand = node.operation().equals(operation) ? node(node, input) : null;
    return operand != null && operand.operation().equals(expected) ? operand : null;
  }

  private @Nullable NodeDef node(NodeDef node, int input) {
    return input < node.inputs().size() ? nodes.get(node.inputs().get(input)) : null;
  }

  private NodeDef table(String name) throws ModelFormatException {
    NodeDef table = nodes.get(name);
    if (table == null || !table.operation().equals("Const")) {
      throw new ModelFormatException("the table " + name + " of trees is not a constant");
    }
    return table;
  }

  private static int[] integers(NodeDef constant) throws ModelFormatException {
    return TensorReader.readTable(constant.message("value", 8));
  }

  private float[] numbers(NodeDef constant) throws ModelFormatException {
    return tensors.readNumbers(constant.message("value", 8));
  }
}
