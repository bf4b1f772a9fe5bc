// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.decisionlab.kernel.cell.Mention;

/** The words that extensions bring into being when a cell first uses them. */
final class Mentions {

  private final Map<String, Mention> known = new ConcurrentHashMap<>();

  void add(String word, Mention mention) {
    known.put(word, mention);
  }

  /** Tells of the words that a text uses. */
  void tell(String java) throws Exception {
    Set<String> used = Words.used(java, known.keySet());
    for (Map.Entry<String, Mention> each : known.entrySet()) {
      if (used.contains(each.getKey())) {
        each.getValue().mentioned();
      }
    }
  }
}
