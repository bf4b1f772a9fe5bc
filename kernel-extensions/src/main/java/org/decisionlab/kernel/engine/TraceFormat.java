// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.decisionlab.kernel.capture.runtime.CellGuard;
import org.jspecify.annotations.Nullable;

/** Writes what went wrong in a cell in the terms of the cell. */
public final class TraceFormat {

  private static final int HEAD_FRAMES = 15;
  private static final int TAIL_FRAMES = 8;
  private static final int HEAD_CAUSES = 10;
  private static final int TAIL_CAUSES = 5;
  private static final int MAX_CAUSES = 1_000;
  private static final int MAX_MESSAGE = 10_000;
  private static final int MAX_LINE = 160;
  private static final int MAX_PROBLEMS = 10;
  private static final String RED = "\u001b[1;31m";
  private static final String BLUE = "\u001b[34m";
  private static final String RESET = "\u001b[0m";

  private final CellLoader cells;

  TraceFormat(CellLoader cells) {
    this.cells = cells;
  }

  /** The report of anything that ended a cell. */
  public ErrorReport report(Throwable thrown) {
    if (thrown instanceof CompileException refused) {
      return refusal(refused);
    }
    List<String> lines = new ArrayList<>();
    List<Throwable> chain = chain(thrown);
    StackTraceElement[] enclosing = {};
    // Of a stop and of a magic only places in cells matter, not where a library was.
    boolean cellsOnly = false;
    for (int i = 0; i < chain.size(); i++) {
      if (i == HEAD_CAUSES && chain.size() > HEAD_CAUSES + TAIL_CAUSES) {
        int cut = chain.size() - HEAD_CAUSES - TAIL_CAUSES;
        lines.add("... " + cut + " causes cut ...");
        i += cut;
      }
      Throwable each = chain.get(i);
      lines.add((i == 0 ? "" : "Caused by: ") + RED + headline(each) + RESET);
      cellsOnly |= each instanceof CellStopped || isOfMagic(each);
      StackTraceElement[] trace = userFrames(each, cellsOnly);
      lines.addAll(frames(withoutCommon(trace, enclosing)));
      for (Throwable suppressed : each.getSuppressed()) {
        lines.add("    Suppressed: " + headline(suppressed));
        frames(withoutCommon(userFrames(suppressed, true), trace))
            .forEach(line -> lines.add("    " + line));
      }
      enclosing = trace;
    }
    return new ErrorReport(name(thrown), message(thrown), lines);
  }

  /** A throwable with its causes. Its class may be of a cell, and so do anything. */
  private static List<Throwable> chain(Throwable thrown) {
    Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    List<Throwable> chain = new ArrayList<>();
    Throwable next = thrown;
    while (next != null && chain.size() < MAX_CAUSES && seen.add(next)) {
      chain.add(next);
      next = cause(next);
    }
    return chain;
  }

  private static @Nullable Throwable cause(Throwable thrown) {
    try {
      return thrown.getCause();
    } catch (RuntimeException | Error e) {
      return null;
    }
  }

  private static StackTraceElement[] trace(Throwable thrown) {
    StackTraceElement[] nothing = {};
    return told(thrown::getStackTrace, nothing);
  }

  /** What a throwable tells of itself, if it can. */
  private static <T> T told(Supplier<T> question, T otherwise) {
    try {
      T answer = question.get();
      return answer == null ? otherwise : answer;
    } catch (RuntimeException | Error e) {
      return otherwise;
    }
  }

  private static ErrorReport refusal(CompileException refused) {
    List<String> lines = new ArrayList<>();
    List<CompileException.Problem> problems = refused.problems();
    for (CompileException.Problem problem :
        problems.subList(0, Math.min(MAX_PROBLEMS, problems.size()))) {
      lines.add(
          RED + "Does not compile" + RESET + ": " + problem.label() + ", line " + problem.line());
      lines.addAll(pointed(problem));
      lines.addAll(problem.message().lines().toList());
    }
    if (problems.size() > MAX_PROBLEMS) {
      lines.add("... and " + (problems.size() - MAX_PROBLEMS) + " more of these");
    }
    String message = refused.getMessage() == null ? "" : refused.getMessage();
    if (lines.isEmpty()) {
      lines.add(RED + "Does not compile" + RESET + ": " + message);
    }
    return new ErrorReport("CompileException", message, lines);
  }

  /** The line of a problem, and under it what is meant; of a long line only what is near. */
  private static List<String> pointed(CompileException.Problem problem) {
    String source = problem.source();
    int column = Math.min(problem.column(), source.length());
    int begin = source.length() <= MAX_LINE ? 0 : Math.max(0, column - MAX_LINE / 2);
    String shown = source.substring(begin, Math.min(source.length(), begin + MAX_LINE));
    int width = Math.max(1, Math.min(problem.length(), shown.length() - (column - begin)));
    String margin = String.format("%5d | ", problem.line());
    return List.of(
        margin + shown,
        " ".repeat(margin.length() - 2)
            + "| "
            + indent(shown, column - begin)
            + RED
            + "^".repeat(width)
            + RESET);
  }

  /** White space as wide as the beginning of a line, tabs kept. */
  private static String indent(String line, int columns) {
    return line.substring(0, Math.min(columns, line.length())).replaceAll("[^\t]", " ");
  }

  private static String headline(Throwable thrown) {
    String message = message(thrown);
    return message.isEmpty() ? name(thrown) : name(thrown) + ": " + message;
  }

  private static String name(Throwable thrown) {
    if (thrown instanceof CellStopped) {
      return "Interrupted";
    }
    Class<?> type = thrown.getClass();
    return type.isAnonymousClass()
        ? "anonymous " + CellNames.userName(type.getSuperclass().getName())
        : CellNames.userName(type.getName());
  }

  private static String message(Throwable thrown) {
    String message;
    try {
      message = thrown.getLocalizedMessage();
    } catch (RuntimeException | Error e) {
      message = "(its message cannot be read: " + e.getClass().getName() + ")";
    }
    if (message == null) {
      return "";
    }
    message = CellNames.explained(message);
    return message.length() <= MAX_MESSAGE
        ? message
        : message.substring(0, MAX_MESSAGE) + "... (" + message.length() + " characters)";
  }

  /** Frames down to the cell: what called the cell is the kernel's own. */
  private static StackTraceElement[] userFrames(Throwable thrown, boolean cellsOnly) {
    StackTraceElement[] trace = trace(thrown);
    List<StackTraceElement> frames = new ArrayList<>();
    int top = top(trace);
    for (StackTraceElement frame : Arrays.asList(trace).subList(top, bottom(trace, top))) {
      boolean wanted = !cellsOnly || CellNames.isCellClass(frame.getClassName());
      if (!isEngine(frame) && wanted && !isSamePlace(frames, frame)) {
        frames.add(frame);
      }
    }
    return frames.toArray(StackTraceElement[]::new);
  }

  /** Whether the statements of a cell are in two methods, of which one has called the other. */
  private static boolean isSamePlace(List<StackTraceElement> inner, StackTraceElement frame) {
    return !inner.isEmpty()
        && isEntry(frame)
        && isEntry(inner.get(inner.size() - 1))
        && frame.getLineNumber() == inner.get(inner.size() - 1).getLineNumber()
        && Objects.equals(frame.getFileName(), inner.get(inner.size() - 1).getFileName());
  }

  /** Where the code of the user begins: a guard in the code of a cell may have thrown. */
  private static int top(StackTraceElement[] trace) {
    int top = 0;
    for (int i = 0; i < trace.length && !CellNames.isCellClass(trace[i].getClassName()); i++) {
      if (trace[i].getClassName().equals(CellGuard.class.getName())) {
        top = i + 1;
      }
    }
    while (top < trace.length && isInserted(trace[top])) {
      top++;
    }
    return top;
  }

  private static int bottom(StackTraceElement[] trace, int top) {
    for (int i = trace.length - 1; i >= 0; i--) {
      if (isEntry(trace[i])) {
        return i + 1;
      }
    }
    int cell = top;
    while (cell < trace.length && !CellNames.isCellClass(trace[cell].getClassName())) {
      cell++;
    }
    for (int i = cell == trace.length ? top : cell; i < trace.length; i++) {
      if (isEngine(trace[i])) {
        return i;
      }
    }
    return trace.length;
  }

  /** Whether a method or a call was added to a class of a cell: it has no line there. */
  private static boolean isInserted(StackTraceElement frame) {
    return CellNames.isCellClass(frame.getClassName()) && frame.getLineNumber() < 0;
  }

  private static boolean isEntry(StackTraceElement frame) {
    return CellNames.isCellClass(frame.getClassName()) && isBody(frame);
  }

  /** Whether the method is the one that the statements of a cell were wrapped in. */
  private static boolean isBody(StackTraceElement frame) {
    String method = frame.getMethodName();
    return method.startsWith("do_it$") || method.startsWith("part$");
  }

  private static boolean isEngine(StackTraceElement frame) {
    String name = frame.getClassName();
    return name.startsWith("org.decisionlab.kernel.") || isInserted(frame);
  }

  private static boolean isOfMagic(Throwable thrown) {
    return Arrays.stream(trace(thrown)).anyMatch(TraceFormat::isRegistry);
  }

  /** Every magic is called by the registry. */
  private static boolean isRegistry(StackTraceElement frame) {
    return frame.getClassName().startsWith("org.decisionlab.kernel.magic.");
  }

  private static StackTraceElement[] withoutCommon(
      StackTraceElement[] trace, StackTraceElement[] enclosing) {
    int common = 0;
    while (common < trace.length
        && common < enclosing.length
        && trace[trace.length - 1 - common].equals(enclosing[enclosing.length - 1 - common])) {
      common++;
    }
    return Arrays.copyOf(trace, trace.length - common);
  }

  private List<String> frames(StackTraceElement[] trace) {
    List<String> lines = new ArrayList<>();
    int shown = 0;
    for (int i = 0; i < trace.length; shown++) {
      if (shown == HEAD_FRAMES && trace.length - i > TAIL_FRAMES + 1) {
        int cut = trace.length - i - TAIL_FRAMES;
        lines.add("    ... " + cut + " frames cut ...");
        i += cut;
      }
      int repeated = 1;
      while (i + repeated < trace.length && trace[i].equals(trace[i + repeated])) {
        repeated++;
      }
      lines.addAll(frame(trace[i]));
      if (repeated > 1) {
        lines.add("    ... the same " + (repeated - 1) + " times more ...");
      }
      i += repeated;
    }
    return lines;
  }

  private List<String> frame(StackTraceElement frame) {
    String wrapper = CellNames.wrapper(frame.getClassName());
    if (wrapper == null) {
      return List.of("    at " + frame);
    }
    PieceLoader piece = cells.piece(wrapper);
    String label = frame.getFileName();
    int number = frame.getLineNumber();
    if (piece != null && label != null) {
      label = piece.label(label);
      number = piece.line(number);
    }
    String where = BLUE + label + ", line " + number + RESET;
    String method = userMethod(frame);
    String at = "    at " + (method.isEmpty() ? where : method + " (" + where + ")");
    return piece == null
        ? List.of(at)
        : List.of(at, String.format("%8d | %s", number, piece.text().line(number).strip()));
  }

  private static String userMethod(StackTraceElement frame) {
    if (isBody(frame)) {
      return "";
    }
    String type = CellNames.userName(frame.getClassName()).replaceFirst("(^|\\.)\\d+$", "");
    String method = frame.getMethodName();
    // Where bodies are moved or copied, their names get an end.
    method = method.startsWith("lambda$") ? "lambda" : method.replaceFirst("\\$carried$", "");
    return type.isEmpty() ? method : type + "." + method;
  }
}
