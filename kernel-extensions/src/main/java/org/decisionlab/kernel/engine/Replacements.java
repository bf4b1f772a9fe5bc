// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Carries values over when JShell replaces the wrapper of a snippet: redefining what a variable
 * depends on makes a new class for the variable, which would otherwise start at 0 or null.
 */
final class Replacements {

  private static final Pattern WRAPPER = Pattern.compile("REPL\\.\\$JShell\\$(\\d+)([A-Z]*)");

  private final Map<String, Class<?>> latest = new HashMap<>();

  /** Copies the variables of the earlier version of this wrapper class, if there is one. */
  void carryOver(Class<?> loaded) {
    Matcher name = WRAPPER.matcher(loaded.getName());
    if (!name.matches()) {
      return;
    }
    Class<?> before = latest.put(name.group(1), loaded);
    if (before == null || before == loaded) {
      return;
    }
    for (Field field : loaded.getDeclaredFields()) {
      if (Modifier.isStatic(field.getModifiers()) && !field.isSynthetic()) {
        copy(before, field);
      }
    }
  }

  /** Forgets all classes: later ones begin anew. */
  void forget() {
    latest.clear();
  }

  private static void copy(Class<?> before, Field field) {
    try {
      Field old = before.getDeclaredField(field.getName());
      old.setAccessible(true);
      field.setAccessible(true);
      @Nullable Object value = old.get(null);
      if (value == null
          ? !field.getType().isPrimitive()
          : old.getType() == field.getType() || field.getType().isInstance(value)) {
        field.set(null, value);
      }
    } catch (NoSuchFieldException e) {
      // The snippet has another variable now: it starts at its default.
      return;
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("cannot carry over " + field, e);
    }
  }
}
