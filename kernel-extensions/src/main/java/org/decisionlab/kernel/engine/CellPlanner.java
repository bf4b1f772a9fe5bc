// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import java.util.ArrayList;
import java.util.List;
import org.decisionlab.kernel.engine.CellPlan.Block;
import org.decisionlab.kernel.engine.CellPlan.Step;
import org.decisionlab.kernel.engine.Fragment.Form;

/** Finds out how a piece of a cell is to be compiled and run, and whether that can be. */
final class CellPlanner {

  private static final String NO_RETURN =
      "a cell cannot return: it ends with its last line, and its value is that of an expression"
          + " without semicolon at its end";

  private final CellSplitter splitter;
  private final Declared declared;
  private final WholeCell whole;
  private final RunCompiler compiler;
  private final Refusal refusal;

  /** Says why a fragment is no Java. */
  @FunctionalInterface
  interface Refusal {

    /** Always throws, a {@link CompileException} in the end. */
    void refuse(Fragment fragment) throws Exception;
  }

  CellPlanner(
      CellSplitter splitter,
      Declared declared,
      WholeCell whole,
      RunCompiler compiler,
      Refusal refusal) {
    this.splitter = splitter;
    this.declared = declared;
    this.whole = whole;
    this.compiler = compiler;
    this.refusal = refusal;
  }

  /** See {@link CellEngine#plan}. */
  CellPlan plan(CellText cell, String java, int offset) throws Exception {
    return check(splitter.split(cell, java, offset), isFirst(cell, offset));
  }

  /** Whether nothing stands before this place in a cell that may declare something. */
  private static boolean isFirst(CellText cell, int offset) {
    return cell.written().substring(0, Math.min(offset, cell.written().length())).isBlank();
  }

  private CellPlan check(List<Fragment> fragments, boolean first) throws Exception {
    for (Fragment fragment : fragments) {
      if (fragment.form() == Form.BROKEN) {
        refusal.refuse(fragment);
      }
      if (fragment.form() == Form.RETURN) {
        throw Refusals.at(fragment, NO_RETURN);
      }
    }
    CellPlan plan =
        CellPlan.of(
            fragments,
            each -> each.variable() != null && declared.variable(each.variable()) != null);
    if (first && isWhole(plan)) {
      read(fragments);
    }
    if (first && !plan.steps().isEmpty() && plan.steps().get(0) instanceof Block block) {
      List<Step> steps = new ArrayList<>(compiled(block));
      steps.addAll(plan.steps().subList(1, plan.steps().size()));
      CellPlan compiled = new CellPlan(steps);
      if (!isWhole(plan) && isWhole(compiled)) {
        read(fragments);
      }
      return compiled;
    }
    return plan;
  }

  /** Refuses a cell of which something is certainly wrong. */
  private void read(List<Fragment> fragments) throws CompileException {
    if (fragments.get(0).cell().hasMagics()) {
      return;
    }
    List<CompileException.Problem> problems = whole.problems(fragments);
    if (!problems.isEmpty()) {
      throw new CompileException(problems);
    }
  }

  /** Whether a plan is more than what its own compilation tells all about. */
  private static boolean isWhole(CellPlan plan) {
    return plan.steps().size() > 1
        || plan.steps().stream()
            .filter(CellPlan.Declaration.class::isInstance)
            .map(each -> ((CellPlan.Declaration) each).fragment().form())
            .anyMatch(form -> form != Form.IMPORT);
  }

  /** Compiles a block; one that is not for this compiler is taken apart for JShell. */
  List<Step> compiled(Block block) throws CompileException {
    RunCompiler.Result result = compiler.compile(block.parts());
    if (result instanceof RunCompiler.Refused refused) {
      if (block.parts().size() > 1 && block.parts().get(0).cell().hasMagics()) {
        // A magic among the statements may declare what the others use.
        return block.parts().stream().<Step>map(part -> new Block(List.of(part), null)).toList();
      }
      throw new CompileException(refused.problems());
    }
    if (result instanceof RunCompiler.Compiled classes) {
      return List.of(new Block(block.parts(), classes));
    }
    boolean variables = block.parts().stream().anyMatch(each -> each.variable() != null);
    return variables
        ? CellPlan.of(block.parts(), each -> false).steps()
        : block.parts().stream().<Step>map(CellPlan.Declaration::new).toList();
  }
}
