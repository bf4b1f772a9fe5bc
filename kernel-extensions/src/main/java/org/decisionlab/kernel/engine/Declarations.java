// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import jdk.jshell.DeclarationSnippet;
import jdk.jshell.JShell;
import jdk.jshell.MethodSnippet;
import jdk.jshell.Snippet;
import jdk.jshell.TypeDeclSnippet;
import jdk.jshell.VarSnippet;
import jdk.jshell.spi.ExecutionControl.InternalException;
import org.decisionlab.kernel.cell.Declaration;
import org.decisionlab.kernel.cell.Declaration.Kind;
import org.jspecify.annotations.Nullable;

/** The names that cells have declared. */
public final class Declarations {

  private final CellThread thread;
  private final JShell shell;
  private final CellControl control;
  private final CellSources sources;
  private final Declared declared;

  Declarations(
      CellThread thread,
      JShell shell,
      CellControl control,
      CellSources sources,
      Declared declared) {
    this.thread = thread;
    this.shell = shell;
    this.control = control;
    this.sources = sources;
    this.declared = declared;
  }

  /** The names and values, values of expressions left out. */
  public List<Declaration> list() throws Exception {
    return thread.call(
        () -> {
          List<Declaration> list = new ArrayList<>();
          shell
              .variables()
              .filter(each -> !each.name().startsWith("$"))
              .forEach(each -> list.add(entry(Kind.VARIABLE, each, each.name(), each.typeName())));
          shell
              .methods()
              .forEach(each -> list.add(entry(Kind.METHOD, each, each.name(), signature(each))));
          shell
              .types()
              .forEach(each -> list.add(entry(Kind.TYPE, each, each.name(), typeOf(each))));
          return list;
        });
  }

  /** Forgets all but the imports that no cell has made. */
  public void drop() throws Exception {
    thread.call(() -> thread.inKernelCode(this::dropAll));
  }

  private @Nullable Void dropAll() {
    List<Snippet> snippets =
        shell.snippets().filter(each -> shell.status(each).isActive()).filter(this::goes).toList();
    for (Snippet snippet : snippets) {
      if (snippet instanceof DeclarationSnippet) {
        control.forget(wrapper(snippet));
      }
    }
    for (Snippet snippet : snippets) {
      if (shell.status(snippet).isActive()) {
        declared.update(shell.drop(snippet));
      }
    }
    return null;
  }

  private boolean goes(Snippet snippet) {
    return switch (snippet.kind()) {
      case VAR, METHOD, TYPE_DECL -> true;
      case IMPORT -> sources.label(snippet).startsWith("Cell ");
      default -> false;
    };
  }

  private Declaration entry(Kind kind, Snippet snippet, String name, String type) {
    Object value = snippet instanceof VarSnippet variable ? value(variable) : null;
    return new Declaration(kind, name, type, sources.label(snippet), value);
  }

  private @Nullable Object value(VarSnippet variable) {
    try {
      return control.field(wrapper(variable), variable.name()).get(null);
    } catch (ReflectiveOperationException | InternalException | LinkageError e) {
      // A variable that was never initialized has no class yet.
      return null;
    }
  }

  private String wrapper(Snippet snippet) {
    return shell.sourceCodeAnalysis().wrapper(snippet).fullClassName();
  }

  /** Such as {@code int (String, double)}. */
  private static String signature(MethodSnippet method) {
    String signature = method.signature();
    int close = signature.lastIndexOf(')');
    return signature.substring(close + 1) + " " + signature.substring(0, close + 1);
  }

  private static String typeOf(TypeDeclSnippet type) {
    return type.subKind().name().replaceFirst("_.*", "").toLowerCase(Locale.ROOT);
  }
}
