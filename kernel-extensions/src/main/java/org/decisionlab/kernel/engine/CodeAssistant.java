// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdk.jshell.MethodSnippet;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.Completeness;
import jdk.jshell.SourceCodeAnalysis.Documentation;
import jdk.jshell.SourceCodeAnalysis.Suggestion;
import org.decisionlab.kernel.engine.Fragment.Form;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers questions about code that is being typed: completion, inspection, completeness. */
public final class CodeAssistant {

  private static final Logger LOG = LoggerFactory.getLogger(CodeAssistant.class);
  private static final int MOST_NESTED = 10;

  /** The name of a type, or that of a method with its parenthesis. */
  private static final Pattern DECLARED =
      Pattern.compile(
          "\\b(?:class|record|enum|interface)\\s+([\\p{L}_$][\\p{L}\\p{N}_$]*)"
              + "|([\\p{L}_$][\\p{L}\\p{N}_$]*\\()");

  private final CellEngine engine;

  /**
   * @param engine whose cells are in scope
   */
  public CodeAssistant(CellEngine engine) {
    this.engine = engine;
  }

  /**
   * What may stand at the cursor.
   *
   * @param code Java of the cell
   * @param cursor position in it, in characters
   */
  public Completion complete(String code, int cursor) throws Exception {
    return engine
        .thread()
        .call(
            () -> {
              String typed = code.substring(0, cursor);
              int begin = beginOfLast(typed);
              String last = typed.substring(begin);
              List<Fragment> before = before(typed.substring(0, begin));
              String scope = scope(before);
              Completion found = suggestions(scope, last, begin);
              if (found.matches.isEmpty() && !scope.isEmpty()) {
                found = suggestions("", last, begin);
              }
              return withParts(withNames(found, before, last), typed);
            });
  }

  /**
   * What is known of the name at the cursor: sources of what cells declare, or else signatures;
   * empty if nothing is known.
   */
  public List<String> inspect(String code, int cursor) throws Exception {
    return engine
        .thread()
        .call(
            () -> {
              String typed = code.substring(0, endOfName(code, cursor));
              int begin = beginOfLast(typed);
              String last = typed.substring(begin);
              String name = lastName(typed);
              boolean qualified = typed.endsWith("." + name);
              List<String> found = new ArrayList<>(qualified ? List.of() : declared(name));
              if (found.isEmpty()) {
                found.addAll(signatures(last));
              }
              if (found.isEmpty() && !last.endsWith("(")) {
                found.addAll(signatures(last + "("));
              }
              String scope = found.isEmpty() ? scope(before(typed.substring(0, begin))) : "";
              if (!scope.isEmpty()) {
                found.addAll(signatures(scope + last));
              }
              if (!scope.isEmpty() && found.isEmpty() && !last.endsWith("(")) {
                found.addAll(signatures(scope + last + "("));
              }
              if (found.isEmpty()) {
                found.addAll(types(last));
              }
              return found;
            });
  }

  /**
   * The class that a name means in the cells.
   *
   * @param name simple or qualified, with dots
   */
  public Optional<Class<?>> classOf(String name) throws Exception {
    return engine
        .thread()
        .call(
            () -> {
              int dot = name.indexOf('.');
              String first = dot < 0 ? name : name.substring(0, dot);
              List<String> names = new ArrayList<>(List.of(name));
              Stream.concat(signatures(first).stream(), types(first).stream())
                  .map(found -> found.replaceAll("<.*", ""))
                  .filter(found -> found.endsWith("." + first))
                  .forEach(found -> names.add(found + (dot < 0 ? "" : name.substring(dot))));
              return names.stream().flatMap(each -> loaded(each).stream()).findFirst();
            });
  }

  /** A class by its name with dots, also between a class and one nested in it. */
  private Optional<Class<?>> loaded(String name) {
    String binary = name;
    while (true) {
      try {
        ClassLoader cells = engine.thread().getContextClassLoader();
        return Optional.of(Class.forName(binary, false, cells));
      } catch (ClassNotFoundException | LinkageError e) {
        int dot = binary.lastIndexOf('.');
        if (dot < 0) {
          return Optional.empty();
        }
        binary = binary.substring(0, dot) + "$" + binary.substring(dot + 1);
      }
    }
  }

  /** Whether the code can run as it is. */
  public Completeness completeness(String code) throws Exception {
    return engine
        .thread()
        .call(
            () -> {
              Completeness completeness = engine.splitter().completeness(code);
              boolean claimsWhole =
                  completeness == Completeness.COMPLETE
                      || completeness == Completeness.COMPLETE_WITH_SEMI;
              boolean broken =
                  claimsWhole
                      && engine.splitter().split(new CellText("", code), code, 0).stream()
                          .anyMatch(fragment -> fragment.form() == Form.BROKEN);
              return broken ? Completeness.UNKNOWN : completeness;
            });
  }

  /**
   * What may stand at the end of a text.
   *
   * @param scope what stands before it for the compiler alone
   * @param last the text
   * @param offset where the text begins in the cell
   */
  private Completion suggestions(String scope, String last, int offset) {
    int end = scope.length() + last.length();
    int[] anchor = {end};
    List<Suggestion> suggestions =
        isTooDeep(last)
            ? List.of()
            : told(() -> analysis().completionSuggestions(scope + last, end, anchor), List.of());
    LinkedHashSet<String> matches = new LinkedHashSet<>();
    suggestions.stream()
        .filter(Suggestion::matchesType)
        .forEach(match -> matches.add(match.continuation()));
    suggestions.forEach(match -> matches.add(match.continuation()));
    int start = offset + Math.max(0, anchor[0] - scope.length());
    return new Completion(List.copyOf(matches), start, offset + last.length());
  }

  /**
   * The variables and types that a cell has declared so far, as the begin of a block: JShell does
   * not know them before the cell has run.
   */
  private static String scope(List<Fragment> before) {
    String declared =
        before.stream()
            .filter(each -> each.form() == Form.VARIABLE || each.form() == Form.TYPE)
            .map(Fragment::source)
            .collect(Collectors.joining("\n"));
    return declared.isBlank() ? "" : "{" + declared + "\n";
  }

  private List<Fragment> before(String text) {
    return text.isBlank()
        ? List.of()
        : told(() -> engine.splitter().split(new CellText("", text), text, 0), List.of());
  }

  /** Adds the names that a cell has declared so far, where a name may begin. */
  private static Completion withNames(Completion found, List<Fragment> before, String last) {
    String typed = lastName(last);
    if (last.endsWith("." + typed)) {
      return found;
    }
    LinkedHashSet<String> matches = new LinkedHashSet<>();
    for (Fragment each : before) {
      Matcher name = DECLARED.matcher(each.source());
      if (each.variable() != null) {
        matches.add(each.variable());
      } else if (each.form() == Form.TYPE && name.find() && name.group(1) != null) {
        matches.add(name.group(1));
      } else if (each.form() == Form.MEMBER && name.find() && name.group(2) != null) {
        matches.add(name.group(2));
      }
    }
    matches.removeIf(name -> !name.startsWith(typed));
    matches.addAll(found.matches);
    return new Completion(List.copyOf(matches), found.start, found.end);
  }

  private int beginOfLast(String typed) {
    return told(() -> engine.splitter().beginOfLast(typed), 0);
  }

  /** Whether the compiler may not end: it is exponential in calls of unknown methods in others. */
  private static boolean isTooDeep(String code) {
    int depth = 0;
    int deepest = 0;
    for (int i = 0; i < code.length(); i++) {
      depth = Math.max(0, depth + (code.charAt(i) == '(' ? 1 : code.charAt(i) == ')' ? -1 : 0));
      deepest = Math.max(deepest, depth);
    }
    return deepest > MOST_NESTED;
  }

  /** What JShell says, or that it says nothing: of broken code it knows ways to break itself. */
  private <T> T told(Supplier<T> question, T otherwise) {
    try {
      return engine.thread().answer(question);
    } catch (RuntimeException | AssertionError | InternalError | StackOverflowError e) {
      LOG.debug("JShell could not answer", e);
      return otherwise;
    }
  }

  private SourceCodeAnalysis analysis() {
    return engine.shell().sourceCodeAnalysis();
  }

  private List<String> declared(String name) {
    Stream<String> variables =
        engine
            .shell()
            .variables()
            .filter(variable -> variable.name().equals(name))
            .map(variable -> variable.typeName() + " " + name);
    Stream<String> methods =
        engine
            .shell()
            .methods()
            .filter(method -> method.name().equals(name))
            .map(MethodSnippet::source)
            .map(String::strip);
    Stream<String> types =
        engine
            .shell()
            .types()
            .filter(type -> type.name().equals(name))
            .map(type -> type.source().strip());
    return Stream.of(variables, methods, types).flatMap(s -> s).toList();
  }

  private List<String> signatures(String code) {
    return isTooDeep(code)
        ? List.of()
        : told(() -> analysis().documentation(code, code.length(), false), List.<Documentation>of())
            .stream()
            .map(Documentation::signature)
            .toList();
  }

  /** Adds what continues a qualified name: packages, and classes where nothing else is found. */
  private Completion withParts(Completion known, String typed) throws IOException {
    String name = qualifiedName(typed);
    boolean found = !known.matches.isEmpty();
    LinkedHashSet<String> matches = new LinkedHashSet<>(known.matches);
    matches.addAll(parts(name, found));
    int simple = name.length() - 1 - name.lastIndexOf('.');
    int start = found ? known.start : typed.length() - simple;
    return new Completion(List.copyOf(matches), start, typed.length());
  }

  /** What continues a qualified name: packages, and classes where JShell has found nothing. */
  private List<String> parts(String name, boolean found) throws IOException {
    if (name.isEmpty()) {
      return List.of();
    }
    int last = name.lastIndexOf('.');
    String enclosing = name.substring(0, Math.max(0, last));
    String begin = name.substring(last + 1);
    List<String> parts = new ArrayList<>();
    engine.names().packagesIn(enclosing, begin).forEach(part -> parts.add(part + "."));
    if (!found && last > 0) {
      parts.addAll(engine.names().classesIn(enclosing, begin));
    }
    return parts;
  }

  /** The classes that a simple name at the end of the code may mean. */
  private List<String> types(String code) throws IOException {
    String name = qualifiedName(code);
    return name.isEmpty() || name.indexOf('.') >= 0 ? List.of() : engine.names().qualified(name);
  }

  /** The name with dots at the end of what is typed; empty if something else stands there. */
  private static String qualifiedName(String typed) {
    int start = typed.length();
    while (start > 0 && isPartOfName(typed.charAt(start - 1))) {
      start--;
    }
    String name = typed.substring(start);
    return name.isEmpty() || !Character.isJavaIdentifierStart(name.charAt(0)) ? "" : name;
  }

  private static boolean isPartOfName(char c) {
    return c == '.' || Character.isJavaIdentifierPart(c);
  }

  private static int endOfName(String code, int cursor) {
    int end = cursor;
    while (end < code.length() && Character.isJavaIdentifierPart(code.charAt(end))) {
      end++;
    }
    return end;
  }

  private static String lastName(String code) {
    int begin = code.length();
    while (begin > 0 && Character.isJavaIdentifierPart(code.charAt(begin - 1))) {
      begin--;
    }
    return code.substring(begin);
  }

  /**
   * Texts that may stand in place of a range.
   *
   * @param matches the texts, the best first
   * @param start begin of the range, in characters
   * @param end end of the range
   */
  public record Completion(List<String> matches, int start, int end) {}
}
