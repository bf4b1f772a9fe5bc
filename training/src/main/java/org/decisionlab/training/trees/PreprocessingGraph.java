// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.trees;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.decisionlab.models.evaluate.Evaluator;
import org.decisionlab.models.graph.ModelGraph;
import org.decisionlab.models.graph.ModelGraphBuilder;
import org.decisionlab.models.graph.Movement;
import org.decisionlab.models.graph.Node;
import org.decisionlab.models.graph.Operation;
import org.decisionlab.models.graph.Selection;
import org.decisionlab.models.graph.Tensor;
import org.decisionlab.models.graph.UnaryFunction;
import org.decisionlab.models.trees.TreeModel;
import org.decisionlab.training.Preprocessing;
import org.decisionlab.training.PreprocessingBlock;
import org.decisionlab.training.TorchEngine;
import org.decisionlab.training.export.BlockExporter;

/**
 * A preprocessing as part of a graph. A feature that stays one column and has no value for when it
 * is missing takes no part in it where it is missing, and is missing behind it too.
 */
final class PreprocessingGraph {

  private final Preprocessing steps;
  private final ModelGraph traced;

  private PreprocessingGraph(Preprocessing steps, ModelGraph traced) {
    this.steps = steps;
    this.traced = traced;
  }

  /** Steps that are fitted to raw rows. */
  static PreprocessingGraph of(Preprocessing steps, float[] rows) {
    TorchEngine.get();
    try (Model model = Model.newInstance("preprocessing", Device.cpu(), TorchEngine.NAME)) {
      PreprocessingBlock block = steps.fit(rows);
      int width = steps.names().size();
      block.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, width));
      return new PreprocessingGraph(
          steps, BlockExporter.export(block, width, model.getNDManager()));
    }
  }

  /** Raw rows to columns. */
  ModelGraph graph() {
    ModelGraphBuilder builder = ModelGraph.builder();
    Node columns = append(builder, builder.input("inputs", steps.names().size()));
    boolean nothing = columns.operation() instanceof Operation.Input;
    return builder.build(nothing ? builder.identity("columns", columns) : columns);
  }

  /** Raw rows to the answers of trees. */
  ModelGraph before(TreeModel trees) {
    ModelGraphBuilder builder = ModelGraph.builder();
    Node rows = builder.input("inputs", steps.names().size());
    return builder.build(trees.append(builder, append(builder, rows)));
  }

  /**
   * The columns of a raw row. Trees take what is missing, an evaluator's own answer does not, so it
   * is put back afterwards, as the graph does it ahead of the trees.
   *
   * @param evaluator of {@link #graph}
   */
  float[] columns(float[] row, Evaluator evaluator) {
    float[] present = row.clone();
    List<Integer> missing = new ArrayList<>();
    for (int i = 0; i < row.length; i++) {
      String name = steps.names().get(i);
      if (Float.isNaN(row[i]) && !steps.mayBeMissing(name)) {
        int column = steps.outputs().indexOf(name);
        if (column >= 0) {
          present[i] = 0;
          missing.add(column);
        }
      }
    }
    float[] columns = evaluator.evaluate(present);
    missing.forEach(column -> columns[column] = Float.NaN);
    return columns;
  }

  private Node append(ModelGraphBuilder builder, Node rows) {
    List<String> names = steps.names();
    List<Integer> single = new ArrayList<>();
    float[] passing = new float[names.size()];
    for (int i = 0; i < names.size(); i++) {
      boolean one = steps.outputs().contains(names.get(i));
      if (one) {
        single.add(i);
      }
      passing[i] = one && !steps.mayBeMissing(names.get(i)) ? 1 : 0;
    }
    Node zero = builder.constant(Tensor.scalar(0));
    Node present = builder.apply(new Selection(), missing(builder, rows, passing), zero, rows);
    Node columns = copy(builder, present);
    if (single.isEmpty()) {
      return columns;
    }
    float[] passingSingle = new float[single.size()];
    Node[] raw = new Node[single.size()];
    for (int i = 0; i < raw.length; i++) {
      raw[i] = slice(builder, rows, single.get(i), single.get(i) + 1);
      passingSingle[i] = passing[single.get(i)];
    }
    Node asTheyWere = raw.length == 1 ? raw[0] : builder.apply(new Movement.Concat(1), raw);
    int width = columns.shape().width();
    Node first = raw.length == width ? columns : slice(builder, columns, 0, raw.length);
    Node restored =
        builder.apply(
            new Selection(), missing(builder, asTheyWere, passingSingle), asTheyWere, first);
    return raw.length == width
        ? restored
        : builder.apply(
            new Movement.Concat(1), restored, slice(builder, columns, raw.length, width));
  }

  private static Node missing(ModelGraphBuilder builder, Node rows, float[] passing) {
    Node missing = builder.apply(new Operation.Unary(UnaryFunction.IS_MISSING), rows);
    return builder.multiply(missing, builder.constant(Tensor.vector(passing)));
  }

  private static Node slice(ModelGraphBuilder builder, Node rows, int from, int to) {
    return builder.apply(new Movement.Slice(List.of(from), List.of(to), List.of(1)), rows);
  }

  /** The recorded nodes, with other rows for the input. */
  private Node copy(ModelGraphBuilder builder, Node rows) {
    Map<String, Node> copies = new HashMap<>();
    for (Node node : traced.nodes()) {
      if (node.operation() instanceof Operation.Input) {
        copies.put(node.name(), rows);
      } else {
        Node[] operands = node.operands().stream().map(copies::get).toArray(Node[]::new);
        copies.put(
            node.name(), builder.apply(builder.freshName(node.name()), node.operation(), operands));
      }
    }
    return copies.getOrDefault(traced.output().name(), rows);
  }
}
