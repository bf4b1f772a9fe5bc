// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture.runtime;

import java.io.Serializable;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A function that can hold no snapshot, together with one: streams write a constant of an enum as
 * its name, and a lambda has no place for what the default methods of its interface read. Libraries
 * are given a proxy of all interfaces of the function in its place.
 */
public final class CarriedFunction implements InvocationHandler, Serializable {

  private static final long serialVersionUID = 1L;

  private final Object function;
  private final CellSnapshot snapshot;

  private CarriedFunction(Object function, CellSnapshot snapshot) {
    this.function = function;
    this.snapshot = snapshot;
  }

  /** What the proxies implement besides: streams ask them what to write. */
  public interface Travels extends SnapshotHolder {

    /** What streams write in place of the proxy. */
    Object writeReplace();
  }

  /**
   * What libraries are given in place of a function.
   *
   * @param function the function
   * @param snapshot what it is called within; {@code null} if it needs none
   * @return the function itself where it needs nothing, or where an interface of it is not public
   */
  public static Object of(Object function, @Nullable CellSnapshot snapshot) {
    List<Class<?>> types = new ArrayList<>(List.of(Travels.class));
    for (Class<?> each = function.getClass();
        each != null && each != Enum.class;
        each = each.getSuperclass()) {
      types.addAll(List.of(each.getInterfaces()));
    }
    if (snapshot == null || !types.stream().allMatch(CarriedFunction::isPublic)) {
      return function;
    }
    return Proxy.newProxyInstance(
        function.getClass().getClassLoader(),
        types.stream().distinct().toArray(Class<?>[]::new),
        new CarriedFunction(function, snapshot));
  }

  private static boolean isPublic(Class<?> type) {
    return Modifier.isPublic(type.getModifiers());
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, @Nullable Object[] arguments)
      throws Throwable {
    if (method.getDeclaringClass() == SnapshotHolder.class) {
      return snapshot;
    }
    if (method.getDeclaringClass() == Travels.class) {
      return this;
    }
    CellSnapshot before = CellSnapshot.enter(snapshot);
    try {
      if (method.getName().equals("equals") && method.getDeclaringClass() == Object.class) {
        return function.equals(itself(arguments[0]));
      }
      Method own = function.getClass().getMethod(method.getName(), method.getParameterTypes());
      // A default method may give back what holds the object: that must be the proxy.
      return own.isDefault()
          ? InvocationHandler.invokeDefault(proxy, own, arguments)
          : method.invoke(function, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause() == null ? e : e.getCause();
    } finally {
      CellSnapshot.leave(before);
    }
  }

  private static @Nullable Object itself(@Nullable Object other) {
    return other != null
            && Proxy.isProxyClass(other.getClass())
            && Proxy.getInvocationHandler(other) instanceof CarriedFunction carried
        ? carried.function
        : other;
  }

  private Object readResolve() {
    return of(function, snapshot);
  }
}
