// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.tensorflow;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.decisionlab.models.ModelFormatException;
import org.decisionlab.models.graph.InvalidGraphException;
import org.decisionlab.models.graph.ModelGraphBuilder;
import org.decisionlab.models.graph.Node;
import org.decisionlab.models.graph.Operation;
import org.decisionlab.models.graph.Tensor;
import org.jspecify.annotations.Nullable;

/** Adds TensorFlow nodes, one after the other, to a graph that is being built. */
final class NodeTranslator {

  /** Translates the nodes of one TensorFlow operation. */
  @FunctionalInterface
  interface Translation {
    /** The node whose values are those of {@code definition}. */
    Node translate(NodeDef definition, NodeTranslator graph) throws ModelFormatException;
  }

  /** Most sums of decision trees in a graph: each has tables of its own. */
  private static final int MAX_ENSEMBLES = 32;

  private static final Map<String, Translation> TRANSLATIONS = new TreeMap<>();

  static {
    TRANSLATIONS.put("Placeholder", (node, graph) -> graph.input(node));
    TRANSLATIONS.putAll(ArithmeticTranslations.ALL);
    TRANSLATIONS.putAll(MovementTranslations.ALL);
    TRANSLATIONS.putAll(WindowTranslations.ALL);
  }

  private final ModelGraphBuilder builder;
  private final String input;
  private final Set<String> taken;
  private final TensorReader tensors = new TensorReader();
  private final Map<String, Node> translated = new HashMap<>();
  private final Map<String, List<Integer>> integers = new HashMap<>();
  private final Map<String, TreeForm.Sum> trees = new HashMap<>();

  /**
   * A translation.
   *
   * @param builder graph that is built
   * @param input name of the placeholder
   * @param names all names in the file
   */
  NodeTranslator(ModelGraphBuilder builder, String input, Set<String> names) {
    this.builder = builder;
    this.input = input;
    this.taken = new HashSet<>(names);
  }

  /** A name for what is not in the file, made from that of a node which is. */
  String fresh(NodeDef definition, String part) {
    String name = definition.name() + "/" + part;
    for (int i = 1; !taken.add(name); i++) {
      name = definition.name() + "/" + part + "_" + i;
    }
    return name;
  }

  /** Names of the TensorFlow operations that can be read, in alphabetical order. */
  static Set<String> operations() {
    Set<String> names = new TreeSet<>(TRANSLATIONS.keySet());
    names.add("Const");
    return names;
  }

  ModelGraphBuilder builder() {
    return builder;
  }

  Node node(String name) throws ModelFormatException {
    Node node = translated.get(name);
    if (node == null) {
      throw new ModelFormatException("node " + name + " has not been read as numbers");
    }
    return node;
  }

  /** A node under the name that it has in the file, where that is free. */
  Node named(String name, Node node) {
    boolean named = node.name().equals(name);
    return named || !builder.freshName(name).equals(name) ? node : builder.identity(name, node);
  }

  /**
   * Finds the decision trees of a graph, and lets the nodes that give their sums read nothing but
   * the rows that the trees are asked about.
   */
  void takeTrees(Map<String, NodeDef> nodes) throws ModelFormatException {
    TreeForm form = new TreeForm(nodes);
    for (NodeDef node : List.copyOf(nodes.values())) {
      TreeForm.@Nullable Found found = form.find(node);
      if (found != null) {
        if (trees.size() == MAX_ENSEMBLES) {
          throw node.fault("more than " + MAX_ENSEMBLES + " sums of trees");
        }
        trees.put(node.name(), found.sum());
        nodes.put(
            node.name(),
            new NodeDef(node.name(), node.operation(), List.of(found.rows()), Map.of()));
      }
    }
  }

  private Node trees(NodeDef definition, TreeForm.Sum sum) throws ModelFormatException {
    int columns = operand(definition, 0).shape().width();
    return add(definition, sum.trees(columns));
  }

  void translate(NodeDef definition) throws ModelFormatException {
    if (definition.operation().equals("Const")) {
      constant(definition);
      return;
    }
    TreeForm.@Nullable Sum sum = trees.get(definition.name());
    Translation translation =
        sum == null
            ? TRANSLATIONS.get(definition.operation())
            : (node, graph) -> graph.trees(node, sum);
    if (translation == null) {
      throw definition.fault("this operation is not supported; supported are " + operations());
    }
    try {
      translated.put(definition.name(), translation.translate(definition, this));
    } catch (InvalidGraphException e) {
      throw new ModelFormatException(e.getMessage(), e);
    }
  }

  /** A node of this operation under the name that it has in the file. */
  Node add(NodeDef definition, Operation operation) throws ModelFormatException {
    Node[] operands = new Node[definition.inputs().size()];
    for (int i = 0; i < operands.length; i++) {
      operands[i] = operand(definition, i);
    }
    return builder.apply(definition.name(), operation, operands);
  }

  /** An operand that must be there. */
  Node operand(NodeDef definition, int index) throws ModelFormatException {
    requireInput(definition, index);
    return node(definition.inputs().get(index));
  }

  /** An operand that must be constant whole numbers. */
  List<Integer> integers(NodeDef definition, int index) throws ModelFormatException {
    requireInput(definition, index);
    List<Integer> values = integers.get(definition.inputs().get(index));
    if (values == null) {
      throw definition.fault(
          "input "
              + index
              + " must be constant whole numbers (int32), found "
              + definition.inputs().get(index));
    }
    return values;
  }

  /** An operand that must be constant numbers. */
  Tensor tensor(NodeDef definition, int index) throws ModelFormatException {
    if (operand(definition, index).operation() instanceof Operation.Constant constant) {
      return constant.value();
    }
    throw definition.fault("input " + index + " must be a constant");
  }

  private static void requireInput(NodeDef definition, int index) throws ModelFormatException {
    if (index >= definition.inputs().size()) {
      throw definition.fault(
          "needs more inputs than " + definition.inputs().size() + ", at least " + (index + 1));
    }
  }

  private Node input(NodeDef node) throws ModelFormatException {
    if (!node.name().equals(input)) {
      throw node.fault("the output depends on this placeholder besides the input " + input);
    }
    node.requireFloat("dtype");
    List<Long> dimensions = TensorReader.readDimensions(node.message("shape", 7));
    if (dimensions.size() < 2
        || !dimensions.stream().skip(1).allMatch(n -> 0 < n && n <= 1 << 24)) {
      throw node.fault("the input must be rows [N,features], found shape " + dimensions);
    }
    return builder.input(node.name(), dimensions.stream().skip(1).map(Long::intValue).toList());
  }

  private void constant(NodeDef node) throws ModelFormatException {
    try {
      if (node.type("dtype") == GraphDef.INT32) {
        integers.put(node.name(), TensorReader.readIntegers(node.message("value", 8)));
        return;
      }
      node.requireFloat("dtype");
      translated.put(
          node.name(), builder.constant(node.name(), tensors.read(node.message("value", 8))));
    } catch (ModelFormatException | InvalidGraphException e) {
      throw new ModelFormatException(
          "node " + node.name() + " (" + node.operation() + "): " + e.getMessage(), e);
    }
  }
}
