// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.graph;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Builds a {@link ModelGraph} node by node. Every method checks what it is given and throws {@link
 * InvalidGraphException}, so a graph that was built is valid. Operands must have been made by the
 * same builder before they are used, which makes cycles impossible. Not thread safe.
 */
public final class ModelGraphBuilder {

  /** Most nodes of a graph. */
  public static final int MAX_NODES = 20_000;

  /** Most numbers that the nodes of a graph may hold together: constants, and one row of values. */
  public static final long MAX_ELEMENTS = 1L << 26;

  /** Most multiplications for one row. */
  public static final long MAX_WORK = 1L << 28;

  /** What a node of a tree holds. */
  private static final long NUMBERS_PER_NODE = 4;

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9.][A-Za-z0-9_.>/-]{0,254}");

  private final Map<String, Node> nodes = new LinkedHashMap<>();
  private final Map<String, Integer> counters = new LinkedHashMap<>();
  private @Nullable Node input;
  private long elements;
  private long work;

  ModelGraphBuilder() {}

  /**
   * The model's input; there is exactly one.
   *
   * @param name name of the node
   * @param features numbers in a row
   */
  public Node input(String name, int features) {
    return apply(name, new Operation.Input(features));
  }

  /**
   * The model's input where a row is an image or a sequence; there is exactly one.
   *
   * @param name name of the node
   * @param row dimensions of a row
   */
  public Node input(String name, List<Integer> row) {
    return apply(name, new Operation.Input(Shape.batchOf(row)));
  }

  /** A constant. */
  public Node constant(String name, Tensor value) {
    return apply(name, new Operation.Constant(value));
  }

  /** A constant with a name made from {@code Constant} and a number. */
  public Node constant(Tensor value) {
    return constant(freshName("Constant"), value);
  }

  /**
   * A node of any operation.
   *
   * @param name unique name: letters, digits and {@code _ . > / -}, as TensorFlow allows them
   * @param operation what it computes
   * @param operands nodes made by this builder
   */
  public Node apply(String name, Operation operation, Node... operands) {
    if (!NAME.matcher(name).matches()) {
      throw new InvalidGraphException(
          "node name '"
              + name.substring(0, Math.min(name.length(), 100))
              + "' must match "
              + NAME.pattern());
    }
    if (nodes.containsKey(name)) {
      throw new InvalidGraphException("a second node named " + name);
    }
    if (operation instanceof Operation.Input && input != null) {
      throw new InvalidGraphException("a second input " + name + " beside " + input.name());
    }
    if (nodes.size() == MAX_NODES) {
      throw new InvalidGraphException("more than " + MAX_NODES + " nodes");
    }
    for (Node operand : operands) {
      requireOwn(operand);
    }
    if (operation instanceof Window.Convolution
        && operands.length == 2
        && !(operands[1].operation() instanceof Operation.Constant)) {
      throw new InvalidGraphException("node " + name + ": the kernel must be a constant");
    }
    List<Shape> shapes = Arrays.stream(operands).map(Node::shape).toList();
    Node node =
        new Node(
            name,
            operation,
            Arrays.stream(operands).map(Node::name).toList(),
            shapeOf(name, operation, shapes));
    charge(node, shapes);
    nodes.put(name, node);
    if (operation instanceof Operation.Input) {
      input = node;
    }
    return node;
  }

  /** A node of any operation, with a name made from its type and a number. */
  public Node apply(Operation operation, Node... operands) {
    return apply(freshName(operation.type()), operation, operands);
  }

  /** Rows times a constant matrix stored as {@code [in,out]}. */
  public Node matMul(Node rows, Node matrix) {
    return apply(new Operation.MatMul(false), rows, matrix);
  }

  /** Rows times a constant matrix stored as {@code [out,in]}, as DJL and PyTorch store it. */
  public Node matMulTransposed(Node rows, Node matrix) {
    return apply(new Operation.MatMul(true), rows, matrix);
  }

  /** {@code left + right}, broadcast. */
  public Node add(Node left, Node right) {
    return apply(new Operation.Binary(BinaryFunction.ADD), left, right);
  }

  /** {@code left - right}, broadcast. */
  public Node subtract(Node left, Node right) {
    return apply(new Operation.Binary(BinaryFunction.SUBTRACT), left, right);
  }

  /** {@code left * right}, broadcast, element by element. */
  public Node multiply(Node left, Node right) {
    return apply(new Operation.Binary(BinaryFunction.MULTIPLY), left, right);
  }

  /** {@code left / right}, broadcast, element by element. */
  public Node divide(Node left, Node right) {
    return apply(new Operation.Binary(BinaryFunction.DIVIDE), left, right);
  }

  /** The operand where positive, else 0. */
  public Node relu(Node operand) {
    return apply(new Operation.Unary(UnaryFunction.RELU), operand);
  }

  /** Hyperbolic tangent. */
  public Node tanh(Node operand) {
    return apply(new Operation.Unary(UnaryFunction.TANH), operand);
  }

  /** {@code 1 / (1 + e^-x)}. */
  public Node sigmoid(Node operand) {
    return apply(new Operation.Unary(UnaryFunction.SIGMOID), operand);
  }

  /** {@code e^x} over its sum along the innermost dimension. */
  public Node softmax(Node operand) {
    return apply(new Operation.Unary(UnaryFunction.SOFTMAX), operand);
  }

  /** The operand under another name. */
  public Node identity(String name, Node operand) {
    return apply(name, new Operation.Unary(UnaryFunction.IDENTITY), operand);
  }

  /**
   * Standardisation: {@code (rows - mean) / deviation}.
   *
   * @param rows what to standardise
   * @param mean one mean per column
   * @param deviation one standard deviation per column, none of them 0
   */
  public Node standardise(Node rows, float[] mean, float[] deviation) {
    for (int i = 0; i < deviation.length; i++) {
      if (!(deviation[i] > 0)) {
        throw new InvalidGraphException(
            "standard deviation of column " + i + " must be above 0, found " + deviation[i]);
      }
    }
    Node centred = subtract(rows, constant(Tensor.vector(mean)));
    return divide(centred, constant(Tensor.vector(deviation)));
  }

  /**
   * Batch normalisation at inference, folded to one scale and one shift per column: {@code (rows -
   * mean) / sqrt(variance + epsilon) * gamma + beta}. The folding is done in double precision.
   */
  public Node batchNorm(Node rows, BatchNormStatistics statistics) {
    Node scaled = multiply(rows, constant(statistics.scale()));
    return add(scaled, constant(statistics.shift()));
  }

  /**
   * A node made before.
   *
   * @throws InvalidGraphException when there is none of this name
   */
  public Node node(String name) {
    Node node = nodes.get(name);
    if (node == null) {
      throw new InvalidGraphException("no node " + name + " has been made");
    }
    return node;
  }

  /** A name not yet taken: {@code base}, {@code base_1}, {@code base_2} and so on. */
  public String freshName(String base) {
    String name = base;
    while (nodes.containsKey(name)) {
      name = base + "_" + counters.merge(base, 1, Integer::sum);
    }
    return name;
  }

  /**
   * The finished graph. Nodes on which the output does not depend are left out.
   *
   * @param output node whose values are the answer: rows of numbers that depend on the input
   */
  public ModelGraph build(Node output) {
    requireOwn(output);
    if (input == null) {
      throw new InvalidGraphException("the graph has no input");
    }
    if (!output.shape().isBatched() || output.shape().rank() != 2) {
      throw new InvalidGraphException(
          "the output " + output.name() + " must be rows [N,outputs], found " + output.shape());
    }
    if (output.operation() instanceof Operation.Input) {
      throw new InvalidGraphException(
          "the output " + output.name() + " is the input itself; give it an identity");
    }
    Set<String> needed = needed(output);
    Map<String, Node> kept = new LinkedHashMap<>(nodes);
    kept.keySet().retainAll(needed);
    return new ModelGraph(kept, input, output);
  }

  private Set<String> needed(Node output) {
    Set<String> seen = new HashSet<>(Set.of(output.name()));
    Deque<String> open = new ArrayDeque<>(seen);
    while (!open.isEmpty()) {
      Node node = nodes.get(open.remove());
      if (node != null) {
        node.operands().stream().filter(seen::add).forEach(open::add);
      }
    }
    return seen;
  }

  private static Shape shapeOf(String name, Operation operation, List<Shape> operands) {
    try {
      return operation.resultShape(operands);
    } catch (InvalidGraphException e) {
      throw new InvalidGraphException("node " + name + ": " + e.getMessage());
    } catch (ArithmeticException e) {
      throw new InvalidGraphException("node " + name + ": a dimension is too large");
    }
  }

  private void charge(Node node, List<Shape> operands) {
    elements += node.shape().elements();
    if (node.operation() instanceof TreeEnsemble trees) {
      elements += NUMBERS_PER_NODE * trees.nodes();
    }
    if (elements > MAX_ELEMENTS) {
      throw new InvalidGraphException(
          "node " + node.name() + ": the graph would hold more than " + MAX_ELEMENTS + " numbers");
    }
    work += node.operation().work(operands, node.shape());
    if (work > MAX_WORK) {
      throw new InvalidGraphException(
          "node " + node.name() + ": one row would need more than " + MAX_WORK + " products");
    }
  }

  private void requireOwn(Node operand) {
    if (!operand.equals(nodes.get(operand.name()))) {
      throw new InvalidGraphException("node " + operand.name() + " was not made by this builder");
    }
  }
}
