// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import jdk.jshell.DeclarationSnippet;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.Snippet.Status;
import jdk.jshell.SnippetEvent;
import jdk.jshell.TypeDeclSnippet;
import jdk.jshell.VarSnippet;
import jdk.jshell.spi.ExecutionControl.InternalException;
import jdk.jshell.spi.SPIResolutionException;

/** Sees to what a declaration does to the declarations before it, and puts it in words. */
final class Redefinition {

  private final JShell shell;
  private final CellControl control;
  private final List<Pending> pending = new ArrayList<>();

  /** Something to say at the end of a cell, if it holds then. */
  private record Pending(String text, BooleanSupplier holds) {}

  Redefinition(JShell shell, CellControl control) {
    this.shell = shell;
    this.control = control;
  }

  /**
   * Declares again what JShell has lost: a variable declared with {@code var} whose class is
   * redefined keeps the text of its value, which no longer fits its type.
   *
   * @param events what JShell has done
   * @return what it has done now
   */
  List<SnippetEvent> revive(List<SnippetEvent> events) throws InternalException {
    List<SnippetEvent> done = new ArrayList<>();
    for (SnippetEvent event : events) {
      if (isConsequence(event)
          && event.snippet() instanceof VarSnippet lost
          && !shell.status(lost).isDefined()) {
        String before = shell.sourceCodeAnalysis().wrapper(lost).fullClassName();
        List<SnippetEvent> again = shell.eval(lost.typeName() + " " + lost.name() + ";");
        Snippet found = again.get(0).snippet();
        if (shell.status(found).isDefined()) {
          String after = shell.sourceCodeAnalysis().wrapper(found).fullClassName();
          control.carryOver(before, after);
        }
        done.addAll(again);
      }
    }
    return done;
  }

  /** Whether a declaration waits for what is not declared yet; remembers to say so. */
  boolean isIncomplete(Snippet snippet) {
    if (!(snippet instanceof DeclarationSnippet declaration)) {
      return false;
    }
    List<String> missing = shell.unresolvedDependencies(declaration).toList();
    pending.add(
        new Pending(
            declaration.name()
                + " is declared, but usable only when this is declared too: "
                + String.join(", ", missing),
            () -> shell.status(snippet).isActive() && shell.status(snippet) != Status.VALID));
    return !missing.isEmpty();
  }

  /** Remembers the consequences of a declaration. */
  void remember(List<SnippetEvent> events) {
    List<Replacements.Reset> resets = control.resets();
    Snippet cause = events.get(0).snippet();
    for (SnippetEvent event : events) {
      if (!isConsequence(event)) {
        continue;
      }
      DeclarationSnippet snippet = (DeclarationSnippet) event.snippet();
      Status now = shell.status(snippet);
      List<Pending> reset =
          resets.stream()
              .filter(each -> each.name().equals(snippet.name()))
              .map(each -> new Pending(words(each), () -> isEmpty(each.name())))
              .toList();
      pending.addAll(reset);
      if (now != Status.VALID && now != Status.OVERWRITTEN) {
        pending.add(
            new Pending(
                snippet.name() + " cannot be used any more: " + reason(snippet),
                () -> shell.status(snippet) != Status.VALID));
      } else if (reset.isEmpty() && holdsFormer(snippet, cause)) {
        pending.add(
            new Pending(
                snippet.name()
                    + " still holds what was made before "
                    + ((TypeDeclSnippet) cause).name()
                    + " was redefined; run its cell again",
                () -> true));
      }
    }
  }

  /** What the user should know of all that is remembered and still true; it is forgotten then. */
  List<String> notes() {
    List<String> notes =
        pending.stream().filter(each -> each.holds.getAsBoolean()).map(Pending::text).toList();
    pending.clear();
    return notes;
  }

  private boolean isEmpty(String name) {
    return shell
        .variables()
        .filter(each -> each.name().equals(name))
        .map(each -> shell.sourceCodeAnalysis().wrapper(each).fullClassName())
        .anyMatch(wrapper -> control.isEmpty(wrapper, name));
  }

  /** Why code has ended in a declaration that is not whole. */
  CompileException unusable(SPIResolutionException reached, Fragment caller) {
    String id = String.valueOf(reached.id());
    return shell
        .snippets()
        .filter(snippet -> snippet.id().equals(id) && shell.status(snippet).isActive())
        .map(DeclarationSnippet.class::cast)
        .findFirst()
        .map(snippet -> unusable(snippet, caller))
        .orElseThrow(() -> reached);
  }

  /** Why a declaration that is not whole cannot be used. */
  CompileException unusable(DeclarationSnippet snippet, Fragment caller) {
    return Refusals.at(caller, snippet.name() + " cannot be used: " + reason(snippet));
  }

  private static boolean isConsequence(SnippetEvent event) {
    return event.causeSnippet() != null
        && event.previousStatus() == Status.VALID
        && event.status() != Status.OVERWRITTEN
        && event.snippet() instanceof DeclarationSnippet;
  }

  private static String words(Replacements.Reset reset) {
    String before = CellNames.userName(reset.before().getTypeName());
    String after = CellNames.userName(reset.after().getTypeName());
    String zero = reset.after().isPrimitive() ? "0" : "null";
    return reset.name()
        + " was reset to "
        + (reset.after() == boolean.class ? "false" : zero)
        + (before.equals(after)
            ? ": it held a " + before + " of before this redefinition of " + after
            : ": its type was " + before + " and is " + after)
        + "; run its cell again";
  }

  private boolean holdsFormer(DeclarationSnippet snippet, Snippet cause) {
    return snippet instanceof VarSnippet variable
        && cause instanceof TypeDeclSnippet type
        && Pattern.compile("\\b" + Pattern.quote(type.name()) + "\\b")
            .matcher(variable.typeName())
            .find()
        && control.holdsValue(variable.name());
  }

  private String reason(DeclarationSnippet snippet) {
    Stream<String> reasons =
        Stream.concat(
            shell.unresolvedDependencies(snippet).map(name -> "declare " + name + " first"),
            shell
                .diagnostics(snippet)
                .map(each -> CellNames.withoutWrappers(each.getMessage(Locale.ENGLISH))));
    return reasons.flatMap(text -> text.lines().limit(1)).findFirst().orElse("it does not compile");
  }
}
