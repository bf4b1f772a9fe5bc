// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.Stream;
import jdk.jshell.MethodSnippet;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.Completeness;
import jdk.jshell.SourceCodeAnalysis.Documentation;
import jdk.jshell.SourceCodeAnalysis.QualifiedNames;
import jdk.jshell.SourceCodeAnalysis.Suggestion;
import org.decisionlab.kernel.engine.Fragment.Form;

/** Answers questions about code that is being typed: completion, inspection, completeness. */
public final class CodeAssistant {

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
              int begin = engine.splitter().beginOfLast(typed);
              int[] anchor = {typed.length() - begin};
              List<Suggestion> suggestions =
                  analysis()
                      .completionSuggestions(
                          typed.substring(begin), typed.length() - begin, anchor);
              LinkedHashSet<String> matches = new LinkedHashSet<>();
              suggestions.stream()
                  .filter(Suggestion::matchesType)
                  .forEach(match -> matches.add(match.continuation()));
              suggestions.forEach(match -> matches.add(match.continuation()));
              return new Completion(List.copyOf(matches), begin + anchor[0], cursor);
            });
  }

  /**
   * What is known of the name at the cursor: signatures and documentation, one text for each; empty
   * if nothing is known.
   */
  public List<String> inspect(String code, int cursor, boolean withDocumentation) throws Exception {
    return engine
        .thread()
        .call(
            () -> {
              int end = endOfName(code, cursor);
              String typed = code.substring(0, end);
              int begin = engine.splitter().beginOfLast(typed);
              String last = typed.substring(begin);
              String name = lastName(typed);
              List<String> found = new ArrayList<>(declared(name));
              if (found.isEmpty()) {
                found.addAll(documented(last, withDocumentation));
              }
              if (found.isEmpty() && !last.endsWith("(")) {
                found.addAll(documented(last + "(", withDocumentation));
              }
              if (found.isEmpty()) {
                found.addAll(types(last));
              }
              return found;
            });
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

  private List<String> documented(String code, boolean withDocumentation) {
    List<String> texts = new ArrayList<>();
    for (Documentation each : analysis().documentation(code, code.length(), withDocumentation)) {
      String text = each.javadoc();
      texts.add(text == null ? each.signature() : each.signature() + "\n\n" + text);
    }
    return texts;
  }

  private List<String> types(String code) {
    QualifiedNames names = analysis().listQualifiedNames(code, code.length());
    return names.getNames();
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
