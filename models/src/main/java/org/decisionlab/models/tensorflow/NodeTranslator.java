// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.tensorflow;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.decisionlab.models.ModelFormatException;
import org.decisionlab.models.graph.BinaryFunction;
import org.decisionlab.models.graph.InvalidGraphException;
import org.decisionlab.models.graph.ModelGraphBuilder;
import org.decisionlab.models.graph.Node;
import org.decisionlab.models.graph.Operation;
import org.decisionlab.models.graph.Shape;
import org.decisionlab.models.graph.UnaryFunction;

/** Adds TensorFlow nodes, one after the other, to a graph that is being built. */
final class NodeTranslator {

  private static final Map<String, BinaryFunction> BINARY =
      Map.of(
          "Add", BinaryFunction.ADD,
          "AddV2", BinaryFunction.ADD,
          "BiasAdd", BinaryFunction.ADD,
          "Sub", BinaryFunction.SUBTRACT,
          "Mul", BinaryFunction.MULTIPLY,
          "RealDiv", BinaryFunction.DIVIDE,
          "Div", BinaryFunction.DIVIDE);

  private static final Map<String, UnaryFunction> UNARY =
      Map.of(
          "Identity", UnaryFunction.IDENTITY,
          "Relu", UnaryFunction.RELU,
          "Tanh", UnaryFunction.TANH,
          "Sigmoid", UnaryFunction.SIGMOID,
          "Softmax", UnaryFunction.SOFTMAX);

  private static final Set<String> OTHERS = Set.of("Placeholder", "Const", "MatMul");

  private final ModelGraphBuilder builder;
  private final String input;
  private final TensorReader tensors = new TensorReader();
  private final Map<String, Node> translated = new HashMap<>();

  NodeTranslator(ModelGraphBuilder builder, String input) {
    this.builder = builder;
    this.input = input;
  }

  /** Names of the TensorFlow operations that can be read, in alphabetical order. */
  static Set<String> operations() {
    Set<String> names = new TreeSet<>(OTHERS);
    names.addAll(BINARY.keySet());
    names.addAll(UNARY.keySet());
    return names;
  }

  Node node(String name) throws ModelFormatException {
    Node node = translated.get(name);
    if (node == null) {
      throw new ModelFormatException("node " + name + " has not been read");
    }
    return node;
  }

  void translate(NodeDef definition) throws ModelFormatException {
    try {
      Operation operation = operation(definition);
      Node[] operands = new Node[definition.inputs().size()];
      for (int i = 0; i < operands.length; i++) {
        operands[i] = node(definition.inputs().get(i));
      }
      if (definition.operation().equals("BiasAdd")) {
        requireBias(definition, operands);
      }
      translated.put(definition.name(), builder.apply(definition.name(), operation, operands));
    } catch (InvalidGraphException e) {
      throw new ModelFormatException(e.getMessage(), e);
    }
  }

  private Operation operation(NodeDef node) throws ModelFormatException {
    String name = node.operation();
    UnaryFunction unary = UNARY.get(name);
    BinaryFunction binary = BINARY.get(name);
    if (unary == null && binary == null && !OTHERS.contains(name)) {
      throw node.fault("this operation is not supported; supported are " + operations());
    }
    if (name.equals("Placeholder")) {
      return input(node);
    }
    if (name.equals("Const")) {
      return constant(node);
    }
    node.requireFloat("T");
    if (unary != null) {
      return new Operation.Unary(unary);
    }
    if (binary != null) {
      return new Operation.Binary(binary);
    }
    if (node.bool("transpose_a")) {
      throw node.fault("transpose_a mixes the rows of a batch and is not supported");
    }
    return new Operation.MatMul(node.bool("transpose_b"));
  }

  private Operation input(NodeDef node) throws ModelFormatException {
    if (!node.name().equals(input)) {
      throw node.fault("the output depends on this placeholder besides the input " + input);
    }
    node.requireFloat("dtype");
    List<Long> dimensions = TensorReader.readDimensions(node.message("shape", 7));
    if (dimensions.size() != 2 || dimensions.get(1) < 1 || dimensions.get(1) > 1 << 24) {
      throw node.fault("the input must be rows [N,features], found shape " + dimensions);
    }
    return new Operation.Input(dimensions.get(1).intValue());
  }

  private Operation constant(NodeDef node) throws ModelFormatException {
    node.requireFloat("dtype");
    try {
      return new Operation.Constant(tensors.read(node.message("value", 8)));
    } catch (ModelFormatException | InvalidGraphException e) {
      throw new ModelFormatException(
          "node " + node.name() + " (" + node.operation() + "): " + e.getMessage(), e);
    }
  }

  /** A bias is a vector as wide as the rows; it is not broadcast. */
  private static void requireBias(NodeDef node, Node... operands) throws ModelFormatException {
    if (operands.length != 2) {
      throw node.fault("needs 2 inputs, found " + operands.length);
    }
    Shape bias = operands[1].shape();
    if (bias.isBatched() || bias.rank() != 1 || bias.width() != operands[0].shape().width()) {
      throw node.fault(
          "the bias of " + operands[0].shape() + " must be a vector as wide, found " + bias);
    }
  }
}
