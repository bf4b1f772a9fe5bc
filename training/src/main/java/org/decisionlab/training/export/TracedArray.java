// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.export;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.internal.NDArrayEx;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.decisionlab.models.graph.Node;
import org.jspecify.annotations.Nullable;

/**
 * An array that records what is done to it, besides doing it to a real array. It stands for a node
 * of the graph, or for a constant when it has none.
 */
final class TracedArray implements InvocationHandler {

  /** Methods that tell or do nothing about the values. */
  private static final Set<String> STRUCTURAL =
      Set.of(
          "getShape",
          "getDataType",
          "getDevice",
          "getName",
          "setName",
          "getUid",
          "getSparseFormat",
          "isSparse",
          "isScalar",
          "shapeEquals",
          "size",
          "isEmpty",
          "isReleased",
          "hasGradient",
          "attach",
          "tempAttach",
          "returnResource",
          "detach",
          "close");

  private final Tracer tracer;
  private final NDArray real;
  private final @Nullable Node node;
  private final Standing standing;
  private final NDArray array;

  TracedArray(Tracer tracer, NDArray real, @Nullable Node node, Standing standing) {
    this.tracer = tracer;
    this.real = real;
    this.node = node;
    this.standing = standing;
    this.array = proxy(NDArray.class);
  }

  /** The array handed to the block. */
  NDArray array() {
    return array;
  }

  /** The real array. */
  NDArray real() {
    return real;
  }

  /** The node this stands for, or null for a constant. */
  @Nullable Node node() {
    return node;
  }

  /** How the array has the rows of the batch. */
  enum Standing {
    /** In front, or not at all where it is a constant. */
    ROWS(""),
    /**
     * Behind a dimension of 1, as indices that are a list of one dimension; only to be looked up.
     */
    INDICES("its operand has a dimension of 1 in front of the batch"),
    /** Inside, so that it must not be used. */
    INSIDE(
        "it uses the last state of a recurrent layer, which has the batch inside; take the last"
            + " step of its output instead"),
    /** In front, of places that are not recorded. */
    OPEN(
        "it uses the places that topK found, and of equal numbers nobody says which; take its"
            + " values, or argSort");

    private final String reason;

    Standing(String reason) {
      this.reason = reason;
    }

    /** Why such an array is not taken. */
    String reason() {
      return reason;
    }
  }

  /** How the array has the rows of the batch. */
  Standing standing() {
    return standing;
  }

  /** How many dimensions of a row of the node are merged with the batch in the real array. */
  int merged() {
    return node == null ? 0 : node.shape().rank() - real.getShape().dimension();
  }

  private <T> T proxy(Class<T> type) {
    return type.cast(
        Proxy.newProxyInstance(TracedArray.class.getClassLoader(), new Class<?>[] {type}, this));
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] given)
      throws Throwable {
    @Nullable Object[] arguments = given == null ? new Object[0] : given;
    if (method.getDeclaringClass() == Object.class) {
      return ofObject(proxy, method, arguments);
    }
    String name = method.getName();
    switch (name) {
      case "getNDArrayInternal" -> {
        return proxy(NDArrayEx.class);
      }
      case "getArray" -> {
        return array;
      }
      case "getManager" -> {
        return TracedManager.of(tracer, real.getManager());
      }
      default -> {}
    }
    if (STRUCTURAL.contains(name)) {
      return onReal(method, arguments);
    }
    requireUsable(method, arguments);
    if (node == null && dependsOnNone(arguments)) {
      return tracer.constants(onReal(method, arguments));
    }
    Operator operator = Operators.find(method);
    if (operator != null) {
      return recorded(operator, method, arguments);
    }
    String reason = Refusals.of(Operators.signature(method));
    if (reason != null) {
      throw tracer.refusal(signature(method), reason);
    }
    if (void.class.equals(method.getReturnType())) {
      throw tracer.refusal(signature(method), "it writes into an array");
    }
    if (!NDArray.class.equals(method.getReturnType())
        && !NDList.class.equals(method.getReturnType())) {
      throw tracer.refusal(
          signature(method),
          "it takes values out of the recording; if an array made outside of the block stands on"
              + " the left of an operation, put it on the right");
    }
    if (method.isDefault()) {
      return InvocationHandler.invokeDefault(proxy, method, given);
    }
    throw tracer.refusal(signature(method), "exportable are " + Operators.names());
  }

  private void requireUsable(Method method, @Nullable Object[] arguments) {
    List<TracedArray> all = new ArrayList<>(operands(arguments));
    all.add(this);
    for (TracedArray each : all) {
      boolean lookedUp = each.standing == Standing.INDICES && method.getName().equals("gatherNd");
      if (each.standing != Standing.ROWS && !lookedUp) {
        throw tracer.refusal(signature(method), each.standing.reason());
      }
    }
  }

  private boolean dependsOnNone(@Nullable Object[] arguments) {
    return operands(arguments).stream().allMatch(operand -> operand.node() == null);
  }

  private List<TracedArray> operands(@Nullable Object[] arguments) {
    NDList operands = new NDList();
    for (Object argument : arguments) {
      if (argument instanceof NDArray one) {
        operands.add(one);
      } else if (argument instanceof NDList list) {
        operands.addAll(list);
      }
    }
    return operands.stream().map(tracer::operand).toList();
  }

  private Object recorded(Operator operator, Method method, @Nullable Object[] arguments)
      throws Throwable {
    String operation = signature(method);
    Object result = onReal(method, arguments);
    List<NDArray> results = result instanceof NDList list ? list : List.of((NDArray) result);
    List<@Nullable Node> recorded =
        operator.record(
            new OperatorCall(tracer, operation, this, Arrays.asList(arguments), results));
    NDList traced = new NDList();
    for (int i = 0; i < recorded.size(); i++) {
      Node node = recorded.get(i);
      traced.add(
          node == null
              ? new TracedArray(tracer, results.get(i), null, operator.leftOut()).array()
              : tracer.result(operation, results.get(i), node));
    }
    return result instanceof NDList ? traced : traced.singletonOrThrow();
  }

  private Object onReal(Method method, @Nullable Object[] arguments) throws Throwable {
    Object target =
        method.getDeclaringClass() == NDArrayEx.class ? real.getNDArrayInternal() : real;
    @Nullable Object[] unwrapped = Arrays.stream(arguments).map(tracer::unwrapped).toArray();
    try {
      return method.invoke(target, unwrapped);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof UnsupportedOperationException) {
        throw tracer.refusal(
            signature(method), "DJL's engine does not have it: " + e.getCause().getMessage());
      }
      throw e.getCause();
    }
  }

  private Object ofObject(Object proxy, Method method, @Nullable Object[] arguments) {
    return switch (method.getName()) {
      case "equals" -> proxy == arguments[0];
      case "hashCode" -> System.identityHashCode(proxy);
      default -> "recording array " + real.getShape();
    };
  }

  private static String signature(Method method) {
    return method.getName()
        + Arrays.stream(method.getParameterTypes())
            .map(Class::getSimpleName)
            .collect(Collectors.joining(", ", "(", ")"));
  }
}
