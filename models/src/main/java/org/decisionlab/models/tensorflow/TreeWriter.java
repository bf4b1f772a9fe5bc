// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.tensorflow;

import java.util.List;
import org.decisionlab.models.graph.Node;
import org.decisionlab.models.graph.Shape;
import org.decisionlab.models.graph.Tensor;
import org.decisionlab.models.graph.TreeEnsemble;
import org.decisionlab.models.tensorflow.GraphDef.Attributes;

/**
 * Decision trees as a TensorFlow graph: as many rounds of looking up and comparing as the deepest
 * tree asks questions, all rows and trees at once. {@link TreeForm} reads it back.
 */
final class TreeWriter {

  private final Node node;
  private final GraphDef graph;

  TreeWriter(Node node, GraphDef graph) {
    this.node = node;
    this.graph = graph;
  }

  void write(TreeEnsemble ensemble) {
    TreeTables tables = TreeTables.of(ensemble);
    int trees = ensemble.trees().size();
    int[] roots = new int[trees];
    for (int t = 1; t < trees; t++) {
      roots[t] = roots[t - 1] + ensemble.trees().get(t - 1).size();
    }
    String columns = columns(node.operands().get(0));
    String axis = graph.integers(wish("axis"), Shape.of(), List.of(0));
    String across = graph.integers(wish("across"), Shape.of(), List.of(1));
    String column = graph.integers(wish("column"), tables.column());
    String threshold = graph.numbers(wish("threshold"), tables.threshold());
    String child = graph.integers(wish("child"), tables.child());
    String value = graph.numbers(wish("value"), tables.value());
    String at = graph.integers(wish("roots"), roots);
    for (int round = 0; round < Math.max(1, ensemble.depth()); round++) {
      // The roots are the same for every row, what comes after is not.
      String asked = gather(column, at, axis, GraphDef.INT32, 0);
      String found = gather(columns, asked, across, GraphDef.FLOAT, round == 0 ? 0 : 1);
      String less = add("Less", Attributes.ofType(), found, gather(threshold, at, axis));
      String step = cast(less);
      at =
          add(
              "AddV2",
              new Attributes().type("T", GraphDef.INT32),
              gather(child, at, axis, GraphDef.INT32, 0),
              step);
    }
    String sums =
        add(
            "MatMul",
            Attributes.ofType().bool("transpose_a", false).bool("transpose_b", false),
            gather(value, at, axis),
            tensor("targets", targets(ensemble)));
    String base = tensor("base", ensemble.base());
    graph.node("AddV2", node.name(), List.of(sums, base), Attributes.ofType());
  }

  private String columns(String rows) {
    String missing = add("IsNan", Attributes.ofType(), rows);
    String largest = number("largest", Float.POSITIVE_INFINITY);
    String smallest = number("smallest", Float.NEGATIVE_INFINITY);
    String high = add("SelectV2", Attributes.ofType(), missing, largest, rows);
    String low = add("SelectV2", Attributes.ofType(), missing, smallest, rows);
    String across = graph.integers(wish("beside"), Shape.of(), List.of(1));
    return add(
        "ConcatV2",
        Attributes.ofType().integer("N", 2).type("Tidx", GraphDef.INT32),
        high,
        low,
        across);
  }

  private static Tensor targets(TreeEnsemble ensemble) {
    int trees = ensemble.trees().size();
    float[] ones = new float[trees * ensemble.outputs()];
    for (int t = 0; t < trees; t++) {
      ones[t * ensemble.outputs() + ensemble.targets().get(t)] = 1;
    }
    return Tensor.of(ones, trees, ensemble.outputs());
  }

  private String gather(String table, String at, String axis) {
    return gather(table, at, axis, GraphDef.FLOAT, 0);
  }

  private String gather(String table, String at, String axis, int type, int batchDimensions) {
    return add(
        "GatherV2",
        new Attributes()
            .type("Tparams", type)
            .type("Tindices", GraphDef.INT32)
            .type("Taxis", GraphDef.INT32)
            .integer("batch_dims", batchDimensions),
        table,
        at,
        axis);
  }

  private String cast(String truth) {
    return add(
        "Cast",
        new Attributes()
            .type("SrcT", GraphDef.BOOL)
            .type("DstT", GraphDef.INT32)
            .bool("Truncate", false),
        truth);
  }

  private String add(String operation, Attributes attributes, String... operands) {
    String name = graph.fresh(wish(operation));
    graph.node(operation, name, List.of(operands), attributes);
    return name;
  }

  private String number(String part, float value) {
    return graph.numbers(wish(part), Shape.of(), value);
  }

  private String tensor(String part, Tensor value) {
    String name = graph.fresh(wish(part));
    graph.constant(name, value);
    return name;
  }

  private String wish(String part) {
    return node.name() + "/" + part;
  }
}
