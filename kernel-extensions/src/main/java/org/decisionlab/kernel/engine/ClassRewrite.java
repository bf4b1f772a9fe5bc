// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import java.util.List;

/**
 * A pass over the byte code of a class of a cell, before it is defined. This is the one place where
 * such byte code can be seen.
 */
@FunctionalInterface
public interface ClassRewrite {

  /** Leaves every class as it is. */
  ClassRewrite NONE = (name, bytes) -> bytes;

  /**
   * Rewrites a class.
   *
   * @param name its binary name, such as {@code REPL.$JShell$11}
   * @param bytes the class file
   * @return the class file to define, possibly the same
   */
  byte[] rewrite(String name, byte[] bytes);

  /** Told of each class of a batch as the compiler wrote it, before one of them is rewritten. */
  default void announce(String name, byte[] bytes) {}

  /** Told of a class that has been defined and not yet run. */
  default void loaded(Class<?> type) {}

  /** Told that the statements of a class have run, to their end or not. */
  default void ran(Class<?> type) {}

  /** What the user should know of the classes rewritten since the last call. */
  default List<String> notes() {
    return List.of();
  }

  /** This pass, which is told of nothing, then another. */
  default ClassRewrite then(ClassRewrite next) {
    return new RewriteChain(this, next);
  }
}
