// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.export;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.AbstractBaseBlock;
import ai.djl.nn.Block;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.decisionlab.models.graph.ModelGraph;
import org.decisionlab.models.graph.ModelGraphBuilder;
import org.decisionlab.models.graph.Node;
import org.decisionlab.models.graph.Operation;
import org.decisionlab.models.graph.Shape;
import org.decisionlab.models.graph.Tensor;
import org.jspecify.annotations.Nullable;

/** One recording: which array stands for which node of the graph being built. */
final class Tracer {

  private static final StackWalker STACK =
      StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

  private final NDManager manager;
  private final int rows;
  private final ModelGraphBuilder graph = ModelGraph.builder();
  private @Nullable String lastParameter;

  Tracer(NDManager manager, int rows) {
    this.manager = manager;
    this.rows = rows;
  }

  NDManager manager() {
    return manager;
  }

  ModelGraphBuilder graph() {
    return graph;
  }

  /** The array that stands for the model's input. */
  NDArray input(NDArray sample) {
    Node node = graph.input("features", Math.toIntExact(sample.getShape().get(1)));
    return new TracedArray(this, sample, node).array();
  }

  /** The array that stands for a parameter. */
  NDArray parameter(String name, NDArray value) {
    lastParameter = name;
    return new TracedArray(this, value, null).array();
  }

  /** The graph whose answer is this array. */
  ModelGraph finish(NDArray output) {
    Node node = operand(output).node();
    if (node == null) {
      throw new ExportRefusedException("the block's output does not depend on its input");
    }
    boolean isInput = node.operation() instanceof Operation.Input;
    return graph.build(isInput ? graph.identity("output", node) : node);
  }

  /** What an array stands for; one that was made outside the recording is a constant. */
  TracedArray operand(NDArray array) {
    if (Proxy.isProxyClass(array.getClass())
        && Proxy.getInvocationHandler(array) instanceof TracedArray traced) {
      return traced;
    }
    return new TracedArray(this, array, null);
  }

  /**
   * The result of an operation on values that depend on the input.
   *
   * @param real what DJL made of it
   * @param node what was recorded of it; its shape must be that of {@code real}
   */
  NDArray result(String operation, NDArray real, Node node) {
    if (real.getDataType() != DataType.FLOAT32) {
      throw refusal(
          operation, "its result is " + real.getDataType() + ", only float32 is exported");
    }
    List<Integer> expected = new ArrayList<>(node.shape().dimensions());
    if (node.shape().isBatched()) {
      expected.set(0, rows);
    }
    if (!expected.equals(dimensions(real))) {
      throw refusal(
          operation,
          "DJL gives shape %s where %s was recorded for %d rows"
              .formatted(real.getShape(), node.shape(), rows));
    }
    return new TracedArray(this, real, node).array();
  }

  static List<Integer> dimensions(NDArray array) {
    List<Integer> dimensions = new ArrayList<>();
    for (long size : array.getShape().getShape()) {
      dimensions.add(Math.toIntExact(size));
    }
    return dimensions;
  }

  /** The values of a constant as they are. */
  Tensor tensor(NDArray constant) {
    return tensor(constant, dimensions(constant));
  }

  /** The values of a constant without leading dimensions of 1, which broadcasting does not need. */
  Tensor broadcastable(NDArray constant) {
    List<Integer> dimensions = dimensions(constant);
    while (!dimensions.isEmpty() && dimensions.get(0) == 1) {
      dimensions.remove(0);
    }
    return tensor(constant, dimensions);
  }

  private static Tensor tensor(NDArray constant, List<Integer> dimensions) {
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
