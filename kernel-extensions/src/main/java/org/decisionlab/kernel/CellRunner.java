// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.decisionlab.kernel.cell.CodeWatch;
import org.decisionlab.kernel.cell.DisplayHandle;
import org.decisionlab.kernel.cell.FramedCode;
import org.decisionlab.kernel.display.ValueFailedException;
import org.decisionlab.kernel.engine.CellEngine;
import org.decisionlab.kernel.engine.CellPlan;
import org.decisionlab.kernel.engine.CellStopped;
import org.decisionlab.kernel.engine.CellText;
import org.decisionlab.kernel.engine.Outcome;
import org.decisionlab.kernel.magic.CellScanner;
import org.decisionlab.kernel.magic.CellScript;
import org.decisionlab.kernel.magic.KernelMagics;
import org.decisionlab.kernel.magic.MagicUsageException;
import org.decisionlab.kernel.magic.Template;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;
import org.jspecify.annotations.Nullable;

/** Runs cells: checks all of one first, then runs its Java and its magics in their order. */
final class CellRunner {

  private final JavaKernel kernel;
  private final MemoryReserve reserve = new MemoryReserve();
  private final CellEngine engine;
  private final KernelMagics magics;
  private String running = "";

  CellRunner(JavaKernel kernel, CellEngine engine) {
    this.kernel = kernel;
    this.engine = engine;
    this.magics = kernel.magics();
  }

  /**
   * Runs a cell on the cell thread and waits for its end; output is published on the way.
   *
   * @param afterwards what belongs to the cell and is done when it has ended well; it can be
   *     stopped as the cell can
   */
  Outcome run(RunningCell cell, String code, Runnable afterwards) throws Exception {
    return engine
        .thread()
        .call(
            () ->
                within(
                    cell,
                    () -> {
                      Outcome outcome = checkedRun(cell, code);
                      if (outcome.failure() == null) {
                        afterwards.run();
                      }
                      return outcome;
                    }));
  }

  /** The value of an expression that belongs to the running cell, as front ends show it. */
  DisplayData expression(RunningCell cell, String label, String code) throws Exception {
    kernel.tellMentions(code);
    @Nullable Object value = kernel.evaluate(label, code);
    return engine.thread().inUserCode(() -> cell.rendered(value));
  }

  /** Runs what a message of the front end sets off, as a cell is run: one at a time, stoppable. */
  Outcome call(RunningCell cell, Callable<? extends @Nullable Object> code) throws Exception {
    return engine
        .thread()
        .call(
            () -> {
              RunningCell before = kernel.cell();
              try {
                return within(cell, () -> userCode(code));
              } finally {
                kernel.cells().resume(before);
              }
            });
  }

  private Outcome within(RunningCell cell, Callable<Outcome> code) {
    reserve.takeAgain();
    kernel.cells().begin(cell);
    try {
      return stoppedOrNot(memoryLeft(code.call()));
    } catch (Exception | Error e) {
      return stoppedOrNot(memoryLeft(Outcome.failed(e)));
    } finally {
      kernel.cells().end(cell);
    }
  }

  /** Sees to it that a cell that has used up the memory can be answered. */
  private Outcome memoryLeft(Outcome outcome) {
    if (outcome.failure() instanceof OutOfMemoryError) {
      reserve.letGo();
    }
    return outcome;
  }

  private Outcome stoppedOrNot(Outcome outcome) {
    Throwable failure = outcome.failure();
    return failure == null ? outcome : Outcome.failed(stop(failure));
  }

  /** Whatever ends a cell that was asked to stop is the stop. */
  Throwable stop(Throwable failure) {
    return engine.thread().stopRequested() ? CellStopped.from(failure) : failure;
  }

  private Outcome checkedRun(RunningCell cell, String code) throws Exception {
    running = code;
    Outcome last = steps(new CellText(cell.label(), code), CodeWatch.NONE);
    Object value = last.value();
    return last.failure() != null || value == null || value instanceof DisplayHandle
        ? last
        : show(cell, value);
  }

  /** Runs text that is part of the running cell, or else stands for itself. */
  Outcome runWithin(FramedCode framed, CodeWatch watch) throws Exception {
    String code = framed.code();
    String whole = running;
    String label = kernel.cell().label();
    int at = whole.endsWith(code) ? whole.length() - code.length() : whole.indexOf(code);
    boolean found = at >= 0 && (whole.endsWith(code) || whole.lastIndexOf(code) == at);
    if (!found) {
      CellText alone = CellText.framed(label + ", code of a magic", code, 0, framed);
      return steps(alone, watch);
    }
    return steps(CellText.framed(label, whole, at, framed), watch);
  }

  /** Checks all of a text, then runs it to its end or to the first failure. */
  private Outcome steps(CellText code, CodeWatch watch) throws Exception {
    CellScript script = CellScanner.scan(code.text(), magics);
    for (String name : script.namesInJava()) {
      magics.require("%", name);
    }
    List<Callable<Outcome>> steps = new ArrayList<>();
    CellText text = code.withJava(script.java());
    for (CellScript.Step step : script.steps()) {
      boolean last = steps.size() == script.steps().size() - 1;
      Callable<Outcome> checked = checked(step, text, watch, steps.isEmpty());
      steps.add(last || step instanceof CellScript.Java ? checked : () -> shown(checked.call()));
    }
    Outcome last = Outcome.DONE;
    for (Callable<Outcome> step : steps) {
      last = step.call();
      if (last.failure() != null) {
        return last;
      }
    }
    return last;
  }

  /** Shows at once what a magic gives behind which the cell goes on. */
  private Outcome shown(Outcome outcome) {
    Object value = outcome.value();
    if (outcome.failure() != null || value == null || value instanceof DisplayHandle) {
      return outcome;
    }
    return userCode(() -> kernel.cell().display(value));
  }

  /** Shows the value of a cell that has ended well; what comes back holds its text form. */
  private Outcome show(RunningCell cell, Object value) {
    return userCode(() -> cell.publishResult(value));
  }

  private Callable<Outcome> checked(
      CellScript.Step step, CellText text, CodeWatch watch, boolean first) throws Exception {
    if (step instanceof CellScript.Java java) {
      String source = text.text().substring(java.begin(), java.end());
      if (first) {
        kernel.tellMentions(source);
      }
      CellPlan plan = engine.plan(text, source, java.begin());
      return () -> {
        if (!first) {
          // A magic before may have made the words already.
          kernel.tellMentions(source);
        }
        return engine.run(plan, watch);
      };
    }
    if (step instanceof CellScript.LineCall call) {
      magics.require("%", call.name());
      return () ->
          magic(watch, () -> magics.evalLineMagic(kernel, call.name(), filled(call.arguments())));
    }
    CellScript.CellCall call = (CellScript.CellCall) step;
    magics.require("%%", call.name());
    return () ->
        magic(
            watch,
            () -> magics.evalCellMagic(kernel, call.name(), filled(call.arguments()), call.body()));
  }

  private @Nullable Object value(String expression) throws Exception {
    kernel.tellMentions(expression);
    return kernel.evaluate(expression);
  }

  private Outcome magic(CodeWatch watch, Callable<? extends @Nullable Object> code) {
    watch.begins();
    try {
      return userCode(code);
    } finally {
      watch.ends();
    }
  }

  /** The words of a magic, values of the cells put in. */
  private List<String> filled(List<Template> arguments) throws MagicUsageException {
    List<String> words = new ArrayList<>();
    for (Template argument : arguments) {
      words.add(argument.fill(this::value));
    }
    return words;
  }

  private Outcome userCode(Callable<? extends @Nullable Object> code) {
    try {
      Object value = engine.thread().inUserCode(code);
      return new Outcome(value, null);
    } catch (ValueFailedException e) {
      return Outcome.failed(e.getCause() == null ? e : e.getCause());
    } catch (Exception | Error e) {
      return Outcome.failed(e);
    }
  }
}
