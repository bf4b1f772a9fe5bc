// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.evaluate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.decisionlab.models.graph.BinaryFunction;
import org.decisionlab.models.graph.Lookup;
import org.decisionlab.models.graph.ModelGraph;
import org.decisionlab.models.graph.ModelGraphBuilder;
import org.decisionlab.models.graph.Movement;
import org.decisionlab.models.graph.Node;
import org.decisionlab.models.graph.Operation;
import org.decisionlab.models.graph.ReduceFunction;
import org.decisionlab.models.graph.Reduction;
import org.decisionlab.models.graph.Selection;
import org.decisionlab.models.graph.Shape;
import org.decisionlab.models.graph.Tensor;
import org.decisionlab.models.graph.Tree;
import org.decisionlab.models.graph.TreeEnsemble;
import org.decisionlab.models.graph.UnaryFunction;
import org.decisionlab.models.graph.Window;

/**
 * A graph drawn at random over all families of operations.
 *
 * <p>Numbers stay around 1, so that a difference means a difference. What jumps (comparisons,
 * rounding, lookups, trees) is only asked of numbers that are the same bits in every runtime: the
 * input and what only moves it.
 */
public final class RandomGraph {

  private static final int STEPS = 14;
  private static final int MOST = 600;
  private static final List<UnaryFunction> SMOOTH =
      List.of(
          UnaryFunction.RELU,
          UnaryFunction.TANH,
          UnaryFunction.SIGMOID,
          UnaryFunction.SOFTMAX,
          UnaryFunction.NEGATE,
          UnaryFunction.ABSOLUTE,
          UnaryFunction.ERROR_FUNCTION,
          UnaryFunction.SINE,
          UnaryFunction.COSINE,
          UnaryFunction.ARC_TANGENT,
          UnaryFunction.IDENTITY);
  private static final List<UnaryFunction> JUMPING =
      List.of(
          UnaryFunction.SIGN,
          UnaryFunction.FLOOR,
          UnaryFunction.CEILING,
          UnaryFunction.ROUND,
          UnaryFunction.IS_MISSING);
  private static final List<BinaryFunction> COMPARING =
      Arrays.stream(BinaryFunction.values()).filter(BinaryFunction::isComparison).toList();

  private final Random random;
  private final ModelGraphBuilder builder = ModelGraph.builder();

  /** The input and what only moves it. */
  private final List<Node> exact = new ArrayList<>();

  private final List<Node> all = new ArrayList<>();

  private RandomGraph(long seed) {
    random = new Random(seed);
  }

  /** The graph of a seed. */
  public static ModelGraph of(long seed) {
    return new RandomGraph(seed).graph();
  }

  private ModelGraph graph() {
    Node input = builder.input("inputs", 4 + random.nextInt(30));
    exact.add(input);
    all.add(input);
    List<Supplier<Node>> families =
        List.of(
            this::smooth,
            this::jump,
            this::guarded,
            this::pair,
            this::compared,
            this::chosen,
            this::moved,
            this::joined,
            this::reduced,
            this::product,
            this::matrices,
            this::window,
            this::looked,
            this::trees);
    List<Supplier<Node>> order = new ArrayList<>(families);
    Collections.shuffle(order, random);
    for (int i = 0; i < STEPS; i++) {
      Node made = order.get(i % order.size()).get();
      if (made.shape().elements() <= MOST) {
        all.add(made);
      }
    }
    List<Node> parts = new ArrayList<>();
    for (int i = Math.max(1, all.size() - 6); i < all.size(); i++) {
      Node flat = flat(all.get(i));
      int width = flat.shape().width();
      Node matrix = builder.constant(Tensor.of(numbers(width * 2, 1 / Math.sqrt(width)), width, 2));
      parts.add(builder.matMul(flat, matrix));
    }
    return builder.build(
        builder.identity("answer", apply(new Movement.Concat(1), parts.toArray(Node[]::new))));
  }

  private Node apply(Operation operation, Node... operands) {
    return builder.apply(operation, operands);
  }

  private Node apply(UnaryFunction function, Node operand) {
    return apply(new Operation.Unary(function), operand);
  }

  private Node apply(BinaryFunction function, Node left, Node right) {
    return apply(new Operation.Binary(function), left, right);
  }

  private <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  private Node any() {
    return any(all);
  }

  private Node tame(Node node) {
    return apply(UnaryFunction.TANH, node);
  }

  private float[] numbers(int count, double deviation) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) (deviation * random.nextGaussian());
    }
    return numbers;
  }

  private Node flat(Node node) {
    return apply(new Movement.Reshape(List.of((int) node.shape().elements())), node);
  }

  /** A constant that broadcasts with a node: its row, or its innermost dimension, or a number. */
  private Node constantFor(Node node) {
    Shape shape = node.shape();
    return switch (random.nextInt(3)) {
      case 0 -> builder.constant(Tensor.scalar(random.nextFloat() + 0.1f));
      case 1 -> builder.constant(Tensor.vector(numbers(shape.width(), 1)));
      default ->
          builder.constant(Tensor.of(numbers((int) shape.elements(), 1), new Shape(shape.row())));
    };
  }

  private Node smooth() {
    return apply(any(SMOOTH), any());
  }

  private Node jump() {
    return apply(any(JUMPING), any(exact));
  }

  /** Functions that have no answer everywhere, where they have one. */
  private Node guarded() {
    Node x = tame(any());
    Node positive = builder.add(apply(UnaryFunction.ABSOLUTE, x), number(0.3f));
    return switch (random.nextInt(8)) {
      case 0 -> apply(UnaryFunction.LOGARITHM, positive);
      case 1 -> apply(UnaryFunction.SQUARE_ROOT, positive);
      case 2 -> apply(UnaryFunction.EXPONENTIAL, x);
      case 3 -> apply(UnaryFunction.TANGENT, x);
      case 4 -> apply(UnaryFunction.ARC_SINE, builder.multiply(x, number(0.9f)));
      case 5 -> apply(UnaryFunction.ARC_COSINE, builder.multiply(x, number(0.9f)));
      case 6 -> apply(BinaryFunction.POWER, positive, number(1.7f));
      default -> apply(BinaryFunction.DIVIDE, x, positive);
    };
  }

  private Node number(float value) {
    return builder.constant(Tensor.scalar(value));
  }

  private Node pair() {
    Node x = tame(any());
    Node other = random.nextBoolean() ? constantFor(x) : apply(UnaryFunction.SINE, x);
    BinaryFunction function =
        any(
            List.of(
                BinaryFunction.ADD,
                BinaryFunction.SUBTRACT,
                BinaryFunction.MULTIPLY,
                BinaryFunction.MAXIMUM,
                BinaryFunction.MINIMUM));
    return random.nextBoolean() ? apply(function, x, other) : apply(function, other, x);
  }

  private Node compared() {
    Node x = any(exact);
    if (random.nextInt(4) == 0) {
      return apply(BinaryFunction.REMAINDER, x, number(0.75f));
    }
    return apply(any(COMPARING), x, constantFor(x));
  }

  private Node chosen() {
    Node x = any(exact);
    Node truth = apply(BinaryFunction.GREATER, x, constantFor(x));
    return apply(new Selection(), truth, tame(x), constantFor(x));
  }

  private Node moved() {
    Node x = any(exact);
    Shape shape = x.shape();
    Node made =
        switch (random.nextInt(4)) {
          case 0 -> apply(new Movement.Reshape(split((int) shape.elements())), x);
          case 1 -> {
            List<Integer> order = new ArrayList<>();
            for (int i = 1; i < shape.rank(); i++) {
              order.add(i);
            }
            Collections.shuffle(order, random);
            order.add(0, 0);
            yield apply(new Movement.Transpose(order), x);
          }
          case 2 -> apply(slice(shape), x);
          default -> {
            List<Integer> before = shape.row().stream().map(any -> random.nextInt(2)).toList();
            List<Integer> after = shape.row().stream().map(any -> random.nextInt(3)).toList();
            yield apply(new Movement.Pad(before, after, 0.25f), x);
          }
        };
    if (made.shape().elements() <= MOST) {
      exact.add(made);
    }
    return made;
  }

  private Movement.Slice slice(Shape shape) {
    List<Integer> starts = new ArrayList<>();
    List<Integer> ends = new ArrayList<>();
    List<Integer> steps = new ArrayList<>();
    for (int size : shape.row()) {
      int start = random.nextInt(size);
      starts.add(start);
      ends.add(start + 1 + random.nextInt(size - start));
      steps.add(1 + random.nextInt(3));
    }
    return new Movement.Slice(starts, ends, steps);
  }

  /** A number as a product of up to three. */
  private List<Integer> split(int elements) {
    List<Integer> sizes = new ArrayList<>();
    int left = elements;
    for (int i = 0; i < 2; i++) {
      int size = 1 + random.nextInt(4);
      if (left % size == 0) {
        sizes.add(size);
        left /= size;
      }
    }
    sizes.add(left);
    return sizes;
  }

  private Node joined() {
    Node x = tame(any());
    int axis = 1 + random.nextInt(x.shape().rank() - 1);
    return apply(new Movement.Concat(axis), x, apply(UnaryFunction.COSINE, x), x);
  }

  private Node reduced() {
    Node x = tame(any());
    List<Integer> axes = new ArrayList<>();
    for (int i = 1; i < x.shape().rank(); i++) {
      if (random.nextBoolean()) {
        axes.add(i);
      }
    }
    if (axes.isEmpty()) {
      axes.add(x.shape().rank() - 1);
    }
    boolean keep = random.nextBoolean() || axes.size() == x.shape().rank() - 1;
    return tame(apply(new Reduction(any(List.of(ReduceFunction.values())), axes, keep), x));
  }

  private Node product() {
    Node x = tame(any());
    int in = x.shape().width();
    int out = 1 + random.nextInt(6);
    float[] weights = numbers(in * out, 1 / Math.sqrt(in));
    return random.nextBoolean()
        ? builder.matMul(x, builder.constant(Tensor.of(weights, in, out)))
        : builder.matMulTransposed(x, builder.constant(Tensor.of(weights, out, in)));
  }

  private Node matrices() {
    Node flat = flat(tame(any()));
    int width = flat.shape().width();
    int rows = width % 3 == 0 ? 3 : width % 2 == 0 ? 2 : 1;
    Node matrix = apply(new Movement.Reshape(List.of(rows, width / rows)), flat);
    return tame(apply(new Operation.MatMul(true), matrix, matrix));
  }

  private Node window() {
    Node flat = flat(tame(any()));
    int height = 3 + random.nextInt(3);
    int width = 3 + random.nextInt(3);
    int missing = 2 * height * width - flat.shape().width();
    Node enough =
        missing > 0
            ? apply(new Movement.Pad(List.of(0), List.of(missing), 0.5f), flat)
            : apply(new Movement.Slice(List.of(0), List.of(2 * height * width), List.of(1)), flat);
    Node image = apply(new Movement.Reshape(List.of(2, height, width)), enough);
    List<Integer> strides = List.of(1 + random.nextInt(2), 1 + random.nextInt(2));
    if (random.nextBoolean()) {
      return apply(new Window.Pool(random.nextBoolean(), List.of(2, 3), strides), image);
    }
    int groups = 1 + random.nextInt(2);
    float[] kernel = numbers(4 * (2 / groups) * 2 * 2, 0.4);
    List<Integer> dilations = List.of(1 + random.nextInt(2), 1);
    return apply(
        new Window.Convolution(strides, dilations, groups),
        image,
        builder.constant(Tensor.of(kernel, 4, 2 / groups, 2, 2)));
  }

  private Node looked() {
    Node x = any(exact);
    Node index =
        builder.add(
            apply(BinaryFunction.GREATER, x, number(0.2f)),
            apply(BinaryFunction.LESS, x, number(-0.4f)));
    Node table = builder.constant(Tensor.of(numbers(6, 1), 3, 2));
    return apply(new Lookup(), table, index);
  }

  private Node trees() {
    Node x = flat(any(exact));
    int width = x.shape().width();
    List<Tree> trees = new ArrayList<>();
    List<Integer> targets = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      trees.add(tree(width));
      targets.add(i % 3);
    }
    return apply(new TreeEnsemble(width, trees, targets, Tensor.vector(numbers(3, 1))), x);
  }

  /** Two levels of questions. */
  private Tree tree(int width) {
    int[] column = new int[7];
    Arrays.setAll(column, i -> i < 3 ? random.nextInt(width) : Tree.LEAF);
    int[] less = {1, 3, 5, 0, 0, 0, 0};
    int[] notLess = {2, 4, 6, 0, 0, 0, 0};
    boolean[] missing = new boolean[7];
    missing[random.nextInt(3)] = true;
    return Tree.of(new Tree.Nodes(column, numbers(7, 1), less, notLess, missing));
  }
}
