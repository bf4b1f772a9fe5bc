// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.decisionlab.kernel.cell.CellContext;
import org.decisionlab.kernel.cell.CellListener;
import org.decisionlab.kernel.cell.KernelScope;
import org.decisionlab.kernel.completion.Candidate;
import org.decisionlab.kernel.completion.Candidates;
import org.decisionlab.kernel.completion.MagicCompleter;
import org.decisionlab.kernel.magic.MagicUsageException;
import org.dflib.jjava.jupyter.Extension;
import org.dflib.jjava.jupyter.kernel.BaseKernel;

/** An extension as any other, found through the service file of the tests. */
public final class EchoExtension implements Extension {

  private final List<String> heard = Collections.synchronizedList(new ArrayList<>());

  @Override
  public void install(BaseKernel kernel) {
    KernelScope scope = KernelScope.of(kernel);
    scope.addListener(new Ear());
    try {
      scope.evaluate("import java.util.concurrent.atomic.*;");
      scope.bind("greeting", "List<String>", List.of("hello"));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    scope.completions("echo", new EchoCompleter("--loud"));
    scope.completions("shout", new EchoCompleter("select"));
    scope.pathCompletions("echo", new EchoCompleter("echo://abc"));
    kernel
        .getMagicsRegistry()
        .registerLineMagic("echo", (k, arguments) -> String.join("|", arguments))
        .registerLineMagic("heard", (k, arguments) -> String.join(",", List.copyOf(heard)))
        .registerLineMagic(
            "refuse",
            (k, arguments) -> {
              throw new MagicUsageException("unknown flag --nmae; did you mean --name?");
            })
        .registerLineMagic(
            "fail",
            (k, arguments) -> {
              Throwable cause = CompletableFuture.supplyAsync(() -> new Exception("deep")).join();
              throw new IllegalStateException("broken magic", cause);
            })
        .registerLineMagic(
            "put",
            (k, arguments) -> {
              scope.bind(arguments.get(0), "int", Integer.valueOf(arguments.get(1)));
              return null;
            })
        .registerCellMagic(
            "shout",
            (k, arguments, body) -> {
              scope.cell().display(scope.cell().label());
              return body.toUpperCase(Locale.ROOT) + String.join("|", arguments);
            });
  }

  /** Offers one word for the last one. */
  private record EchoCompleter(String word) implements MagicCompleter {

    @Override
    public Candidates complete(String line, String body, int cursor) {
      String typed = (line + "\n" + body).substring(0, cursor);
      int start = typed.replaceAll("[^\\s]+\\z", "").length();
      return new Candidates(List.of(new Candidate(word, "echo")), start, cursor);
    }

    @Override
    public String inspect(String line, String body, int cursor) {
      return "%echo " + word + " TEXT";
    }
  }

  private final class Ear implements CellListener {

    @Override
    public void cellStarted(CellContext cell) {
      heard.clear();
      heard.add("start of " + cell.label());
    }

    @Override
    public void cellInterrupted(CellContext cell) {
      heard.add("interrupt of " + cell.label());
      System.out.println("cancelled what " + cell.label() + " had started");
    }
  }
}
