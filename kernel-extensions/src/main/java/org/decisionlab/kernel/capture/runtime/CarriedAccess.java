// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture.runtime;

import static java.lang.invoke.MethodType.methodType;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.SerializedLambda;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the places that {@link CellSites} links do inside of functions that were carried. */
final class CarriedAccess {

  private CarriedAccess() {}

  static boolean isRedeclared() {
    CellSnapshot current = CellSnapshot.current();
    return current != null && current.hasRedeclared();
  }

  /** The method that a function which was carried here calls. */
  static MethodHandle declared(MethodSite site, MethodHandle own)
      throws ReflectiveOperationException {
    CellSnapshot current = CellSnapshot.current();
    String declaring = current == null ? null : current.declaring(site.key());
    if (declaring == null) {
      return own;
    }
    if (declaring.isEmpty()) {
      throw MethodSite.changed(site.name());
    }
    ClassLoader loader = site.caller().lookupClass().getClassLoader();
    return site.in(Class.forName(declaring, true, loader));
  }

  static @Nullable Object read(String key, Expected type) {
    CellSnapshot current = CellSnapshot.current();
    if (current == null) {
      throw CellVariableException.absent(key);
    }
    Object value = current.read(key);
    if (!type.fits(value)) {
      throw CellVariableException.changed(
          key, type.type(), value == null ? "null" : value.getClass().getTypeName());
    }
    return value;
  }

  static @Nullable Object readConstant(
      String key, Expected type, OwnConstants constants, MethodHandle own) throws Throwable {
    CellSnapshot current = CellSnapshot.current();
    return current != null && current.has(key)
        ? read(key, type)
        : constants.checked(key, own.invokeExact());
  }

  static void assign(String key, @Nullable Object value) {
    CellSnapshot current = CellSnapshot.current();
    if (current == null) {
      throw CellVariableException.absent(key);
    }
    current.assign(key, value);
  }

  /**
   * @param own reads the field itself, where its value could not be carried; null if it must be
   */
  static @Nullable Object readOf(
      String key,
      Expected type,
      OwnConstants constants,
      @Nullable MethodHandle own,
      Object constant)
      throws Throwable {
    CellSnapshot current = CellSnapshot.current();
    if (own != null && (current == null || !current.has(key))) {
      return constants.checked(key, own.invokeExact(constant));
    }
    if (current == null) {
      throw CellVariableException.absent(key);
    }
    Map<?, ?> values = (Map<?, ?>) current.read(key);
    Object value = values == null ? null : values.get(((Enum<?>) constant).name());
    if (!type.fits(value)) {
      throw CellVariableException.changed(key, type.type(), String.valueOf(value));
    }
    return value;
  }

  static void assignOf(String key, Object constant, @Nullable Object value) {
    CellSnapshot current = CellSnapshot.current();
    if (current == null) {
      throw CellVariableException.absent(key);
    }
    Map<Object, @Nullable Object> values = new HashMap<>();
    if (current.read(key) instanceof Map<?, ?> before) {
      values.putAll(before);
    }
    values.put(((Enum<?>) constant).name(), value);
    current.assign(key, values);
  }

  static Object @Nullable [] boundValues(
      Expected[] types, String[] keys, int captured, SerializedLambda lambda) {
    if (!(lambda.getCapturedArg(captured) instanceof CellSnapshot snapshot)
        || snapshot.mustBeEntered()) {
      return null;
    }
    Object[] values = new Object[keys.length];
    for (int i = 0; i < keys.length; i++) {
      if (!snapshot.has(keys[i]) || snapshot.mayAssign(keys[i])) {
        return null;
      }
      try {
        Object value = snapshot.read(keys[i]);
        if (!types[i].fits(value)) {
          return null;
        }
        values[i] = value;
      } catch (CellVariableException e) {
        // Reading it is the failure, and the body may never read it.
        return null;
      }
    }
    return values;
  }

  /**
   * The type of a variable where it is read.
   *
   * @param type the type
   * @param boxed the class of its values as objects
   */
  record Expected(Class<?> type, Class<?> boxed) {

    static Expected of(Class<?> type) {
      return new Expected(type, methodType(type).wrap().returnType());
    }

    /** Whether a value is of the type, but for the cast that unboxes it. */
    boolean fits(@Nullable Object value) {
      return value == null ? !type.isPrimitive() : boxed.isInstance(value);
    }
  }
}
