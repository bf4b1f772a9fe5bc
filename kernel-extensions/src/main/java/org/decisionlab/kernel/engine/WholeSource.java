// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.tools.Diagnostic;
import javax.tools.JavaFileObject;
import org.decisionlab.kernel.engine.Fragment.Form;

/**
 * A cell that declares something as one source, to be read and not to be run. As with JShell, each
 * type and each method has a class of its own, whose names all others import; variables of a type
 * that is written are fields. Statements stand in one method, in which the other variables are
 * local, so that {@code var} has its type.
 */
final class WholeSource {

  private final List<Piece> pieces;
  private final StringBuilder text = new StringBuilder();
  private final List<Segment> segments = new ArrayList<>();

  /** What a name is. */
  enum Kind {
    TYPE,
    METHOD,
    VARIABLE
  }

  /**
   * A name that a cell declares.
   *
   * @param name the name
   * @param kind what it is
   * @param type type of a variable, or of the parameters of a method; empty if it is not written
   * @param fixed whether it is a final variable that has its value
   */
  record Name(String name, Kind kind, String type, boolean fixed) {

    Name(String name, Kind kind, String type) {
      this(name, kind, type, false);
    }
  }

  /**
   * A place in a cell.
   *
   * @param fragment the fragment
   * @param at where in its source
   */
  record Place(Fragment fragment, int at) {

    /** Where in the cell. */
    int offset() {
      return fragment.offset() + at;
    }
  }

  /** A fragment, what it declares, and its source without the modifiers that mean nothing here. */
  record Piece(Fragment fragment, List<Name> names, String source) {}

  /** Words of the user: where they stand in the text, and the fragment that they are. */
  record Segment(int begin, int end, Fragment fragment) {

    boolean holds(long position) {
      return begin <= position && position <= end;
    }
  }

  private WholeSource(List<Piece> pieces) {
    this.pieces = pieces;
  }

  /**
   * Reads what the fragments of a cell declare.
   *
   * @return nothing if they cannot be told apart so
   */
  static Optional<WholeSource> of(
      List<Fragment> fragments, CompilerPool compilers, CellFiles files) {
    StringBuilder text = new StringBuilder("class W{");
    List<Segment> segments = new ArrayList<>();
    for (Fragment each : fragments) {
      if (each.form() == Form.TYPE || each.form() == Form.MEMBER) {
        append(text, segments, each, each.source());
        text.append('\n');
      }
    }
    text.append("void m()throws Throwable{");
    for (Fragment each : fragments) {
      if (each.form() == Form.VARIABLE) {
        append(text, segments, each, each.source());
        text.append('\n');
      }
    }
    text.append("}}");
    List<Diagnostic<? extends JavaFileObject>> problems = new ArrayList<>();
    CompilerPool.Run run =
        new CompilerPool.Run(
            files, RunCompiler.OPTIONS, new SourceText("W", text.toString()), problems);
    List<Piece> pieces =
        compilers.run(
            run, Set.of(), task -> new DeclarationReader(task, segments).pieces(fragments));
    return problems.isEmpty() ? Optional.of(new WholeSource(pieces)) : Optional.empty();
  }

  /** What the cell declares, in its order. */
  List<Name> names() {
    return pieces.stream().flatMap(each -> each.names.stream()).toList();
  }

  /** What a fragment declares. */
  List<Name> names(Fragment fragment) {
    return pieces.stream()
        .filter(each -> each.fragment.equals(fragment))
        .flatMap(each -> each.names.stream())
        .toList();
  }

  /** Whether a name is declared twice, so that it depends on the place what it means. */
  boolean declaresTwice() {
    Set<Object> seen = new HashSet<>();
    for (Name each : names()) {
      boolean method = each.kind == Kind.METHOD;
      if (!seen.add(method ? each : new Name(each.name, each.kind, ""))) {
        return true;
      }
    }
    return false;
  }

  /**
   * Writes the source.
   *
   * @param simpleName name of the class with the statements; others: with a number
   * @param imports of what there is already, in one line
   * @param preferred classes that an import of the cell means before others
   */
  String write(String simpleName, String imports, Function<String, List<String>> preferred) {
    text.setLength(0);
    segments.clear();
    Map<String, String> named = named(preferred);
    text.append("package REPL;");
    for (String each : imports.split("(?<=;)", -1)) {
      // JShell replaces an import of the same simple name.
      text.append(named.containsKey(CommonImports.simpleName(each)) ? "" : each);
    }
    named.values().forEach(each -> text.append(each.isEmpty() ? "" : "import " + each + ";"));
    for (int i = 0; i < pieces.size(); i++) {
      Piece piece = pieces.get(i);
      if (piece.fragment.form() == Form.IMPORT) {
        user(piece);
        text.append(piece.source.strip().endsWith(";") ? "\n" : ";\n");
      }
      for (String name : shared(piece).stream().map(Name::name).collect(Collectors.toSet())) {
        text.append("import static REPL.").append(simpleName).append(i);
        text.append('.').append(name).append(';');
      }
    }
    for (int i = 0; i < pieces.size(); i++) {
      Piece piece = pieces.get(i);
      if (!shared(piece).isEmpty()) {
        text.append("class ").append(simpleName).append(i).append('{');
        holder(piece);
        text.append('}');
      }
    }
    text.append("class ").append(simpleName);
    text.append("{static Object do_it$()throws java.lang.Throwable{");
    pieces.forEach(this::statement);
    return text.append("return null;}}").toString();
  }

  /**
   * The simple names that imports of the cell give a meaning, each with the class to import for it;
   * with nothing, where the cell imports it by its name.
   */
  private Map<String, String> named(Function<String, List<String>> preferred) {
    Map<String, String> named = new HashMap<>();
    for (Piece piece : pieces) {
      if (piece.fragment.form() == Form.IMPORT) {
        for (String each : preferred.apply(piece.source)) {
          named.put(each.substring(each.lastIndexOf('.') + 1), each);
        }
      }
    }
    for (Piece piece : pieces) {
      if (piece.fragment.form() == Form.IMPORT) {
        named.put(CommonImports.simpleName(piece.source), "");
      }
    }
    named.remove("");
    return named;
  }

  /** Where a problem is to be shown; nothing if it is not in the user's words. */
  Optional<Place> place(Diagnostic<?> problem) {
    // What is said of a declaration begins with its modifiers, which may be ours.
    return place(problem.getStartPosition()).or(() -> place(problem.getPosition()));
  }

  private Optional<Place> place(long position) {
    return segments.stream()
        .filter(each -> each.holds(position))
        .map(each -> new Place(each.fragment, (int) position - each.begin))
        .findFirst();
  }

  /** What stands at a position in the text. */
  char at(long position) {
    return text.charAt((int) position);
  }

  /** The word at a position in the text; empty if there is none. */
  String word(long position) {
    int end = (int) position;
    while (end < text.length() && Character.isJavaIdentifierPart(text.charAt(end))) {
      end++;
    }
    return text.substring((int) position, end);
  }

  /** What other pieces may mean by the names of a piece. */
  private static List<Name> shared(Piece piece) {
    return piece.names.stream()
        .filter(each -> each.kind != Kind.VARIABLE || !each.type.isEmpty())
        .toList();
  }

  private void holder(Piece piece) {
    for (Name each : shared(piece)) {
      if (each.kind == Kind.VARIABLE) {
        text.append(each.fixed ? "static final " : "static ")
            .append(each.type)
            .append(' ')
            .append(each.name)
            .append(';');
      } else {
        text.append("static ");
        user(piece);
      }
    }
  }

  private void statement(Piece piece) {
    Form form = piece.fragment.form();
    boolean variable = piece.names.stream().anyMatch(each -> each.kind == Kind.VARIABLE);
    if (variable) {
      // A variable whose type is written is a field for all others.
      boolean field = piece.names.equals(shared(piece));
      text.append(field ? "{" : "");
      user(piece);
      text.append(field ? "\n}" : "\n");
    } else if (!piece.fragment.declares()) {
      // After "if (true)", the next statement counts as reachable.
      boolean value = form == Form.EXPRESSION;
      text.append("if(true){").append(value ? "var $value=" : "");
      user(piece);
      text.append(value ? "\n;}" : "\n}");
    }
  }

  private void user(Piece piece) {
    append(text, segments, piece.fragment, piece.source);
  }

  private static void append(
      StringBuilder text, List<Segment> segments, Fragment fragment, String source) {
    segments.add(new Segment(text.length(), text.length() + source.length(), fragment));
    text.append(source);
  }
}
