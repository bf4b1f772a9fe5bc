// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture.runtime;

import java.lang.StackWalker.StackFrame;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What final fields of classes of cells have where their value was not carried: what the class
 * makes when it is initialized in this JVM. That is the value of the driver only where nothing can
 * have been put into it since.
 */
public final class OwnConstants {

  private static final StackWalker STACK = StackWalker.getInstance();

  private OwnConstants() {}

  /**
   * Whether code may have put something into a value after the initialization of the class that has
   * it: collections, maps, arrays, atomics, and objects of cells with fields.
   */
  public static boolean mayBeFilled(@Nullable Object value) {
    if (value == null) {
      return false;
    }
    String type = value.getClass().getName();
    if (value.getClass().isArray()) {
      return Array.getLength(value) > 0;
    }
    if (value instanceof Collection<?> || value instanceof Map<?, ?>) {
      return !type.startsWith("java.util.ImmutableCollections$");
    }
    return type.startsWith("java.util.concurrent.atomic.") || isObjectOfCell(value);
  }

  private static boolean isObjectOfCell(Object value) {
    Class<?> type = value.getClass();
    if (type.isHidden() || value instanceof Enum<?> || value instanceof Record) {
      return false;
    }
    for (Class<?> each = type; each.getName().startsWith("REPL."); each = each.getSuperclass()) {
      for (Field field : each.getDeclaredFields()) {
        if (!field.isSynthetic() && !Modifier.isStatic(field.getModifiers())) {
          return true;
        }
      }
    }
    return false;
  }

  /**
   * A value that was not carried.
   *
   * @param key see {@link VariableSite}
   * @param own what the class has made here
   * @throws CellVariableException if the driver may have another
   */
  static @Nullable Object checked(String key, @Nullable Object own) {
    if (mayBeFilled(own) && !isInInitializer()) {
      throw CellVariableException.absent(key);
    }
    return own;
  }

  /** Whether this is part of the initialization of a class, which fills what it has made. */
  private static boolean isInInitializer() {
    return STACK.walk(
        frames -> frames.map(StackFrame::getMethodName).anyMatch(each -> each.equals("<clinit>")));
  }
}
