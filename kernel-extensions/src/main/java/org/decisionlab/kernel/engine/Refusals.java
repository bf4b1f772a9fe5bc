// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.Diagnostic;
import jdk.jshell.Diag;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import org.decisionlab.kernel.engine.RecordConstructors.Opened;

/** Says in the terms of a cell what the compiler refuses. */
final class Refusals {

  /** What the compiler says of the variable that was to hold the value of a cell. */
  private static final Pattern UNTYPED =
      Pattern.compile(
          "\\Acannot infer type for local variable \\$value\\s*\\((.*)\\)\\s*\\z", Pattern.DOTALL);

  private final JShell shell;

  Refusals(JShell shell) {
    this.shell = shell;
  }

  /** The refusal of a snippet that JShell has rejected. */
  CompileException of(Snippet snippet, Opened opened) {
    Fragment fragment = opened.fragment();
    List<CompileException.Problem> problems = new ArrayList<>();
    for (Diag diag : shell.diagnostics(snippet).toList()) {
      if (diag.isError()) {
        // What is said of a declaration begins with modifiers that JShell has added before it.
        int begin = (int) Math.max(fragment.leadingSpace(), diag.getStartPosition());
        int start = opened.original(begin);
        int end = opened.original((int) Math.max(0, diag.getEndPosition()));
        int length = Math.max(1, end - start);
        String words = words(diag.getCode(), diag.getMessage(Locale.ENGLISH));
        problems.add(problem(fragment.cell(), fragment.offset() + start, length, words));
      }
    }
    return new CompileException(problems);
  }

  /**
   * What fails only when its byte code is written, such as too long a constant, waits for nothing
   * that can come. Kept, it would be compiled again with every later cell; and the compiler that
   * has failed so keeps the constant, and fails on whatever it compiles next.
   */
  CompileException hopeless(Snippet snippet, Opened opened) {
    CompileException refusal = of(snippet, opened);
    shell.drop(snippet);
    // JShell takes new compilers when its class path is told, also with what was there before.
    String known = System.getProperty("java.class.path").split(File.pathSeparator, 2)[0];
    shell.addToClasspath(known);
    return refusal;
  }

  /** A refusal of a fragment as a whole. */
  static CompileException at(Fragment fragment, String message) {
    int begin = fragment.offset() + fragment.leadingSpace();
    return new CompileException(List.of(problem(fragment.cell(), begin, 1, message)));
  }

  /** The refusal of code that overflows the stack of the compiler; JShell may hide the overflow. */
  static Exception tooDeep(Fragment fragment, Error overflow) {
    boolean hidden = String.valueOf(overflow.getMessage()).contains("StackOverflowError");
    if (overflow instanceof StackOverflowError || hidden) {
      return at(fragment, "this code is nested too deeply for the compiler");
    }
    return new IllegalStateException("the compiler broke", overflow);
  }

  /** The compiler's message without what speaks of the wrapper. */
  static String words(Diagnostic<?> diag) {
    return words(diag.getCode(), diag.getMessage(Locale.ENGLISH));
  }

  private static String words(String code, String message) {
    if (code.equals("compiler.err.limit.code")) {
      return "this is too long: a method of the JVM has at most 64 KiB of code";
    }
    if (code.equals("compiler.err.sealed.class.must.have.subclasses")) {
      return "a sealed type of a cell must name its subtypes: write permits and their names";
    }
    Matcher reason = UNTYPED.matcher(message);
    if (reason.find()) {
      return "this is no value: " + reason.group(1).strip();
    }
    return CellNames.withoutWrappers(message)
        .lines()
        .filter(line -> !line.strip().equals("location: class"))
        .collect(Collectors.joining("\n"));
  }

  /**
   * A message about a place in a cell.
   *
   * @param cell the cell
   * @param offset first character that is meant, in the cell
   * @param length number of characters that are meant
   * @param message the message in words
   */
  static CompileException.Problem problem(CellText cell, int offset, int length, String message) {
    int line = cell.lineOf(offset);
    return new CompileException.Problem(
        cell.label(), line, cell.line(line), cell.columnOf(offset), length, message);
  }
}
