// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import jdk.jshell.DeclarationSnippet;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.Snippet.SubKind;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.UnresolvedReferenceException;
import jdk.jshell.VarSnippet;
import org.decisionlab.kernel.engine.Fragment.Form;
import org.jspecify.annotations.Nullable;

/**
 * Compiles and runs the Java of cells. All methods run on the cell thread, whatever thread calls
 * them.
 */
public final class CellEngine implements AutoCloseable {

  private final CellThread thread;
  private final CellControl control;
  private final JShell shell;
  private final SourceCodeAnalysis analysis;
  private final CellSplitter splitter;
  private final Refusals refusals;
  private final CellSources sources = new CellSources();
  private final TraceFormat traces = new TraceFormat(sources);
  private final Consumer<String> notes;
  private final ClassRewrite rewrite;

  /**
   * Starts the engine.
   *
   * @param parent loader of what cells see; its class path is the compiler's
   * @param rewrite a pass over the byte code of cells, after that of the engine
   * @param notes told what the user should know and is no error
   */
  public CellEngine(ClassLoader parent, ClassRewrite rewrite, Consumer<String> notes) {
    CellLoader loader = new CellLoader(parent);
    this.notes = notes;
    this.rewrite = rewrite;
    this.thread = new CellThread(loader);
    this.control = new CellControl(loader, thread, new GuardRewrite().then(rewrite));
    this.shell =
        JShell.builder().executionEngine(new ControlProvider(control), null).in(System.in).build();
    this.refusals = new Refusals(shell);
    this.analysis = shell.sourceCodeAnalysis();
    this.splitter = new CellSplitter(analysis);
    this.thread.start();
  }

  /** The thread of all cells. */
  public CellThread thread() {
    return thread;
  }

  /** Writes what ended a cell. */
  public TraceFormat traces() {
    return traces;
  }

  /** JShell's view of the cells, for completion and inspection; on the cell thread only. */
  JShell shell() {
    return shell;
  }

  /** Splits cells; on the cell thread only. */
  CellSplitter splitter() {
    return splitter;
  }

  /**
   * Checks that a piece of a cell is Java, without running any of it.
   *
   * @param cell the cell
   * @param java Java source in it
   * @param offset where that source begins in the cell
   * @throws CompileException naming the first place that is not Java
   */
  public CellPlan plan(CellText cell, String java, int offset) throws Exception {
    return thread.call(
        () -> {
          try {
            return thread.inKernelCode(() -> check(splitter.split(cell, java, offset)));
          } catch (StackOverflowError | InternalError e) {
            throw Refusals.tooDeep(new Fragment(cell, java, offset, Form.BROKEN), e);
          }
        });
  }

  /** Runs a plan to its end or to the first failure. */
  public Outcome run(CellPlan plan) throws Exception {
    return thread.call(() -> thread.inKernelCode(() -> runFragments(plan)));
  }

  /**
   * Declares or replaces a variable of the cells.
   *
   * @param name a Java identifier
   * @param type its type as Java source
   * @param value its value
   */
  public void bind(String name, String type, @Nullable Object value) throws Exception {
    CellText text = new CellText("declaration of " + name, type + " " + name + ";");
    thread.call(
        () -> {
          if (variable(name).filter(known -> known.typeName().equals(type)).isEmpty()) {
            Outcome outcome = thread.inKernelCode(() -> runFragments(plan(text, text.text(), 0)));
            if (outcome.failure() instanceof Exception failure) {
              throw failure;
            }
          }
          VarSnippet declared =
              variable(name).orElseThrow(() -> new IllegalStateException("no variable " + name));
          String wrapper = analysis.wrapper(declared).fullClassName();
          control.field(wrapper, name).set(null, value);
          return null;
        });
  }

  /** Adds jars to the class path of the compiler and of the cells. */
  public void addJars(List<Path> jars) throws Exception {
    String path = jars.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    thread.call(
        () ->
            thread.inKernelCode(
                () -> {
                  shell.addToClasspath(path);
                  return null;
                }));
  }

  private Optional<VarSnippet> variable(String name) {
    return shell.variables().filter(each -> each.name().equals(name)).findFirst();
  }

  @Override
  public void close() {
    shell.close();
  }

  private CellPlan check(List<Fragment> fragments) throws Exception {
    for (Fragment fragment : fragments) {
      if (fragment.form() == Form.BROKEN) {
        refuse(fragment);
      }
    }
    return new CellPlan(Fragment.join(fragments));
  }

  private Outcome runFragments(CellPlan plan) throws Exception {
    Outcome last = Outcome.DONE;
    for (Fragment fragment : plan.fragments()) {
      if (thread.stopRequested()) {
        return Outcome.failed(new CellStopped());
      }
      last = run(fragment);
      if (last.failure() != null) {
        return last;
      }
    }
    return last;
  }

  private Outcome run(Fragment fragment) throws Exception {
    control.reset();
    try {
      List<SnippetEvent> events = shell.eval(fragment.source());
      for (String each : rewrite.notes()) {
        note(each);
      }
      if (!fragment.parts().isEmpty() && refusals.onlyAsBlock(events)) {
        return runFragments(new CellPlan(fragment.parts()));
      }
      remember(events, fragment);
      Throwable failure = failure(events, fragment);
      if (failure != null) {
        return Outcome.failed(failure);
      }
      boolean shown = fragment.form() == Form.EXPRESSION && isShown(events);
      return shown ? new Outcome(control.value(), null) : Outcome.DONE;
    } catch (StackOverflowError | InternalError e) {
      return Outcome.failed(Refusals.tooDeep(fragment, e));
    } catch (OutOfMemoryError e) {
      return Outcome.failed(e);
    }
  }

  private void remember(List<SnippetEvent> events, Fragment fragment) {
    for (SnippetEvent event : events) {
      Snippet snippet = event.snippet();
      if (event.causeSnippet() == null) {
        sources.add(snippet, fragment);
      }
      if (event.status().isActive() && snippet.kind() != Snippet.Kind.IMPORT) {
        sources.compiled(snippet, analysis.wrapper(snippet));
      }
    }
  }

  private @Nullable Throwable failure(List<SnippetEvent> events, Fragment fragment)
      throws Exception {
    for (SnippetEvent event : events) {
      if (event.causeSnippet() != null) {
        continue;
      }
      switch (event.status()) {
        case REJECTED -> {
          Throwable thrown = control.thrown();
          return thrown != null ? thrown : refusals.of(event.snippet(), fragment);
        }
        case RECOVERABLE_DEFINED, RECOVERABLE_NOT_DEFINED ->
            note(
                "declared, but usable only when this is declared too: "
                    + unresolved((DeclarationSnippet) event.snippet()));
        default -> {}
      }
      if (event.exception() instanceof UnresolvedReferenceException missing) {
        DeclarationSnippet snippet = missing.getSnippet();
        return Refusals.at(fragment, "declare first: " + unresolved(snippet));
      }
      if (event.exception() != null) {
        return Objects.requireNonNullElse(control.thrown(), event.exception());
      }
    }
    return null;
  }

  private void note(String text) throws Exception {
    thread.inUserCode(
        () -> {
          notes.accept(text);
          return null;
        });
  }

  private String unresolved(DeclarationSnippet snippet) {
    return shell.unresolvedDependencies(snippet).collect(Collectors.joining(", "));
  }

  private void refuse(Fragment fragment) throws Exception {
    List<SnippetEvent> events = shell.eval(fragment.source());
    Throwable failure = failure(events, fragment);
    throw failure instanceof CompileException refused
        ? refused
        : Refusals.at(fragment, "this is not Java");
  }

  private static boolean isShown(List<SnippetEvent> events) {
    SubKind kind = events.get(0).snippet().subKind();
    return kind == SubKind.TEMP_VAR_EXPRESSION_SUBKIND
        || kind == SubKind.VAR_VALUE_SUBKIND
        || kind == SubKind.OTHER_EXPRESSION_SUBKIND;
  }
}
