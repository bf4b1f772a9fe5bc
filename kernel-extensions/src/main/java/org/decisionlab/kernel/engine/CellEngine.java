// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import javax.tools.ToolProvider;
import jdk.jshell.JShell;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.VarSnippet;
import jdk.jshell.spi.SPIResolutionException;
import org.decisionlab.kernel.capture.runtime.CellGuard;
import org.decisionlab.kernel.cell.CodeWatch;
import org.decisionlab.kernel.engine.CellPlan.Block;
import org.decisionlab.kernel.engine.CellPlan.Step;
import org.decisionlab.kernel.engine.Fragment.Form;
import org.jspecify.annotations.Nullable;

/**
 * Compiles and runs the Java of cells. All methods run on the cell thread, whatever thread calls
 * them.
 */
public final class CellEngine implements AutoCloseable {

  private static final long STOP_NANOS = TimeUnit.MILLISECONDS.toNanos(800);

  private final CellThreads threads;
  private final CellThread thread;
  private final CellControl control;
  private final JShell shell;
  private final SourceCodeAnalysis analysis;
  private final CellSplitter splitter;
  private final CellPlanner planner;
  private final CommonImports imports;
  private final UnimportedNames names;
  private final CellSources sources;
  private final Declared declared;
  private final Redefinition redefinition;
  private final ShellEvaluation evaluation;
  private final TraceFormat traces;
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
    ClassPath classPath = ClassPath.ofThisJvm();
    ClassPathFiles libraries =
        new ClassPathFiles(
            ToolProvider.getSystemJavaCompiler().getStandardFileManager(null, null, null),
            classPath);
    CellFiles files = new CellFiles(libraries);
    CompilerPool compilers = new CompilerPool();
    this.notes = notes;
    this.rewrite = rewrite;
    this.threads = new CellThreads();
    this.thread = new CellThread(threads, loader);
    this.control = new CellControl(loader, thread, new GuardRewrite().then(rewrite));
    this.shell =
        JShell.builder()
            .executionEngine(new ControlProvider(control), null)
            .fileManager(own -> libraries)
            .in(System.in)
            .build();
    this.analysis = shell.sourceCodeAnalysis();
    this.sources = new CellSources(shell);
    this.declared = new Declared(shell, classPath, sources);
    this.redefinition = new Redefinition(shell, control);
    this.names = new UnimportedNames(classPath);
    this.imports = new CommonImports(classPath, names, shell, declared);
    this.evaluation =
        new ShellEvaluation(
            new ShellEvaluation.Session(shell, imports, declared, sources, redefinition),
            thread,
            control,
            compilers,
            new RecordConstructors(compilers, files));
    this.splitter = new CellSplitter(analysis, new BodyParser(compilers, files));
    this.planner =
        new CellPlanner(
            splitter,
            declared,
            new WholeCell(new WholeCell.Compiler(compilers, files, loader), declared, imports),
            new RunCompiler(compilers, files, loader, declared),
            evaluation::refuse);
    this.traces = new TraceFormat(loader);
    control.traceTo(sources::of);
    CellGuard.askOthers(threads::check);
    CellGuard.tellStarts(threads::started);
    CellGuard.writeTraces(each -> traces.report(each).traceback().forEach(System.err::println));
    threads.tellUncaught(this::tellUncaught);
    control.tellAdded(
        entry -> {
          classPath.add(entry.toPath());
          compilers.forget();
          evaluation.forgetCompilers();
        });
    this.thread.start();
  }

  /**
   * Imports for all cells, in which no cell has a part.
   *
   * @param imported such as {@code java.util.*} or {@code static java.lang.Math.*}
   * @throws IllegalArgumentException if one names no package that is there
   */
  public void addImports(List<String> imported) throws Exception {
    thread.call(
        () -> {
          imports.add(imported);
          return null;
        });
    thread.whenIdle(evaluation::prepareNext);
  }

  /** Makes the compilers ready for a cell while nothing else is asked. */
  public void warmUp() {
    thread.whenIdle(new Practice(this)::next);
  }

  /**
   * Stops the running cell and what it has started on other threads, and waits a moment for their
   * end. What goes on all the same is told to the user.
   *
   * @param carried called as soon as the cell has been asked to stop
   * @return whether a cell was running
   */
  public boolean stop(Runnable carried) {
    if (!thread.requestStop()) {
      return false;
    }
    carried.run();
    threads.stop(thread, STOP_NANOS).forEach(notes);
    return true;
  }

  private void tellUncaught(Thread where, Throwable thrown) {
    notes.accept(
        "thread '"
            + where.getName()
            + "' that a cell has started ended with\n"
            + String.join("\n", traces.report(thrown).traceback()));
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
    return evaluation.shell();
  }

  /** Names that need no import. */
  UnimportedNames names() {
    return names;
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
    threads.running(cell.label());
    return thread.call(
        () -> {
          try {
            return thread.inKernelCode(() -> planner.plan(cell, java, offset));
          } catch (StackOverflowError | InternalError e) {
            throw Refusals.tooDeep(new Fragment(cell, java, offset, Form.BROKEN), e);
          }
        });
  }

  /** Runs a plan to its end or to the first failure. */
  public Outcome run(CellPlan plan) throws Exception {
    return run(plan, CodeWatch.NONE);
  }

  /** Runs a plan to its end or to the first failure, watched where user code runs. */
  public Outcome run(CellPlan plan, CodeWatch watch) throws Exception {
    return thread.call(
        () -> {
          CodeWatch before = control.watch(watch);
          try {
            return thread.inKernelCode(() -> runAndNote(plan));
          } finally {
            control.watch(before);
          }
        });
  }

  private Outcome runAndNote(CellPlan plan) throws Exception {
    Outcome outcome = runSteps(plan.steps());
    for (String each : redefinition.notes()) {
      note(each);
    }
    return outcome;
  }

  /** The names that cells have declared. */
  public Declarations declarations() {
    return new Declarations(thread, shell, control, sources, declared);
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
            Outcome outcome =
                thread.inKernelCode(() -> runSteps(plan(text, text.text(), 0).steps()));
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

  private Outcome runSteps(List<Step> steps) throws Exception {
    Outcome last = Outcome.DONE;
    for (Step step : steps) {
      if (thread.stopRequested()) {
        return Outcome.failed(new CellStopped());
      }
      last = run(step);
      if (last.failure() != null) {
        return last;
      }
    }
    return last;
  }

  private Outcome run(Step step) throws Exception {
    Fragment fragment =
        step instanceof Block block
            ? block.parts().get(0)
            : ((CellPlan.Declaration) step).fragment();
    control.reset();
    try {
      Outcome outcome = step instanceof Block block ? run(block) : evaluation.run(fragment);
      noteRewrites();
      return outcome;
    } catch (StackOverflowError | InternalError e) {
      return Outcome.failed(Refusals.tooDeep(fragment, e));
    } catch (OutOfMemoryError | CompileException e) {
      return Outcome.failed(e);
    }
  }

  private Outcome run(Block block) throws Exception {
    RunCompiler.Compiled compiled = block.compiled();
    if (compiled == null) {
      return runSteps(planner.compiled(block));
    }
    Fragment last = block.parts().get(block.parts().size() - 1);
    control.run(last.cell(), compiled);
    Throwable thrown = control.thrown();
    if (thrown instanceof SPIResolutionException unresolved) {
      return Outcome.failed(redefinition.unusable(unresolved, last));
    }
    if (thrown != null) {
      return Outcome.failed(thrown);
    }
    if (threads.hasEndedProcesses()) {
      return Outcome.failed(new CellStopped());
    }
    return last.form() == Form.EXPRESSION ? new Outcome(control.value(), null) : Outcome.DONE;
  }

  private void noteRewrites() throws Exception {
    for (String each : rewrite.notes()) {
      note(each);
    }
  }

  private void note(String text) throws Exception {
    thread.inUserCode(
        () -> {
          notes.accept(text);
          return null;
        });
  }
}
