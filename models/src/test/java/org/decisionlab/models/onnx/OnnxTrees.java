// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.decisionlab.models.proto.WireWriter;
import org.jspecify.annotations.Nullable;

/** An ONNX file with one ensemble of trees, written node by node. */
final class OnnxTrees {

  /** Numbers in a row. */
  static final int COLUMNS = 3;

  private static final int FLOATS = 6;
  private static final int INTEGERS = 7;
  private static final int TEXTS = 8;

  private static final List<String> MODES =
      List.of("BRANCH_LT", "BRANCH_LEQ", "BRANCH_GT", "BRANCH_GTE");

  private final boolean classes;
  private final int named;
  private final List<Integer> trees = new ArrayList<>();
  private final List<Integer> ids = new ArrayList<>();
  private final List<Integer> columns = new ArrayList<>();
  private final List<Integer> yes = new ArrayList<>();
  private final List<Integer> no = new ArrayList<>();
  private final List<Integer> missing = new ArrayList<>();
  private final List<Float> values = new ArrayList<>();
  private final List<String> modes = new ArrayList<>();
  private final List<Integer> weightTrees = new ArrayList<>();
  private final List<Integer> weightNodes = new ArrayList<>();
  private final List<Integer> weightTargets = new ArrayList<>();
  private final List<Float> weights = new ArrayList<>();
  private List<Float> base = List.of();
  private List<String> from = List.of("rows");
  private String link = "NONE";
  private int firstTarget;
  private @Nullable String behind;
  private String behindDomain = "";

  private OnnxTrees(boolean classes, int named) {
    this.classes = classes;
    this.named = named;
  }

  static OnnxTrees classifier(int classes) {
    return new OnnxTrees(true, classes);
  }

  static OnnxTrees regressor(int targets) {
    return new OnnxTrees(false, targets);
  }

  OnnxTrees link(String name) {
    link = name;
    return this;
  }

  OnnxTrees from(String... inputs) {
    from = List.of(inputs);
    return this;
  }

  OnnxTrees firstTarget(int target) {
    firstTarget = target;
    return this;
  }

  OnnxTrees behind(String domain, String operation) {
    behindDomain = domain;
    behind = operation;
    return this;
  }

  OnnxTrees base(int count, Random random) {
    base = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      base.add((float) random.nextGaussian());
    }
    return this;
  }

  /**
   * Some trees with questions of all kinds.
   *
   * @param some whether a leaf may be without a weight for some of the targets
   */
  OnnxTrees grow(Random random, int targets, boolean some) {
    for (int tree = 0; tree < 4; tree++) {
      int inner = 7;
      for (int node = 0; node < 2 * inner + 1; node++) {
        boolean leaf = node >= inner;
        trees.add(tree);
        ids.add(node);
        columns.add(leaf ? 0 : random.nextInt(COLUMNS));
        yes.add(leaf ? 0 : 2 * node + 1);
        no.add(leaf ? 0 : 2 * node + 2);
        missing.add(leaf ? 0 : random.nextInt(2));
        values.add(leaf ? 0 : (random.nextInt(9) - 4) / 2f);
        modes.add(leaf ? "LEAF" : MODES.get(random.nextInt(MODES.size())));
        for (int target = 0; leaf && target < targets; target++) {
          if (!some || (tree == 0 && node == inner && target == 0) || random.nextInt(3) > 0) {
            weightTrees.add(tree);
            weightNodes.add(node);
            weightTargets.add(firstTarget + target);
            weights.add((float) random.nextGaussian());
          }
        }
      }
    }
    return this;
  }

  /** The file. */
  byte[] file() {
    return new WireWriter()
        .varint(1, 8)
        .message(8, opset -> opset.text(1, "").varint(2, 15))
        .message(8, opset -> opset.text(1, OnnxNode.ML).varint(2, 3))
        .message(7, this::graph)
        .toByteArray();
  }

  private void graph(WireWriter graph) {
    String sums = behind == null ? "answers" : "sums";
    graph.message(1, node -> trees(node, sums));
    if (behind != null) {
      graph.message(1, this::behind);
    }
    graph.text(2, "trees");
    graph.message(11, input -> value(input, "rows", COLUMNS));
    graph.message(12, output -> value(output, "answers", Math.max(1, named)));
  }

  private void behind(WireWriter node) {
    node.text(1, "sums").text(2, "answers").text(4, behind == null ? "" : behind);
    node.text(7, behindDomain);
    if ("Scaler".equals(behind)) {
      floats(node, "offset", List.of(1f));
      floats(node, "scale", List.of(2f));
    }
    if ("Cast".equals(behind)) {
      node.message(5, cast -> cast.text(1, "to").varint(3, 7).varint(20, 2));
    }
  }

  private void trees(WireWriter node, String sums) {
    from.forEach(input -> node.text(1, input));
    if (classes) {
      node.text(2, "label");
    }
    node.text(2, sums).text(4, classes ? "TreeEnsembleClassifier" : "TreeEnsembleRegressor");
    node.text(7, OnnxNode.ML);
    integers(node, "nodes_treeids", trees);
    integers(node, "nodes_nodeids", ids);
    integers(node, "nodes_featureids", columns);
    integers(node, "nodes_truenodeids", yes);
    integers(node, "nodes_falsenodeids", no);
    integers(node, "nodes_missing_value_tracks_true", missing);
    floats(node, "nodes_values", values);
    texts(node, "nodes_modes", modes);
    String of = classes ? "class" : "target";
    integers(node, of + "_treeids", weightTrees);
    integers(node, of + "_nodeids", weightNodes);
    integers(node, of + "_ids", weightTargets);
    floats(node, of + "_weights", weights);
    node.message(5, one -> one.text(1, "post_transform").text(4, link).varint(20, 3));
    if (!base.isEmpty()) {
      floats(node, "base_values", base);
    }
    if (classes) {
      List<String> labels = new ArrayList<>();
      for (int i = 0; i < named; i++) {
        labels.add("class" + i);
      }
      texts(node, "classlabels_strings", labels);
    } else {
      node.message(5, one -> one.text(1, "n_targets").varint(3, named).varint(20, 2));
    }
  }

  private static void value(WireWriter value, String name, int width) {
    Consumer<WireWriter> shape =
        dimensions ->
            dimensions
                .message(1, rows -> rows.text(2, "N"))
                .message(1, size -> size.varint(1, width));
    value
        .text(1, name)
        .message(
            2,
            type -> type.message(1, tensor -> tensor.varint(1, OnnxGraph.FLOAT).message(2, shape)));
  }

  private static void integers(WireWriter node, String name, List<Integer> values) {
    node.message(
        5,
        one -> {
          one.text(1, name);
          values.forEach(value -> one.varint(8, value));
          one.varint(20, INTEGERS);
        });
  }

  private static void floats(WireWriter node, String name, List<Float> values) {
    node.message(
        5, one -> one.text(1, name).floats(7, OnnxTreeReader.floats(values)).varint(20, FLOATS));
  }

  private static void texts(WireWriter node, String name, List<String> values) {
    node.message(
        5,
        one -> {
          one.text(1, name);
          values.forEach(value -> one.text(9, value));
          one.varint(20, TEXTS);
        });
  }
}
