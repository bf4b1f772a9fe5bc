// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture.runtime;

import java.lang.StackWalker.StackFrame;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What final fields of classes of cells have where their value was not carried: what the class
 * makes when it is initialized in this JVM. That is the value of the driver only where nothing can
 * have been put into it since. Thread safe.
 */
public final class OwnConstants {

  private static final StackWalker STACK = StackWalker.getInstance();

  /** Begins the names of the classes of cells. */
  private static final String CELL = "REPL.";

  /** Begins the names of fields that hold captured local variables. */
  private static final String CAPTURED = "val$";

  /** Of a value with more objects in it that are to be looked into, it may be that it is filled. */
  private static final int MOST = 1000;

  /** The value last found here into which nothing can have been put, which stays so. */
  private volatile @Nullable Object unfilled;

  private final Predicate<@Nullable Object> filled;

  /** For one place that reads a field. */
  OwnConstants() {
    this(OwnConstants::mayBeFilled);
  }

  /**
   * @param filled see {@link #mayBeFilled}
   */
  OwnConstants(Predicate<@Nullable Object> filled) {
    this.filled = filled;
  }

  /**
   * Whether code may have put something into a value after the initialization of the class that has
   * it: collections, maps, arrays, atomics, and objects of cells that have fields which are not
   * final. What cannot change itself is looked into: {@code List.of} and its like, records, objects
   * of cells.
   */
  public static boolean mayBeFilled(@Nullable Object value) {
    return mayBeFilled(value, Collections.newSetFromMap(new IdentityHashMap<>()));
  }

  /**
   * @param seen what has been looked into
   */
  private static boolean mayBeFilled(@Nullable Object value, Set<Object> seen) {
    if (value == null || value instanceof Enum<?>) {
      return false;
    }
    Class<?> type = value.getClass();
    if (type.isArray()) {
      return Array.getLength(value) > 0;
    }
    boolean many = value instanceof Collection<?> || value instanceof Map<?, ?>;
    if (many && !type.getName().startsWith("java.util.ImmutableCollections$")) {
      return true;
    }
    if (type.getName().startsWith("java.util.concurrent.atomic.")) {
      return true;
    }
    boolean within =
        many
            || value instanceof Optional<?>
            || value instanceof Record
            || type.getName().startsWith(CELL);
    if (!within || !seen.add(value)) {
      return false;
    }
    return seen.size() > MOST || holdsFilled(value, seen);
  }

  private static boolean holdsFilled(Object value, Set<Object> seen) {
    if (value instanceof Collection<?> all) {
      return anyFilled(all, seen);
    }
    if (value instanceof Map<?, ?> map) {
      return anyFilled(map.keySet(), seen) || anyFilled(map.values(), seen);
    }
    if (value instanceof Optional<?> optional) {
      return optional.isPresent() && mayBeFilled(optional.get(), seen);
    }
    Class<?> type = value.getClass();
    if (type.isRecord()) {
      return anyFieldFilled(value, type, seen);
    }
    while (type.getName().startsWith(CELL)) {
      if (anyFieldFilled(value, type, seen)) {
        return true;
      }
      type = type.getSuperclass();
    }
    return false;
  }

  private static boolean anyFilled(Collection<?> all, Set<Object> seen) {
    for (Object each : all) {
      if (mayBeFilled(each, seen)) {
        return true;
      }
    }
    return false;
  }

  private static boolean anyFieldFilled(Object value, Class<?> type, Set<Object> seen) {
    for (Field field : type.getDeclaredFields()) {
      boolean own = !field.isSynthetic() || field.getName().startsWith(CAPTURED) || type.isHidden();
      if (own && !Modifier.isStatic(field.getModifiers()) && isFilled(value, field, seen)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isFilled(Object value, Field field, Set<Object> seen) {
    if (!Modifier.isFinal(field.getModifiers())) {
      return true;
    }
    if (field.getType().isPrimitive()) {
      return false;
    }
    try {
      field.setAccessible(true);
      return mayBeFilled(field.get(value), seen);
    } catch (ReflectiveOperationException | RuntimeException e) {
      // What cannot be looked into may be anything.
      return true;
    }
  }

  /**
   * A value that was not carried.
   *
   * @param key see {@link VariableSite}
   * @param own what the class has made here
   * @throws CellVariableException if the driver may have another
   */
  @Nullable Object checked(String key, @Nullable Object own) {
    if (own == null || own == unfilled) {
      return own;
    }
    boolean isFilled = filled.test(own);
    if (!isInInitializer()) {
      if (isFilled) {
        throw CellVariableException.absent(key);
      }
      unfilled = own;
    }
    return own;
  }

  /** Whether this is part of the initialization of a class, which fills what it has made. */
  private static boolean isInInitializer() {
    return STACK.walk(
        frames -> frames.map(StackFrame::getMethodName).anyMatch(each -> each.equals("<clinit>")));
  }
}
