// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdk.jshell.DeclarationSnippet;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.VarSnippet;
import jdk.jshell.spi.ExecutionControl.InternalException;
import org.jspecify.annotations.Nullable;

/**
 * Puts JShell right after one of its compilations was stopped: it has noted the new declaration by
 * then, whose class will never be there, and given up the one that it was to replace.
 */
final class StoppedDeclaration {

  private final JShell shell;
  private final CellControl control;
  private final Declared declared;
  private final CellSources sources;

  /**
   * @param shell has been stopped
   * @param control holds the values of variables
   * @param declared knows what was declared before
   * @param sources knows what was ever declared
   */
  StoppedDeclaration(JShell shell, CellControl control, Declared declared, CellSources sources) {
    this.shell = shell;
    this.control = control;
    this.declared = declared;
    this.sources = sources;
  }

  /** Drops what is new and declares again what it was to replace, with its value. */
  void undo() {
    Map<String, String> wrappers = declared.wrappers();
    Set<DeclarationSnippet> broken =
        declarations()
            .filter(each -> shell.status(each).isActive() && isNew(each, wrappers.get(each.id())))
            .collect(Collectors.toSet());
    broken.forEach(shell::drop);
    Set<String> active =
        declarations()
            .filter(each -> shell.status(each).isActive())
            .map(Snippet::id)
            .collect(Collectors.toSet());
    // All versions of a declaration have one id; the last is the one that was there.
    Map<String, DeclarationSnippet> lost = new LinkedHashMap<>();
    declarations()
        .filter(each -> wrappers.containsKey(each.id()) && !active.contains(each.id()))
        .filter(each -> !broken.contains(each))
        .forEach(each -> lost.put(each.id(), each));
    lost.values().forEach(this::restore);
  }

  private Stream<DeclarationSnippet> declarations() {
    return shell
        .snippets()
        .filter(each -> each.kind() != Snippet.Kind.IMPORT)
        .filter(DeclarationSnippet.class::isInstance)
        .map(DeclarationSnippet.class::cast);
  }

  /** Whether a declaration is none of those that were made to the end. */
  private boolean isNew(DeclarationSnippet snippet, @Nullable String wrapper) {
    return wrapper == null
        ? sources.label(snippet).isEmpty()
        : !wrapper.equals(shell.sourceCodeAnalysis().wrapper(snippet).fullClassName());
  }

  private void restore(DeclarationSnippet lost) {
    // The value of a variable is copied; to compute it again might do something twice.
    String source =
        lost instanceof VarSnippet variable
            ? variable.typeName() + " " + variable.name() + ";"
            : lost.source();
    List<SnippetEvent> events = shell.eval(source);
    try {
      control.settle();
    } catch (InternalException e) {
      throw new IllegalStateException("cannot declare " + lost.name() + " again", e);
    }
    declared.update(events);
    sources.restored(lost, events);
  }
}
