// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.evaluate;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.decisionlab.models.evaluate.Arithmetic.Operand;
import org.decisionlab.models.evaluate.Value.Known;
import org.decisionlab.models.evaluate.Value.Slot;
import org.decisionlab.models.graph.BinaryFunction;
import org.decisionlab.models.graph.InvalidGraphException;
import org.decisionlab.models.graph.Lookup;
import org.decisionlab.models.graph.ModelGraph;
import org.decisionlab.models.graph.Movement;
import org.decisionlab.models.graph.Node;
import org.decisionlab.models.graph.Operation;
import org.decisionlab.models.graph.Operation.Binary;
import org.decisionlab.models.graph.Operation.Unary;
import org.decisionlab.models.graph.Reduction;
import org.decisionlab.models.graph.Selection;
import org.decisionlab.models.graph.Shape;
import org.decisionlab.models.graph.Tensor;
import org.decisionlab.models.graph.TreeEnsemble;
import org.decisionlab.models.graph.UnaryFunction;
import org.decisionlab.models.graph.Window;

/**
 * Turns a graph into steps: constants are folded, a bias is added where the product is made, what
 * nobody else reads is overwritten in place, and memory that is no longer read is used again.
 */
final class Compiler implements Operation.Cases<Value> {

  private final ModelGraph graph;
  private final Map<String, Value> values = new HashMap<>();
  private final Map<String, String> origins = new HashMap<>();
  private final Map<String, Integer> readers = new HashMap<>();
  private final Map<String, Integer> unread = new HashMap<>();
  private final Map<Slot, String> owners = new HashMap<>();
  private final Map<Integer, Deque<Slot>> free = new HashMap<>();
  private final Map<Slot, Integer> products = new HashMap<>();
  private final List<Step> steps = new ArrayList<>();
  private final List<Integer> widths = new ArrayList<>();
  private Node node;

  Compiler(ModelGraph graph) {
    this.graph = graph;
    this.node = graph.input();
    for (Node each : graph.nodes()) {
      if (isAlias(each)) {
        origins.put(each.name(), origin(each.operands().get(0)));
      } else {
        each.operands().forEach(this::countReader);
      }
    }
    countReader(graph.output().name());
    unread.putAll(readers);
  }

  Program compile() {
    for (Node each : graph.nodes()) {
      node = each;
      try {
        Value value = each.operation().match(this);
        values.put(each.name(), value);
        if (!isAlias(each)) {
          settle(each, value);
        }
      } catch (InvalidGraphException e) {
        throw new InvalidGraphException("node " + each.name() + ": " + e.getMessage());
      }
    }
    return new Program(steps, widths, ((Slot) value(graph.output().name())).index());
  }

  /** Notes whose numbers a slot holds now, and frees those that were read for the last time. */
  private void settle(Node each, Value value) {
    if (value instanceof Slot slot) {
      owners.put(slot, each.name());
    }
    for (String operand : each.operands()) {
      String origin = origin(operand);
      boolean last = unread.merge(origin, -1, Integer::sum) == 0;
      if (last && value(origin) instanceof Slot slot && origin.equals(owners.get(slot))) {
        products.remove(slot);
        free.computeIfAbsent(slot.width(), width -> new ArrayDeque<>()).push(slot);
      }
    }
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
    Shape left = operandShape(0);
    Shape right = operandShape(1);
    Slot result = newSlot(width());
    if (operand(0) instanceof Slot rows
        && operand(1) instanceof Known matrix
        && right.rank() == 2) {
      products.put(result, steps.size());
      steps.add(
          Dense.of(
              rows.index(),
              result.index(),
              matrix.tensor(),
              operation.transposeRight(),
              (int) left.elements() / left.width()));
    } else {
      steps.add(
          Products.of(
              side(0, left),
              side(1, right),
              operation.transposeRight(),
              node.shape(),
              result.index()));
    }
    return result;
  }

  private Products.Side side(int index, Shape shape) {
    if (operand(index) instanceof Slot slot) {
      int array = slot.index();
      return new Products.Side(work -> work[array], shape);
    }
    float[] constant = ((Known) operand(index)).tensor().toArray();
    return new Products.Side(work -> constant, shape);
  }

  @Override
  public Value binary(Binary operation) {
    Value left = operand(0);
    Value right = operand(1);
    if (left instanceof Known a && right instanceof Known b) {
      return new Known(Folding.binary(operation.function(), a.tensor(), b.tensor(), node.shape()));
    }
    if (operation.function() == BinaryFunction.ADD) {
      if (left instanceof Slot a && right instanceof Known b && takesBias(a, b, 0)) {
        return addBias(a, b);
      }
      if (left instanceof Known a && right instanceof Slot b && takesBias(b, a, 1)) {
        return addBias(b, a);
      }
    }
    Slot result = resultSlot();
    steps.add(Arithmetic.of(operation.function(), part(0), part(1), result.index()));
    return result;
  }

  @Override
  public Value selection(Selection operation) {
    if (operand(0) instanceof Known a
        && operand(1) instanceof Known b
        && operand(2) instanceof Known c) {
      return new Known(Folding.selection(a.tensor(), b.tensor(), c.tensor(), node.shape()));
    }
    Slot result = resultSlot();
    steps.add(Arithmetic.choose(part(0), part(1), part(2), result.index()));
    return result;
  }

  private Operand part(int index) {
    List<Integer> row = node.shape().row();
    return operand(index) instanceof Slot slot
        ? Operand.of(slot.index(), operandShape(index).row(), row)
        : Operand.of(((Known) operand(index)).tensor(), row);
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
    int inner = node.shape().rank() == 1 ? 1 : node.shape().width();
    steps.add(Elementwise.of(operation.function(), from.index(), to.index(), inner));
    return to;
  }

  @Override
  public Value movement(Movement operation) {
    if (operation instanceof Movement.Reshape) {
      return operand(0);
    }
    Slot result = newSlot(width());
    if (operation instanceof Movement.Concat concat) {
      List<Shape> shapes = graph.operands(node).stream().map(Node::shape).toList();
      List<int[]> targets = Movements.targets(concat, shapes, node.shape());
      for (int i = 0; i < targets.size(); i++) {
        steps.add(Movements.insert(slot(i).index(), result.index(), targets.get(i)));
      }
      return result;
    }
    float padding = operation instanceof Movement.Pad pad ? pad.value() : 0;
    int[] source = Movements.source(operation, operandShape(0), node.shape());
    steps.add(Movements.copy(slot(0).index(), result.index(), source, padding));
    return result;
  }

  @Override
  public Value reduction(Reduction operation) {
    Slot result = newSlot(width());
    steps.add(Reductions.of(operation, operandShape(0), slot(0).index(), result.index()));
    return result;
  }

  @Override
  public Value window(Window operation) {
    Slot result = newSlot(width());
    Shape image = operandShape(0);
    int from = slot(0).index();
    if (operation instanceof Window.Convolution convolution) {
      Tensor kernel = ((Known) operand(1)).tensor();
      steps.add(
          Windows.convolution(convolution, kernel, image, node.shape(), from, result.index()));
    } else if (operation instanceof Window.Pool pool) {
      steps.add(Windows.pool(pool, image, node.shape(), from, result.index()));
    }
    return result;
  }

  @Override
  public Value lookup(Lookup operation) {
    Slot result = newSlot(width());
    Tensor table = ((Known) operand(0)).tensor();
    steps.add(Lookups.of(node.name(), table, slot(1).index(), result.index()));
    return result;
  }

  @Override
  public Value treeEnsemble(TreeEnsemble operation) {
    Slot result = newSlot(width());
    steps.add(Trees.of(operation, slot(0).index(), result.index()));
    return result;
  }

  /** Whether a constant is one number for each column of a product that nobody else reads. */
  private boolean takesBias(Slot product, Known bias, int operandIndex) {
    Integer index = products.get(product);
    if (index == null || product.width() != width() || !isReadOnlyHere(operandIndex)) {
      return false;
    }
    Tensor tensor = bias.tensor();
    boolean oneRow = tensor.size() == tensor.shape().width();
    return oneRow && (tensor.size() == 1 || tensor.size() == ((Dense) steps.get(index)).width());
  }

  private Value addBias(Slot product, Known bias) {
    int index = Objects.requireNonNull(products.remove(product));
    Dense dense = (Dense) steps.get(index);
    List<Integer> row = List.of(dense.width());
    steps.set(index, dense.withBias(Broadcasting.widened(bias.tensor(), row)));
    return product;
  }

  /** The slot of an operand as wide as the result that nobody else reads, else a new one. */
  private Slot resultSlot() {
    int width = width();
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
    Deque<Slot> again = free.get(width);
    if (again != null && !again.isEmpty()) {
      return again.pop();
    }
    widths.add(width);
    return new Slot(widths.size() - 1, width);
  }

  private int width() {
    return (int) node.shape().elements();
  }

  private Slot slot(int index) {
    return (Slot) operand(index);
  }

  private Value operand(int index) {
    return value(node.operands().get(index));
  }

  private Shape operandShape(int index) {
    return graph.node(node.operands().get(index)).shape();
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

  private static boolean isAlias(Node node) {
    return node.operation() instanceof Movement.Reshape
        || (node.operation() instanceof Unary unary && unary.function() == UnaryFunction.IDENTITY);
  }
}
