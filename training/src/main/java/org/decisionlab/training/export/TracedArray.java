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
          "getManager",
          "getName",
          "setName",
          "getUid",
          "getSparseFormat",
          "isSparse",
          "isScalar",
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
  private final NDArray array;

  TracedArray(Tracer tracer, NDArray real, @Nullable Node node) {
    this.tracer = tracer;
    this.real = real;
    this.node = node;
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
    if (name.equals("getNDArrayInternal")) {
      return proxy(NDArrayEx.class);
    }
    if (name.equals("getArray")) {
      return array;
    }
    if (STRUCTURAL.contains(name)) {
      return onReal(method, arguments);
    }
    if (node == null && dependsOnNone(arguments)) {
      return folded(onReal(method, arguments));
    }
    Operator operator = Operators.find(method);
    if (operator != null) {
      return recorded(operator, method, arguments);
    }
    if (!NDArray.class.equals(method.getReturnType())
        && !NDList.class.equals(method.getReturnType())) {
      throw tracer.refusal(
          signature(method),
          "it takes values out of the recording; if an array made in the block stands on the left"
              + " of an operation, put it on the right");
    }
    if (method.isDefault()) {
      return InvocationHandler.invokeDefault(proxy, method, given);
    }
    throw tracer.refusal(signature(method), "exportable are " + Operators.names());
  }

  private boolean dependsOnNone(@Nullable Object[] arguments) {
    NDList operands = new NDList();
    for (Object argument : arguments) {
      if (argument instanceof NDArray one) {
        operands.add(one);
      } else if (argument instanceof NDList list) {
        operands.addAll(list);
      }
    }
    return operands.stream().allMatch(operand -> tracer.operand(operand).node() == null);
  }

  private Object recorded(Operator operator, Method method, @Nullable Object[] arguments)
      throws Throwable {
    String operation = signature(method);
    Object result = onReal(method, arguments);
    NDArray single = result instanceof NDList list ? list.singletonOrThrow() : (NDArray) result;
    Node recorded =
        operator.record(
            new OperatorCall(tracer, operation, this, Arrays.asList(arguments), single));
    NDArray traced = tracer.result(operation, single, recorded);
    return result instanceof NDList ? new NDList(traced) : traced;
  }

  /** Arrays among the results of work on constants are constants. */
  private @Nullable Object folded(@Nullable Object result) {
    if (result instanceof NDArray one) {
      return new TracedArray(tracer, one, null).array();
    }
    if (result instanceof NDList list) {
      return new NDList(
          list.stream().map(one -> new TracedArray(tracer, one, null).array()).toList());
    }
    return result;
  }

  private Object onReal(Method method, @Nullable Object[] arguments) throws Throwable {
    Object target =
        method.getDeclaringClass() == NDArrayEx.class ? real.getNDArrayInternal() : real;
    @Nullable Object[] unwrapped = Arrays.stream(arguments).map(this::unwrapped).toArray();
    try {
      return method.invoke(target, unwrapped);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private @Nullable Object unwrapped(@Nullable Object argument) {
    if (argument instanceof NDArray one) {
      return tracer.operand(one).real();
    }
    if (argument instanceof NDList list) {
      List<NDArray> reals = new ArrayList<>();
      list.forEach(one -> reals.add(tracer.operand(one).real()));
      return new NDList(reals);
    }
    return argument;
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
