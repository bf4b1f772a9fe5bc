// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.decisionlab.kernel.engine.Fragment.Form;
import org.jspecify.annotations.Nullable;

/** A piece of Java of a cell, split and found to be Java; nothing of it has run. */
public final class CellPlan {

  private final List<Step> steps;

  CellPlan(List<Step> steps) {
    this.steps = List.copyOf(steps);
  }

  /** What to compile and run, in order. */
  List<Step> steps() {
    return steps;
  }

  /** What is compiled at once. */
  sealed interface Step {}

  /** A declaration, for JShell. */
  record Declaration(Fragment fragment) implements Step {}

  /**
   * Consecutive statements and at most one expression, the last.
   *
   * @param parts the statements
   * @param compiled what they have been compiled to, if that could be done before anything ran
   */
  record Block(List<Fragment> parts, RunCompiler.@Nullable Compiled compiled) implements Step {

    Block {
      parts = List.copyOf(parts);
    }
  }

  /**
   * Brings what can be compiled at once together.
   *
   * @param fragments all of a piece of Java
   * @param assigned whether the declaration of a variable is no more than an assignment
   */
  static CellPlan of(List<Fragment> fragments, Predicate<Fragment> assigned) {
    List<Step> steps = new ArrayList<>();
    List<Fragment> block = new ArrayList<>();
    for (Fragment fragment : fragments) {
      boolean declares = fragment.declares() && !assigned.test(fragment);
      if (declares) {
        close(block, steps);
        steps.add(new Declaration(fragment));
      } else {
        block.add(fragment);
      }
      if (fragment.form() == Form.EXPRESSION) {
        close(block, steps);
      }
    }
    close(block, steps);
    return new CellPlan(steps);
  }

  private static void close(List<Fragment> block, List<Step> steps) {
    if (!block.isEmpty()) {
      steps.add(new Block(block, null));
      block.clear();
    }
  }
}
