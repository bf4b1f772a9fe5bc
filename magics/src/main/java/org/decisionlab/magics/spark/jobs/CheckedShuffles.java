// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark.jobs;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * The shuffles that actions have found as they were right before their jobs, which need not be
 * asked again. Whose a job is tells a name that the action has given its thread. Memory is bounded:
 * the oldest actions are forgotten. Not safe for use by several threads at once.
 */
final class CheckedShuffles {

  private static final int MOST = 1000;

  /** Extensions that are installed twice in one kernel share the properties of threads. */
  private final String own = UUID.randomUUID().toString();

  private final Map<String, Set<Integer>> all = new LinkedHashMap<>();
  private long actions;

  /** An action has found shuffles as they were; gives back its name. */
  String add(Set<Integer> shuffles) {
    String action = own + "-" + actions++;
    all.put(action, Set.copyOf(shuffles));
    if (all.size() > MOST) {
      all.remove(all.keySet().iterator().next());
    }
    return action;
  }

  /** What the action has found to which a job belongs; once, for its first job. */
  Set<Integer> take(String action) {
    Set<Integer> found = all.remove(action);
    return found == null ? Set.of() : found;
  }

  void clear() {
    all.clear();
  }
}
