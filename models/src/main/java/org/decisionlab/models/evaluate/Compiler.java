// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.evaluate;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.decisionlab.models.evaluate.Value.Known;
import org.decisionlab.models.evaluate.Value.Slot;
import org.decisionlab.models.graph.BinaryFunction;
import org.decisionlab.models.graph.InvalidGraphException;
import org.decisionlab.models.graph.ModelGraph;
import org.decisionlab.models.graph.Node;
import org.decisionlab.models.graph.Operation;
import org.decisionlab.models.graph.Operation.Binary;
import org.decisionlab.models.graph.Operation.Unary;
import org.decisionlab.models.graph.UnaryFunction;

/**
 * Turns a graph into steps: constants are folded, a bias is added where the product is made, and
 * what nobody else reads is overwritten in place.
 */
final class Compiler implements Operation.Cases<Value> {

  private final ModelGraph graph;
  private final Map<String, Value> values = new HashMap<>();
  private final Map<String, String> origins = new HashMap<>();
  private final Map<String, Integer> readers = new HashMap<>();
  private final Map<Slot, Integer> products = new HashMap<>();
  private final List<Step> steps = new ArrayList<>();
  private final List<Integer> widths = new ArrayList<>();
  private Node node;

  Compiler(ModelGraph graph) {
    this.graph = graph;
    this.node = graph.input();
    for (Node each : graph.nodes()) {
      if (isIdentity(each)) {
        origins.put(each.name(), origin(each.operands().get(0)));
      } else {
        each.operands().forEach(this::countReader);
      }
    }
    countReader(graph.output().name());
  }

  Program compile() {
    for (Node each : graph.nodes()) {
      node = each;
      try {
        values.put(each.name(), each.operation().match(this));
      } catch (InvalidGraphException e) {
        throw new InvalidGraphException("node " + each.name() + ": " + e.getMessage());
      }
    }
    return new Program(steps, widths, ((Slot) value(graph.output().name())).index());
  }

  @Override
  public Value input(Operation.Input operation) {
    return newSlot(operation.features());
  }

  @Override
  public Value constant(Operation.Constant operation) {
    return new Known(operation.value());
  }

  @Override
  public Value matMul(Operation.MatMul operation) {
    Slot rows = (Slot) operand(0);
    Known matrix = (Known) operand(1);
    Slot result = newSlot(node.shape().width());
    products.put(result, steps.size());
    steps.add(Dense.of(rows.index(), result.index(), matrix.tensor(), operation.transposeRight()));
    return result;
  }

  @Override
  public Value binary(Binary operation) {
    Value left = operand(0);
    Value right = operand(1);
    if (left instanceof Known a && right instanceof Known b) {
      return new Known(Folding.binary(operation.function(), a.tensor(), b.tensor(), node.shape()));
    }
    if (operation.function() == BinaryFunction.ADD) {
      if (left instanceof Slot a && right instanceof Known b && takesBias(a, 0)) {
        return addBias(a, b);
      }
      if (left instanceof Known a && right instanceof Slot b && takesBias(b, 1)) {
        return addBias(b, a);
      }
    }
    Slot result = resultSlot();
    if (left instanceof Known a) {
      steps.add(Arithmetic.of(operation.function(), a.tensor(), (Slot) right, result));
    } else if (right instanceof Known b) {
      steps.add(Arithmetic.of(operation.function(), (Slot) left, b.tensor(), result));
    } else {
      steps.add(Arithmetic.of(operation.function(), (Slot) left, (Slot) right, result));
    }
    return result;
  }

  @Override
  public Value unary(Unary operation) {
    Value operand = operand(0);
    if (operation.function() == UnaryFunction.IDENTITY) {
      return operand;
    }
    if (operand instanceof Known known) {
      return new Known(Folding.unary(operation.function(), known.tensor()));
    }
    Slot from = (Slot) operand;
    Slot to = resultSlot();
    steps.add(Elementwise.of(operation.function(), from.index(), to.index()));
    return to;
  }

  private boolean takesBias(Slot product, int operandIndex) {
    return products.containsKey(product)
        && product.width() == node.shape().width()
        && isReadOnlyHere(operandIndex);
  }

  private Value addBias(Slot product, Known bias) {
    int index = Objects.requireNonNull(products.remove(product));
    Dense dense = (Dense) steps.get(index);
    steps.set(index, dense.withBias(Arithmetic.widened(bias.tensor(), product.width())));
    return product;
  }

  /** The slot of an operand as wide as the result that nobody else reads, else a new one. */
  private Slot resultSlot() {
    int width = node.shape().width();
    for (int i = 0; i < node.operands().size(); i++) {
      if (operand(i) instanceof Slot slot && slot.width() == width && isReadOnlyHere(i)) {
        products.remove(slot);
        return slot;
      }
    }
    return newSlot(width);
  }

  private boolean isReadOnlyHere(int operandIndex) {
    return readers.getOrDefault(origin(node.operands().get(operandIndex)), 0) == 1;
  }

  private Slot newSlot(int width) {
    widths.add(width);
    return new Slot(widths.size() - 1, width);
  }

  private Value operand(int index) {
    return value(node.operands().get(index));
  }

  private Value value(String name) {
    return Objects.requireNonNull(values.get(name), name);
  }

  private void countReader(String name) {
    readers.merge(origin(name), 1, Integer::sum);
  }

  private String origin(String name) {
    return origins.getOrDefault(name, name);
  }

  private static boolean isIdentity(Node node) {
    return node.operation() instanceof Unary unary && unary.function() == UnaryFunction.IDENTITY;
  }
}
