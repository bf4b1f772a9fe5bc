// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.export;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.AbstractBaseBlock;
import ai.djl.nn.Block;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.decisionlab.models.graph.ModelGraph;
import org.decisionlab.models.graph.ModelGraphBuilder;
import org.decisionlab.models.graph.Node;
import org.decisionlab.models.graph.Operation;
import org.decisionlab.models.graph.Shape;
import org.decisionlab.models.graph.Tensor;
import org.decisionlab.training.export.TracedArray.Standing;
import org.jspecify.annotations.Nullable;

/** One recording: which array stands for which node of the graph being built. */
final class Tracer {

  private static final StackWalker STACK =
      StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

  private static final long LARGEST_WHOLE = 1L << 24;

  private static final Set<DataType> TYPES =
      EnumSet.of(DataType.FLOAT32, DataType.INT32, DataType.INT64, DataType.BOOLEAN);

  private final NDManager manager;
  private final int rows;
  private final GraphWords graph = new GraphWords();
  private @Nullable String lastParameter;

  Tracer(NDManager manager, int rows) {
    this.manager = manager;
    this.rows = rows;
  }

  NDManager manager() {
    return manager;
  }

  GraphWords graph() {
    return graph;
  }

  /** The array that stands for the model's input. */
  NDArray input(NDArray sample) {
    List<Integer> dimensions = dimensions(sample);
    Node node = graph.builder().input("features", dimensions.subList(1, dimensions.size()));
    return new TracedArray(this, sample, node, Standing.ROWS).array();
  }

  /** The array that stands for a parameter. */
  NDArray parameter(String name, NDArray value) {
    lastParameter = name;
    return new TracedArray(this, value, null, Standing.ROWS).array();
  }

  /** The graph whose answer is this array. */
  ModelGraph finish(NDArray output) {
    Standing standing = operand(output).standing();
    if (standing != Standing.ROWS) {
      throw new ExportRefusedException(
          "the block's output of shape %s for %d rows cannot be exported: %s"
              .formatted(output.getShape(), rows, standing.reason()));
    }
    Node node = operand(output).node();
    if (node == null) {
      throw new ExportRefusedException("the block's output does not depend on its input");
    }
    if (node.shape().rank() != 2 || operand(output).merged() > 0) {
      throw new ExportRefusedException(
          "the block gives an array of shape %s for %d rows where (rows, outputs) is expected; end it with a block that flattens, such as Blocks.batchFlattenBlock()"
              .formatted(output.getShape(), rows));
    }
    boolean isInput = node.operation() instanceof Operation.Input;
    ModelGraphBuilder builder = graph.builder();
    return builder.build(isInput ? builder.identity("output", node) : node);
  }

  /** What an array stands for; one that was made outside the recording is a constant. */
  TracedArray operand(NDArray array) {
    if (Proxy.isProxyClass(array.getClass())
        && Proxy.getInvocationHandler(array) instanceof TracedArray traced) {
      return traced;
    }
    return new TracedArray(this, array, null, Standing.ROWS);
  }

  /** An argument as the engine can take it. */
  @Nullable Object unwrapped(@Nullable Object argument) {
    if (argument instanceof NDArray one) {
      return operand(one).real();
    }
    if (argument instanceof NDList list) {
      NDList reals = new NDList();
      list.forEach(one -> reals.add(operand(one).real()));
      return reals;
    }
    return argument instanceof NDManager one ? TracedManager.unwrapped(one) : argument;
  }

  /** Arrays among the results of work on constants are constants. */
  @Nullable Object constants(@Nullable Object result) {
    if (result instanceof NDArray one) {
      return new TracedArray(this, one, null, Standing.ROWS).array();
    }
    if (result instanceof NDList list) {
      NDList constants = new NDList();
      list.forEach(one -> constants.add(new TracedArray(this, one, null, Standing.ROWS).array()));
      return constants;
    }
    return result;
  }

  /**
   * The result of an operation on values that depend on the input.
   *
   * @param real what DJL made of it
   * @param node what was recorded of it; its shape must be that of {@code real}
   */
  NDArray result(String operation, NDArray real, Node node) {
    if (!TYPES.contains(real.getDataType())) {
      throw refusal(operation, "its result is " + real.getDataType() + ", exported are " + TYPES);
    }
    if (isIndices(real.getShape()) && node.shape().elements() * rows == real.size()) {
      return new TracedArray(this, real, node, Standing.INDICES).array();
    }
    if (!isRow(node, real)) {
      throw refusal(
          operation,
          "DJL gives shape %s where %s was recorded for %d rows"
              .formatted(real.getShape(), node.shape(), rows));
    }
    return new TracedArray(this, real, node, Standing.ROWS).array();
  }

  /** Whether an array has all numbers of the batch in a list, behind a dimension of 1. */
  boolean isIndices(ai.djl.ndarray.types.Shape shape) {
    return shape.dimension() == 2 && shape.get(0) == 1 && shape.get(1) % rows == 0;
  }

  private boolean isRow(Node node, NDArray real) {
    List<Integer> expected = new ArrayList<>(node.shape().dimensions());
    expected.set(0, rows);
    List<Integer> found = dimensions(real);
    if (expected.size() == found.size() + 1) {
      expected.set(0, rows * expected.remove(1));
    }
    return node.shape().isBatched() && expected.equals(found);
  }

  /**
   * Dimensions of a row of a node that stands for what DJL made of an operation that keeps the
   * order of numbers. What is merged with the batch there is a dimension of its own.
   */
  List<Integer> row(OperatorCall call, NDArray real) {
    List<Integer> dimensions = dimensions(real);
    if (dimensions.isEmpty() || dimensions.get(0) % rows != 0) {
      throw call.refusal(
          "its result of shape %s for %d rows has the batch no longer in front"
              .formatted(real.getShape(), rows));
    }
    int merged = dimensions.get(0) / rows;
    if (merged == 1) {
      return dimensions.subList(1, dimensions.size());
    }
    dimensions.set(0, merged);
    return dimensions;
  }

  /** An array as a node with rows, also where it is the same constant for every row. */
  Node withRows(OperatorCall call, TracedArray array) {
    Node node = array.node();
    if (node != null) {
      return node;
    }
    Tensor value = rowsLeftOut(array.real());
    if (value.shape().rank() == array.real().getShape().dimension()) {
      throw call.refusal("its constant of shape " + value.shape() + " has no rows");
    }
    TracedArray any =
        call.selfAnd(0).stream().filter(each -> each.node() != null).findFirst().orElseThrow();
    return graph.everyRow(value, call.node(any));
  }

  static List<Integer> dimensions(NDArray array) {
    return dimensions(array.getShape());
  }

  static List<Integer> dimensions(ai.djl.ndarray.types.Shape shape) {
    List<Integer> dimensions = new ArrayList<>();
    for (long size : shape.getShape()) {
      dimensions.add(Math.toIntExact(size));
    }
    return dimensions;
  }

  /** The values of a constant as they are. */
  Tensor tensor(NDArray constant) {
    return tensor(constant, dimensions(constant));
  }

  /**
   * The values of a constant without leading dimensions of 1, which broadcasting does not need, and
   * without rows where all are the same.
   */
  Tensor broadcastable(OperatorCall call, NDArray constant) {
    int rank = call.result().getShape().dimension();
    NDArray one = constant.getShape().dimension() == rank && rank > 0 ? oneRow(constant) : constant;
    List<Integer> dimensions = dimensions(one);
    while (!dimensions.isEmpty() && dimensions.get(0) == 1) {
      dimensions.remove(0);
    }
    return tensor(one, dimensions);
  }

  /** The values of a constant without its rows, where it has as many as the batch, all the same. */
  Tensor rowsLeftOut(NDArray constant) {
    NDArray one = oneRow(constant);
    List<Integer> dimensions = dimensions(one);
    if (one != constant) {
      dimensions.remove(0);
    }
    return tensor(one, dimensions);
  }

  /** The first row of a constant that has as many rows as the batch, where all are the same. */
  private NDArray oneRow(NDArray constant) {
    long first = constant.getShape().get(0);
    if (first <= 1 || first % rows != 0) {
      return constant;
    }
    NDArray row = constant.get("0:1");
    return constant.eq(row).all().getBoolean() ? row : constant;
  }

  private static Tensor tensor(NDArray constant, List<Integer> dimensions) {
    if (constant.getDataType().isInteger()) {
      for (Number whole : constant.toArray()) {
        if (Math.abs(whole.longValue()) > LARGEST_WHOLE) {
          throw new ExportRefusedException(
              "the whole number %s of a constant is larger than %d, up to where float32 tells all apart"
                  .formatted(whole, LARGEST_WHOLE));
        }
      }
    }
    return Tensor.of(
        constant.toType(DataType.FLOAT32, false).toFloatArray(), new Shape(dimensions));
  }

  /** A refusal that names operation and layer. */
  ExportRefusedException refusal(String operation, String reason) {
    return new ExportRefusedException(
        "operation %s in layer %s%s cannot be exported: %s"
            .formatted(
                operation,
                layer(),
                lastParameter == null ? "" : " (last parameter read: " + lastParameter + ")",
                reason));
  }

  /** The blocks on the calling thread's stack, outermost first. */
  private static String layer() {
    List<String> layers =
        new ArrayList<>(
            STACK.walk(
                frames ->
                    frames
                        .filter(frame -> frame.getMethodName().startsWith("forward"))
                        .map(StackWalker.StackFrame::getDeclaringClass)
                        .filter(Block.class::isAssignableFrom)
                        .filter(type -> type != AbstractBaseBlock.class && type != Block.class)
                        .map(Tracer::name)
                        .toList()));
    Collections.reverse(layers);
    return layers.isEmpty() ? "?" : String.join(" > ", layers);
  }

  private static String name(Class<?> type) {
    return type.getSimpleName().isEmpty() ? type.getName() : type.getSimpleName();
  }
}
