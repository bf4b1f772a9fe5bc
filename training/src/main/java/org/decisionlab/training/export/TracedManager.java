// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.export;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The manager that a block gets from a recording array. What is made with it is a constant of the
 * recording, so that it may stand on either side of an operation.
 */
final class TracedManager implements InvocationHandler {

  private final Tracer tracer;
  private final NDManager real;

  private TracedManager(Tracer tracer, NDManager real) {
    this.tracer = tracer;
    this.real = real;
  }

  static NDManager of(Tracer tracer, NDManager real) {
    return (NDManager)
        Proxy.newProxyInstance(
            TracedManager.class.getClassLoader(),
            new Class<?>[] {NDManager.class},
            new TracedManager(tracer, real));
  }

  /** The real manager where the other is one of a recording, else the other itself. */
  static NDManager unwrapped(NDManager manager) {
    return Proxy.isProxyClass(manager.getClass())
            && Proxy.getInvocationHandler(manager) instanceof TracedManager traced
        ? traced.real
        : manager;
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] given)
      throws Throwable {
    @Nullable Object[] arguments = given == null ? new Object[0] : given;
    Object result;
    try {
      result = method.invoke(real, Arrays.stream(arguments).map(tracer::unwrapped).toArray());
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
    if (result instanceof NDArray || result instanceof NDList) {
      return tracer.constants(result);
    }
    return result instanceof NDManager manager ? of(tracer, manager) : result;
  }
}
