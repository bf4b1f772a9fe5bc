// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

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

  /** This pass, then another. */
  default ClassRewrite then(ClassRewrite next) {
    return (name, bytes) -> next.rewrite(name, rewrite(name, bytes));
  }
}
