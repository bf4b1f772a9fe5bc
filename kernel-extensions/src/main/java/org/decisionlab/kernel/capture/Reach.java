// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture;

import java.util.HashMap;
import java.util.Map;

/** The variables that a function reaches. */
final class Reach {

  private final Map<String, Variable> all = new HashMap<>();
  private final Map<String, Variable> assigned = new HashMap<>();
  private boolean open;

  /** Everything it reads or assigns, by key. */
  Map<String, Variable> all() {
    return all;
  }

  /** What it assigns, by key. */
  Map<String, Variable> assigned() {
    return assigned;
  }

  void read(Variable variable) {
    all.put(variable.key(), variable);
  }

  void assign(Variable variable) {
    all.put(variable.key(), variable);
    assigned.put(variable.key(), variable);
  }

  /** Notes a call whose body a later cell may supply. */
  void open() {
    open = true;
  }

  /** Whether the function needs no snapshot now or later. */
  boolean isNothing() {
    return all.isEmpty() && !open;
  }
}
