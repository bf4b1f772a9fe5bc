// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.system;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.decisionlab.kernel.cell.Secrets;
import org.jspecify.annotations.Nullable;

/**
 * The environment of the processes that magics start: that of the kernel, which a JVM cannot
 * change, with what {@code %env} has set. Usable from any thread.
 */
final class ChildEnvironment {

  private final Map<String, @Nullable String> changes = new TreeMap<>();

  /** Sets a variable; {@code null} removes it. */
  synchronized void set(String name, @Nullable String value) {
    changes.put(name, value);
  }

  /** The value of a variable. */
  Optional<String> get(String name) {
    return Optional.ofNullable(all().get(name));
  }

  /** All variables by name. */
  synchronized Map<String, String> all() {
    Map<String, String> all = new TreeMap<>(System.getenv());
    changes.forEach(
        (name, value) -> {
          if (value == null) {
            all.remove(name);
          } else {
            all.put(name, value);
          }
        });
    return all;
  }

  /**
   * All variables but the kernel's own secrets, by their names or their values; those that a cell
   * has set are meant to be passed.
   */
  synchronized Map<String, String> forChildren() {
    Map<String, String> children = all();
    children.entrySet().removeIf(each -> !changes.containsKey(each.getKey()) && isSecret(each));
    return children;
  }

  private static boolean isSecret(Map.Entry<String, String> variable) {
    return Secrets.isSecret(variable.getKey()) || Secrets.isIn(variable.getValue());
  }
}
