// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.timing;

import java.util.List;
import java.util.concurrent.Callable;
import org.decisionlab.kernel.cell.KernelScope;
import org.decisionlab.kernel.magic.MagicUsageException;
import org.decisionlab.magics.arguments.LineOrCellMagic;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code %time} and {@code %%time}: one run of code, measured. */
@Command(
    description = {
      "Runs code once and tells how long it took: wall time, CPU time of the cell and of the whole kernel, garbage collection, memory.",
      "The time of the compiler is told apart. %%%%time takes the cell below; magics in it count too."
    })
final class TimeMagic extends LineOrCellMagic implements Callable<@Nullable Object> {

  @Parameters(paramLabel = "CODE", arity = "0..1", description = "Java; the rest of the line.")
  private @Nullable List<String> code;

  TimeMagic(String name, KernelScope scope, String body) {
    super(name, scope, body);
  }

  @Override
  public @Nullable Object call() throws Exception {
    String line = code == null || code.isEmpty() ? "" : code.get(0);
    if (!line.isEmpty() && name().equals("%%time")) {
      throw new MagicUsageException("%%time: the code stands below, not on its line");
    }
    String text = line.isEmpty() ? body() : line;
    if (text.isBlank()) {
      throw new MagicUsageException(name() + ": there is no code to run");
    }
    Stopwatch watch = new Stopwatch();
    long began = System.nanoTime();
    try {
      return scope().session().run(text, watch);
    } finally {
      long all = System.nanoTime() - began;
      scope().cell().out().println(watch.report(all));
    }
  }
}
