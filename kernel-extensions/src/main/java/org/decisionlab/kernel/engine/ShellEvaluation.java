// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import jdk.jshell.DeclarationSnippet;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.Snippet.SubKind;
import jdk.jshell.SnippetEvent;
import jdk.jshell.UnresolvedReferenceException;
import org.decisionlab.kernel.engine.Fragment.Form;
import org.decisionlab.kernel.engine.RecordConstructors.Opened;
import org.jspecify.annotations.Nullable;

/**
 * Runs with JShell what declares a name: new variables, methods, types and imports. On the cell
 * thread only.
 */
final class ShellEvaluation {

  private final JShell shell;
  private final CommonImports imports;
  private final Declared declared;
  private final CellSources sources;
  private final Redefinition redefinition;
  private final CellThread thread;
  private final CellControl control;
  private final CompilerPool compilers;
  private final RecordConstructors constructors;
  private final Refusals refusals;
  private final ShellMemory memory;
  private boolean equipped;

  /**
   * JShell and what is known of its declarations.
   *
   * @param shell where names are declared
   * @param imports it is to know before the first of them
   * @param declared what there is
   * @param sources where it was declared
   * @param redefinition what a new declaration means for others
   */
  record Session(
      JShell shell,
      CommonImports imports,
      Declared declared,
      CellSources sources,
      Redefinition redefinition) {}

  ShellEvaluation(
      Session session,
      CellThread thread,
      CellControl control,
      CompilerPool compilers,
      RecordConstructors constructors) {
    this.shell = session.shell;
    this.imports = session.imports;
    this.declared = session.declared;
    this.sources = session.sources;
    this.redefinition = session.redefinition;
    this.thread = thread;
    this.control = control;
    this.compilers = compilers;
    this.constructors = constructors;
    this.refusals = new Refusals(shell);
    this.memory = new ShellMemory(shell);
  }

  /** JShell, with all that it should know. */
  JShell shell() {
    prepare();
    return shell;
  }

  /** Does a part of what {@link #shell} does; returns whether there is more. */
  boolean prepareNext() {
    equip();
    return imports.tellNext();
  }

  /** JShell has taken new compilers: its class path has grown. */
  void forgetCompilers() {
    equipped = false;
  }

  private void prepare() {
    equip();
    imports.tell();
  }

  private void equip() {
    if (!equipped) {
      compilers.equip(shell);
      equipped = true;
    }
  }

  /** Runs a declaration, or an expression or statement that cannot be compiled beside JShell. */
  Outcome run(Fragment fragment) throws Exception {
    prepare();
    try {
      return declare(fragment);
    } catch (RuntimeException | Error e) {
      if (!StoppableCompiler.hasStopped(e)) {
        throw e;
      }
      thread.mend(new StoppedDeclaration(shell, control, declared, sources)::undo);
      return Outcome.failed(new CellStopped());
    }
  }

  private Outcome declare(Fragment fragment) throws Exception {
    Opened opened = constructors.open(fragment);
    sources.begin(opened.fragment());
    control.declaring(fragment.form() != Form.IMPORT);
    List<SnippetEvent> events;
    try {
      events = new ArrayList<>(shell.eval(opened.fragment().source()));
      if (fragment.form() == Form.IMPORT && shell.status(events.get(0).snippet()).isActive()) {
        events.addAll(imports.prefer(fragment.source()));
      }
    } finally {
      control.declaring(false);
    }
    control.settle();
    declared.update(events);
    sources.done(events, fragment);
    if (events.get(0).snippet() instanceof DeclarationSnippet snippet
        && snippet.kind() != Snippet.Kind.IMPORT
        && shell.status(snippet).isDefined()) {
      control.declared(
          shell.sourceCodeAnalysis().wrapper(snippet).fullClassName(), opened.fragment());
    }
    Object value = control.value();
    List<SnippetEvent> revived = redefinition.revive(events);
    control.settle();
    declared.update(revived);
    redefinition.remember(events);
    try {
      Throwable failure = failure(events, opened);
      if (failure != null) {
        return Outcome.failed(failure);
      }
      boolean shown = fragment.form() == Form.EXPRESSION && isShown(events);
      return shown ? new Outcome(value, null) : Outcome.DONE;
    } finally {
      forget(events);
    }
  }

  /** Lets go of what is not needed any more, once it has been looked at. */
  private void forget(List<SnippetEvent> events) {
    sources.forget(memory.forget(events));
    if (memory.declared()) {
      sources.forgetOthers();
    }
  }

  private @Nullable Throwable failure(List<SnippetEvent> events, Opened opened) throws Exception {
    for (SnippetEvent event : events) {
      if (event.causeSnippet() != null) {
        continue;
      }
      switch (event.status()) {
        case REJECTED -> {
          Throwable thrown = control.thrown();
          return thrown != null ? thrown : refusals.of(event.snippet(), opened);
        }
        case RECOVERABLE_DEFINED, RECOVERABLE_NOT_DEFINED -> {
          if (!redefinition.isIncomplete(event.snippet())) {
            return refusals.hopeless(event.snippet(), opened);
          }
        }
        default -> {}
      }
      if (event.exception() instanceof UnresolvedReferenceException missing) {
        return redefinition.unusable(missing.getSnippet(), opened.fragment());
      }
      if (event.exception() != null) {
        return Objects.requireNonNullElse(control.thrown(), event.exception());
      }
    }
    return null;
  }

  /**
   * Says what is wrong with a piece that is not Java.
   *
   * @throws CompileException always
   */
  void refuse(Fragment fragment) throws Exception {
    Opened opened = constructors.open(fragment);
    List<SnippetEvent> events = shell().eval(opened.fragment().source());
    try {
      Throwable failure = failure(events, opened);
      throw failure instanceof CompileException refused
          ? refused
          : Refusals.at(fragment, "this is not Java");
    } finally {
      forget(events);
    }
  }

  private static boolean isShown(List<SnippetEvent> events) {
    SubKind kind = events.get(0).snippet().subKind();
    return kind == SubKind.TEMP_VAR_EXPRESSION_SUBKIND
        || kind == SubKind.VAR_VALUE_SUBKIND
        || kind == SubKind.OTHER_EXPRESSION_SUBKIND;
  }
}
