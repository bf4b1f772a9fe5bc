// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture.runtime;

import java.io.IOException;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the constants of enums in what a library is given as a function: streams write them as
 * their names, so that what holds them must bring what their methods read.
 */
final class HandedOver extends ValueOutput {

  private final Map<Class<?>, CellSnapshot> found = new HashMap<>();

  private HandedOver() throws IOException {
    super(OutputStream.nullOutputStream());
    enableReplaceObject(true);
  }

  /** What a library is given in place of a value. */
  static @Nullable Object function(@Nullable Object value) {
    if (value instanceof Enum<?>) {
      CellSnapshot snapshot = snapshot(value);
      return snapshot == null ? value : CarriedFunction.of(value, snapshot);
    }
    return value != null && isOfJdk(value.getClass()) && !CellSnapshot.inCarried()
        ? ofJdk(value)
        : value;
  }

  private static boolean isOfJdk(Class<?> type) {
    return type.getName().startsWith("java.");
  }

  /** A comparator that the JDK has made of a constant, or the like. */
  private static Object ofJdk(Object value) {
    try (HandedOver search = new HandedOver()) {
      search.writeObject(value);
      if (search.found.size() > 1) {
        throw new CellVariableException(
            "constants of several enums ("
                + String.join(
                    ", ",
                    search.found.keySet().stream()
                        .map(each -> CellVariableException.display(each.getName()))
                        .sorted()
                        .toList())
                + ") inside of one object of the JDK do not bring the variables that they read;"
                + " give Spark a lambda that calls it");
      }
      return search.found.isEmpty()
          ? value
          : CarriedFunction.of(value, search.found.values().iterator().next());
    } catch (IOException e) {
      // It cannot be serialized: Spark says so if it tries.
      return value;
    }
  }

  private static @Nullable CellSnapshot snapshot(Object constant) {
    CellHome home = CellHome.of(constant.getClass().getClassLoader());
    CellRoot root =
        home == null || CellSnapshot.inCarried() ? null : home.bare(constant.getClass());
    return home == null || root == null ? null : new CellSnapshot(home, root);
  }

  @Override
  protected boolean encloses(CellSnapshot snapshot) {
    return true;
  }

  @Override
  protected @Nullable Object replaceObject(@Nullable Object value) {
    CellSnapshot snapshot = value instanceof Enum<?> ? snapshot(value) : null;
    if (value != null && snapshot != null) {
      found.put(value.getClass(), snapshot);
    }
    return value;
  }
}
