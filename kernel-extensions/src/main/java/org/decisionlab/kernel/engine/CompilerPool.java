// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import com.sun.source.util.JavacTask;
import java.io.Writer;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import javax.tools.Diagnostic;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.ToolProvider;
import jdk.jshell.JShell;
import org.jspecify.annotations.Nullable;

/**
 * Runs the compiler again and again. Where the JVM was started with the flags that {@link
 * CompilerReuse} needs, a run keeps what earlier runs have learned of the JDK and of the jars.
 */
final class CompilerPool {

  private final JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
  private final @Nullable CompilerReuse reuse = CompilerReuse.find(this::stoppable);
  private @Nullable StoppableCompiler stoppable;
  private boolean sought;

  /**
   * One run of the compiler.
   *
   * @param files where classes are looked up and written
   * @param options of the compiler
   * @param source the source
   * @param problems collects what the compiler says
   */
  record Run(
      JavaFileManager files,
      List<String> options,
      SourceText source,
      Collection<Diagnostic<? extends JavaFileObject>> problems) {}

  /**
   * Runs the compiler.
   *
   * @param run what to compile
   * @param known binary names of the classes of cells that earlier runs may have seen
   * @param work what to do with the task, which is valid only in there
   */
  <T> T run(Run run, Collection<String> known, Function<JavacTask, T> work) {
    if (reuse != null) {
      return reuse.run(run, known, work);
    }
    return work.apply(
        (JavacTask)
            compiler.getTask(
                Writer.nullWriter(),
                run.files,
                run.problems::add,
                run.options,
                null,
                List.of(run.source)));
  }

  /** Makes JShell's compilers stoppable, where that can be; it takes new ones now and then. */
  void equip(JShell shell) {
    StoppableCompiler found = stoppable();
    if (found != null) {
      found.equip(shell);
    }
  }

  /** Not before it is needed: the kernel is to start quickly. */
  private @Nullable StoppableCompiler stoppable() {
    if (!sought) {
      stoppable = StoppableCompiler.find();
      sought = true;
    }
    return stoppable;
  }

  /** Forgets what runs have learned: the class path has changed, or a run has crashed. */
  void forget() {
    if (reuse != null) {
      reuse.forget();
    }
  }
}
