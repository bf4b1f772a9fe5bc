// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.timing;

import java.util.List;
import java.util.concurrent.Callable;
import org.decisionlab.kernel.cell.CodeWatch;
import org.decisionlab.kernel.cell.FramedCode;
import org.decisionlab.kernel.cell.KernelScope;
import org.decisionlab.kernel.magic.MagicUsageException;
import org.decisionlab.magics.arguments.LineOrCellMagic;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code %timeit} and {@code %%timeit}: how long code takes when it runs often. */
@Command(
    description = {
      "Measures code that runs often: median and spread of several repetitions after a warm-up.",
      "The code is compiled once, its results are used, and each repetition takes about a fifth of a"
          + " second. %%%%timeit takes the cell below; code on its line runs before each repetition."
    })
final class TimeitMagic extends LineOrCellMagic implements Callable<Measurement> {

  private static final int MOST_REPETITIONS = 1_000;
  private static final String HEAD =
      "(org.decisionlab.magics.timing.Loop) new org.decisionlab.magics.timing.Loop() { public void"
          + " run(long loops$, org.decisionlab.magics.timing.Sink sink$) throws Throwable {";
  private static final String FOR = " for (long at$ = 0; at$ < loops$; at$++) {";

  @Option(
      names = "-n",
      paramLabel = "N",
      defaultValue = "0",
      description = "Loops in a repetition (default: as many as fit into a fifth of a second).")
  private long loops;

  @Option(
      names = "-r",
      paramLabel = "R",
      defaultValue = "7",
      description = "Repetitions (default: ${DEFAULT-VALUE}).")
  private int repetitions;

  @Parameters(paramLabel = "CODE", arity = "0..1", description = "Java; the rest of the line.")
  private @Nullable List<String> code;

  TimeitMagic(String name, KernelScope scope, String body) {
    super(name, scope, body);
  }

  @Override
  public Measurement call() throws Exception {
    if (loops < 0 || repetitions < 1 || repetitions > MOST_REPETITIONS) {
      throw new MagicUsageException(
          name() + ": -n must be positive, -r from 1 to " + MOST_REPETITIONS);
    }
    String line = code == null || code.isEmpty() ? "" : code.get(0);
    boolean cell = name().startsWith("%%");
    String measured = cell ? body() : line;
    if (measured.isBlank()) {
      throw new MagicUsageException(name() + ": there is no code to measure");
    }
    Loop loop = compiled(cell && !line.isBlank() ? line + ";" : "", measured);
    try {
      return new Meter(loop).measure(loops, repetitions);
    } catch (Exception | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /** The code as a loop: an expression whose results are used, or statements. */
  private Loop compiled(String setup, String measured) throws Exception {
    String head = HEAD + setup + FOR;
    FramedCode statements = new FramedCode(head, measured, "\n;}}}");
    if (measured.strip().endsWith(";") || measured.strip().endsWith("}")) {
      return loop(statements);
    }
    try {
      return loop(new FramedCode(head + "sink$.take(", measured, "\n);}}}"));
    } catch (Exception e) {
      return withoutResult(statements, e);
    }
  }

  /** An expression without a value is a statement; for another one the first error holds. */
  private Loop withoutResult(FramedCode statements, Exception first) throws Exception {
    try {
      return loop(statements);
    } catch (Exception second) {
      boolean one = !statements.code().contains(";");
      boolean value = String.valueOf(second.getMessage()).contains("not a statement");
      throw one && value ? first : second;
    }
  }

  private Loop loop(FramedCode source) throws Exception {
    if (scope().session().run(source, CodeWatch.NONE) instanceof Loop loop) {
      return loop;
    }
    throw new MagicUsageException(name() + ": this is no code that can be measured");
  }
}
