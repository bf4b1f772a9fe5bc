// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.decisionlab.models.ModelFormatException;
import org.decisionlab.models.graph.BinaryFunction;
import org.decisionlab.models.graph.InvalidGraphException;
import org.decisionlab.models.graph.ModelGraph;
import org.decisionlab.models.graph.ModelGraphBuilder;
import org.decisionlab.models.graph.Movement;
import org.decisionlab.models.graph.Node;
import org.decisionlab.models.graph.Operation;
import org.decisionlab.models.graph.Tensor;
import org.decisionlab.models.graph.UnaryFunction;
import org.decisionlab.models.proto.WireReader;
import org.jspecify.annotations.Nullable;

/**
 * Trees in ONNX as skl2onnx and onnxmltools write them: a {@code TreeEnsembleClassifier} or {@code
 * TreeEnsembleRegressor}, ahead of it perhaps a {@code Scaler}, behind it what turns probabilities
 * into maps by label, which is left out: the answer is the probabilities.
 */
public final class OnnxTreeReader {

  private static final String CLASSIFIER = "TreeEnsembleClassifier";
  private static final String REGRESSOR = "TreeEnsembleRegressor";

  private final List<OnnxNode> nodes = new ArrayList<>();
  private final List<OnnxValue> inputs = new ArrayList<>();
  private final List<OnnxValue> outputs = new ArrayList<>();

  private OnnxTreeReader() {}

  /**
   * What was read.
   *
   * @param graph from the features to the answers
   * @param labels names of the classes, in the order of the answers; empty for numbers
   */
  public record Read(ModelGraph graph, List<String> labels) {

    /** Keeps an own copy. */
    public Read {
      labels = List.copyOf(labels);
    }
  }

  /**
   * Reads a model.
   *
   * @param features how many columns it takes, which the file does not always tell
   * @return nothing when the file has no trees
   * @throws ModelFormatException when it is damaged, or its trees are of a kind that is not read
   */
  public static @Nullable Read read(byte[] file, int features) throws ModelFormatException {
    OnnxTreeReader reader = new OnnxTreeReader();
    WireReader model = WireReader.of(file, "ONNX model");
    while (model.next()) {
      if (model.field() == 7) {
        reader.graph(model.message("graph"));
      }
    }
    List<OnnxNode> trees =
        reader.nodes.stream().filter(node -> node.is(CLASSIFIER) || node.is(REGRESSOR)).toList();
    if (trees.isEmpty()) {
      return null;
    }
    if (trees.size() > 1) {
      throw new ModelFormatException(
          "the ONNX graph has %d ensembles of trees, one is read".formatted(trees.size()));
    }
    try {
      return reader.read(trees.get(0), features);
    } catch (InvalidGraphException | ArithmeticException e) {
      throw new ModelFormatException("trees in ONNX: " + e.getMessage(), e);
    }
  }

  private void graph(WireReader reader) throws ModelFormatException {
    while (reader.next()) {
      switch (reader.field()) {
        case 1 -> nodes.add(OnnxNode.read(reader.message("node")));
        case 11 -> inputs.add(OnnxValue.read(reader.message("input")));
        case 12 -> outputs.add(OnnxValue.read(reader.message("output")));
        default -> {}
      }
    }
  }

  private Read read(OnnxNode trees, int features) throws ModelFormatException {
    requireRows(features);
    requireAnswered(trees);
    ModelGraphBuilder builder = ModelGraph.builder();
    Node rows = ahead(builder, trees, builder.input("inputs", features));
    OnnxTreeTables tables = OnnxTreeTables.of(trees, features);
    Node sums = builder.apply(tables.ensemble(), rows);
    Node answers = linked(builder, trees, tables, sums);
    return new Read(builder.build(answers), trees.is(CLASSIFIER) ? trees.classes() : List.of());
  }

  private void requireRows(int features) throws ModelFormatException {
    if (inputs.size() != 1) {
      throw new ModelFormatException("trees take one input, the graph has " + inputs);
    }
    List<Long> shape = inputs.get(0).shape();
    long width = shape.isEmpty() ? OnnxValue.OPEN : shape.get(shape.size() - 1);
    boolean rows = shape.isEmpty() || shape.size() == 2;
    if (!rows || (width != OnnxValue.OPEN && width != features)) {
      throw new ModelFormatException(
          "the trees take %s, but %d features are named".formatted(inputs.get(0), features));
    }
  }

  /**
   * Requires that the graph answers what the trees say, as it is: behind them labels may become
   * another type and probabilities maps, nothing else.
   */
  private void requireAnswered(OnnxNode trees) throws ModelFormatException {
    int answer = trees.is(CLASSIFIER) ? 1 : 0;
    boolean answered = false;
    for (OnnxValue output : outputs) {
      List<OnnxNode> behind = new ArrayList<>();
      String name = output.name();
      OnnxNode maker = maker(name);
      while (!maker.equals(trees)) {
        behind.add(maker);
        name = onlyInput(maker, behind.size());
        maker = maker(name);
      }
      boolean label = trees.outputs().indexOf(name) != answer;
      for (OnnxNode node : behind) {
        boolean known = isIdentity(node) || (label ? isOnnx(node, "Cast") : node.is("ZipMap"));
        if (!known) {
          throw notRead("behind", node);
        }
      }
      answered |= !label;
    }
    if (!answered) {
      throw new ModelFormatException("the graph does not answer with the sums of its trees");
    }
  }

  private static boolean isIdentity(OnnxNode node) {
    return isOnnx(node, "Identity")
        || (isOnnx(node, "Cast") && node.integer("to", 0) == OnnxGraph.FLOAT);
  }

  private static boolean isOnnx(OnnxNode node, String operation) {
    return node.domain().isEmpty() && node.operation().equals(operation);
  }

  private static ModelFormatException notRead(String where, OnnxNode node) {
    return new ModelFormatException(
        "%s the trees the ONNX graph has the operation %s, which is not read there"
            .formatted(where, node.operation()));
  }

  /** The one input of a node on a path of this many nodes. */
  private String onlyInput(OnnxNode node, int path) throws ModelFormatException {
    if (node.inputs().size() != 1 || path > nodes.size()) {
      throw new ModelFormatException(
          "the operation %s of the ONNX graph has %d inputs or depends on itself; beside trees those of one input are read"
              .formatted(node.operation(), node.inputs().size()));
    }
    return node.inputs().get(0);
  }

  private Node ahead(ModelGraphBuilder builder, OnnxNode trees, Node input)
      throws ModelFormatException {
    List<OnnxNode> path = new ArrayList<>();
    String name = onlyInput(trees, 0);
    while (!name.equals(inputs.get(0).name())) {
      OnnxNode maker = maker(name);
      path.add(0, maker);
      name = onlyInput(maker, path.size());
    }
    Node rows = input;
    for (OnnxNode node : path) {
      if (node.is("Scaler")) {
        rows = scaled(builder, node, rows);
      } else if (!isIdentity(node)) {
        throw notRead("ahead of", node);
      }
    }
    return rows;
  }

  private OnnxNode maker(String name) throws ModelFormatException {
    for (OnnxNode node : nodes) {
      if (node.outputs().contains(name)) {
        return node;
      }
    }
    throw new ModelFormatException("nothing in the ONNX graph makes " + name);
  }

  private static Node scaled(ModelGraphBuilder builder, OnnxNode scaler, Node rows) {
    Node moved =
        builder.apply(
            new Operation.Binary(BinaryFunction.SUBTRACT),
            rows,
            builder.constant(vector(scaler.floats("offset"))));
    return builder.multiply(moved, builder.constant(vector(scaler.floats("scale"))));
  }

  private static Tensor vector(List<Float> values) {
    return values.size() == 1 ? Tensor.scalar(values.get(0)) : Tensor.vector(floats(values));
  }

  static float[] floats(List<Float> values) {
    float[] floats = new float[values.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = values.get(i);
    }
    return floats;
  }

  /** What is made of the sums. Of two classes there is one sum, that of the second. */
  private static Node linked(
      ModelGraphBuilder builder, OnnxNode trees, OnnxTreeTables tables, Node sums)
      throws ModelFormatException {
    String link = trees.text("post_transform", "NONE");
    if (!tables.isTwoClasses()) {
      if (tables.ensemble().outputs() == 1 && !link.equals("NONE")) {
        throw new ModelFormatException(
            "trees of one output with %s are not read: runtimes disagree about them"
                .formatted(link));
      }
      return switch (link) {
        case "NONE" -> sums;
        case "LOGISTIC" -> builder.sigmoid(sums);
        case "SOFTMAX" -> apply(builder, UnaryFunction.SOFTMAX, sums);
        default -> throw new ModelFormatException("trees with " + link + " are not read");
      };
    }
    if (link.equals("LOGISTIC") && !tables.allPositive()) {
      Node no = builder.sigmoid(apply(builder, UnaryFunction.NEGATE, sums));
      return builder.apply(new Movement.Concat(1), no, builder.sigmoid(sums));
    }
    if (link.equals("NONE") && tables.allPositive()) {
      Node one = builder.constant(Tensor.scalar(1));
      Node no = builder.apply(new Operation.Binary(BinaryFunction.SUBTRACT), one, sums);
      return builder.apply(new Movement.Concat(1), no, sums);
    }
    throw new ModelFormatException(
        "trees of two classes with %s and %s weights are not read: runtimes disagree about them"
            .formatted(link, tables.allPositive() ? "only positive" : "negative"));
  }

  private static Node apply(ModelGraphBuilder builder, UnaryFunction function, Node operand) {
    return builder.apply(new Operation.Unary(function), Objects.requireNonNull(operand));
  }
}
