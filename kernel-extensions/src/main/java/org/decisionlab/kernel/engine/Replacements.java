// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Carries values over when JShell replaces the wrapper of a snippet: redefining what a variable
 * depends on makes a new class for the variable, which would otherwise start at 0 or null.
 */
final class Replacements {

  private final Map<String, Class<?>> latest = new HashMap<>();
  private final Set<Reset> resets = new LinkedHashSet<>();
  private final Set<String> kept = new HashSet<>();

  /**
   * A variable that could not keep its value.
   *
   * @param name its name
   * @param before the type that it had
   * @param after the type that it has
   */
  record Reset(String name, Class<?> before, Class<?> after) {}

  /** Copies the variables of the earlier version of this wrapper class, if there is one. */
  void carryOver(Class<?> wrapper) {
    Class<?> before = latest.put(CellNames.declaration(wrapper.getName()), wrapper);
    if (before != null && before != wrapper) {
      carryOver(before, wrapper);
    }
  }

  /** Copies the variables of one version of a wrapper class to another. */
  void carryOver(Class<?> before, Class<?> wrapper) {
    for (Field field : wrapper.getDeclaredFields()) {
      if (Modifier.isStatic(field.getModifiers()) && !field.isSynthetic()) {
        copy(before, field);
      }
    }
  }

  /** Forgets a wrapper class: a later one of its declaration begins anew. */
  void forget(String wrapper) {
    latest.remove(CellNames.declaration(wrapper));
  }

  /** Forgets what earlier replacements have done. */
  void begin() {
    resets.clear();
    kept.clear();
  }

  /** The variables that have kept a value. */
  Set<String> kept() {
    return kept;
  }

  /** The variables that have been reset. */
  List<Reset> resets() {
    return List.copyOf(resets);
  }

  private void copy(Class<?> before, Field field) {
    try {
      Field old = before.getDeclaredField(field.getName());
      old.setAccessible(true);
      field.setAccessible(true);
      @Nullable Object value = old.get(null);
      if (value == null
          ? !field.getType().isPrimitive()
          : old.getType() == field.getType() || field.getType().isInstance(value)) {
        field.set(null, value);
        if (value != null) {
          kept.add(field.getName());
        }
      } else {
        resets.add(new Reset(field.getName(), old.getType(), field.getType()));
      }
    } catch (NoSuchFieldException e) {
      // The snippet has another variable now: it starts at its default.
      return;
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("cannot carry over " + field, e);
    }
  }
}
