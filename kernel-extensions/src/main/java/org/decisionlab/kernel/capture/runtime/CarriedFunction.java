// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture.runtime;

import java.io.Serializable;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A function that can hold no snapshot, together with one: streams write a constant of an enum as
 * its name, and a lambda has no place for what the default methods of its interface read. Libraries
 * are given a proxy of all interfaces of the function in its place.
 */
public final class CarriedFunction implements InvocationHandler, Serializable {

  private static final long serialVersionUID = 1L;

  private static final MethodHandles.Lookup LOOKUP = MethodHandles.publicLookup();

  /** What is called for a method of an interface, looked up once for each class of functions. */
  private static final ClassValue<Map<Method, Target>> TARGETS =
      new ClassValue<>() {
        @Override
        protected Map<Method, Target> computeValue(Class<?> type) {
          return new ConcurrentHashMap<>();
        }
      };

  private final Object function;
  private final CellSnapshot snapshot;

  /**
   * A method of a class of functions.
   *
   * @param own as the class has it
   * @param code calls it, with the function and an array of its arguments
   */
  private record Target(Method own, MethodHandle code) {}

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
    ClassLoader loader = function.getClass().getClassLoader();
    return Proxy.newProxyInstance(
        loader == null ? CarriedFunction.class.getClassLoader() : loader,
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
      Target target = TARGETS.get(function.getClass()).computeIfAbsent(method, this::target);
      // A default method may give back what holds the object: that must be the proxy.
      return target.own().isDefault()
          ? InvocationHandler.invokeDefault(proxy, target.own(), arguments)
          : target.code().invokeExact(function, arguments);
    } finally {
      CellSnapshot.leave(before);
    }
  }

  private Target target(Method method) {
    try {
      Method own = function.getClass().getMethod(method.getName(), method.getParameterTypes());
      MethodHandle code =
          LOOKUP
              .unreflect(method)
              .asType(MethodType.genericMethodType(method.getParameterCount() + 1))
              .asSpreader(Object[].class, method.getParameterCount());
      return new Target(own, code);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot call " + method + " of " + function.getClass(), e);
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
