// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The variables that a function reaches. */
final class Reach {

  private final Map<String, Variable> all = new HashMap<>();
  private final Map<String, Variable> assigned = new HashMap<>();
  private final Map<String, String> redeclared = new HashMap<>();
  private final Set<String> types = new HashSet<>();
  private boolean open;
  private boolean calls;
  private boolean bare;

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

  /** Notes that a library may call what can hold no snapshot. */
  void bare() {
    bare = true;
  }

  /** Whether a library may call what finds its variables only in what the thread has entered. */
  boolean isBare() {
    return bare;
  }

  /** Notes a call of a method of the notebook, which a later cell may declare anew. */
  void call() {
    calls = true;
  }

  /** The classes that declare methods now that were declared anew, by the key of the method. */
  Map<String, String> redeclared() {
    return redeclared;
  }

  /** The classes that cells have declared by name, which a later cell may declare anew. */
  Set<String> types() {
    return types;
  }

  /** Whether the function reaches variables, or may do so when a later cell adds a class. */
  boolean needsVariables() {
    return open || !all.isEmpty();
  }

  /** Whether the function needs no snapshot now or later. */
  boolean isNothing() {
    return !calls && !needsVariables();
  }

  /** Whether the function may need a snapshot, be it to follow a class that is declared anew. */
  boolean mayChange() {
    return !isNothing() || !types.isEmpty();
  }
}
