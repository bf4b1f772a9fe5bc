// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.system;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.decisionlab.kernel.cell.KernelScope;
import org.decisionlab.kernel.cell.Secrets;
import org.jspecify.annotations.Nullable;

/**
 * The environment of the processes that magics start: that of the kernel, which a JVM cannot
 * change, with what {@code %env} has set. Usable from any thread.
 */
public final class ChildEnvironment {

  private final Map<String, @Nullable String> changes = new TreeMap<>();
  private final Set<String> told = new HashSet<>();

  /** That of a kernel: one for all its extensions. */
  public static ChildEnvironment of(KernelScope kernel) {
    return kernel.shared(ChildEnvironment.class, ChildEnvironment::new);
  }

  /** Sets a variable; {@code null} removes it. */
  public synchronized void set(String name, @Nullable String value) {
    changes.put(name, value);
  }

  /** The value of a variable. */
  public Optional<String> get(String name) {
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
  public synchronized Map<String, String> forChildren() {
    Map<String, String> children = all();
    children.entrySet().removeIf(each -> !changes.containsKey(each.getKey()) && isSecret(each));
    return children;
  }

  /**
   * Names of the variables of the kernel that {@link #forChildren()} leaves out and that this has
   * not told before, in their order.
   */
  synchronized List<String> leftOut() {
    return all().entrySet().stream()
        .filter(each -> !changes.containsKey(each.getKey()) && isSecret(each))
        .map(Map.Entry::getKey)
        .filter(told::add)
        .toList();
  }

  private static boolean isSecret(Map.Entry<String, String> variable) {
    return Secrets.isSecret(variable.getKey()) || Secrets.isIn(variable.getValue());
  }
}
