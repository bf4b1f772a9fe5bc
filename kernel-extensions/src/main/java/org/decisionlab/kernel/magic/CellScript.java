// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.magic;

import java.util.List;
import java.util.Set;

/**
 * A cell taken apart: Java and magics in their order.
 *
 * @param java the Java of the cell, with blanks in place of its line magics, so that every line is
 *     still where the user wrote it
 * @param steps what to run
 * @param namesInJava names of the line magics that are part of Java code
 */
public record CellScript(String java, List<Step> steps, Set<String> namesInJava) {

  public CellScript {
    steps = List.copyOf(steps);
    namesInJava = Set.copyOf(namesInJava);
  }

  /** One thing to run. */
  public sealed interface Step {}

  /**
   * A range of the Java of the cell.
   *
   * @param begin first character
   * @param end character after the last
   */
  public record Java(int begin, int end) implements Step {}

  /**
   * A line magic that stands for itself.
   *
   * @param name its name, without {@code %}
   * @param arguments its arguments
   */
  public record LineCall(String name, List<Template> arguments) implements Step {}

  /**
   * A cell magic: all of the cell is its body.
   *
   * @param name its name, without {@code %%}
   * @param arguments its arguments
   * @param body what follows its line
   */
  public record CellCall(String name, List<Template> arguments, String body) implements Step {}
}
