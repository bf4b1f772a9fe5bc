// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Code of a cell that the compiler refuses, with the places. Nothing of the cell has run. */
public final class CompileException extends Exception {

  private final transient List<Problem> problems;

  CompileException(List<Problem> problems) {
    super(
        problems.isEmpty()
            ? "the compiler refuses this code"
            : problems.get(0).message().strip().replaceAll("\\s*\\R\\s*", "; ")
                + " ("
                + problems.get(0).label()
                + ", line "
                + problems.get(0).line()
                + ")");
    this.problems = List.copyOf(problems);
  }

  /** The first problem in all the words of the compiler, which name the symbol in a later line. */
  @Override
  public @Nullable String getLocalizedMessage() {
    return problems.isEmpty() ? super.getLocalizedMessage() : problems.get(0).message();
  }

  /** What is wrong, in the order of the compiler. */
  public List<Problem> problems() {
    return problems;
  }

  /**
   * One message of the compiler.
   *
   * @param label label of the cell
   * @param line line in the cell, from 1
   * @param source that line
   * @param column first column that is meant, from 0
   * @param length number of columns that are meant, at least 1
   * @param message the message in words, possibly of several lines
   */
  public record Problem(
      String label, int line, String source, int column, int length, String message) {}
}
