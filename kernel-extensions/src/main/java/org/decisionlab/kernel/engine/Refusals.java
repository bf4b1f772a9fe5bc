// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import jdk.jshell.Diag;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;

/** Says in the terms of a cell what the compiler refuses. */
final class Refusals {

  /** What the compiler says of code after an endless loop, and of too long a method. */
  private static final Set<String> BLOCK_ONLY =
      Set.of("compiler.err.unreachable.stmt", "compiler.err.limit.code");

  private final JShell shell;

  Refusals(JShell shell) {
    this.shell = shell;
  }

  /** The refusal of a snippet that JShell has rejected. */
  CompileException of(Snippet snippet, Fragment fragment) {
    List<CompileException.Problem> problems = new ArrayList<>();
    for (Diag diag : shell.diagnostics(snippet).toList()) {
      if (diag.isError()) {
        int start = (int) Math.max(0, diag.getStartPosition());
        int length = (int) Math.max(1, diag.getEndPosition() - diag.getStartPosition());
        problems.add(problem(fragment, start, length, words(diag)));
      }
    }
    return new CompileException(problems);
  }

  /** Whether joined statements are refused only because they stand in one block. */
  boolean onlyAsBlock(List<SnippetEvent> events) {
    return events.stream()
        .filter(event -> event.status() == Snippet.Status.REJECTED)
        .flatMap(event -> shell.diagnostics(event.snippet()))
        .anyMatch(diag -> BLOCK_ONLY.contains(diag.getCode()));
  }

  /** A refusal of a fragment as a whole. */
  static CompileException at(Fragment fragment, String message) {
    String source = fragment.source();
    int begin = source.length() - source.stripLeading().length();
    return new CompileException(List.of(problem(fragment, begin, 1, message)));
  }

  /** The refusal of code that overflows the stack of the compiler; JShell may hide the overflow. */
  static Exception tooDeep(Fragment fragment, Error overflow) {
    boolean hidden = String.valueOf(overflow.getMessage()).contains("StackOverflowError");
    if (overflow instanceof StackOverflowError || hidden) {
      return at(fragment, "this code is nested too deeply for the compiler");
    }
    return new IllegalStateException("the compiler broke", overflow);
  }

  /** The compiler's message without the lines that speak of the wrapper. */
  private static String words(Diag diag) {
    return CellSources.withoutWrappers(diag.getMessage(Locale.ENGLISH))
        .lines()
        .filter(line -> !line.strip().equals("location: class"))
        .collect(Collectors.joining("\n"));
  }

  private static CompileException.Problem problem(
      Fragment fragment, int start, int length, String message) {
    CellText cell = fragment.cell();
    int offset = fragment.offset() + start;
    int line = cell.lineOf(offset);
    return new CompileException.Problem(
        cell.label(), line, cell.line(line), cell.columnOf(offset), length, message);
  }
}
