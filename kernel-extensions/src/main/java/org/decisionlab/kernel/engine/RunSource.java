// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.decisionlab.kernel.engine.Fragment.Form;
import org.jspecify.annotations.Nullable;

/**
 * The source of the class that runs consecutive statements of a cell. All that is not the user's
 * stands before the first line or between his words, so that lines are those of the cell.
 */
final class RunSource {

  /** What becomes of the last expression. */
  enum Last {
    /** Its value is that of the run, with the type that it has by itself. */
    VALUE,
    /** Its value is that of the run, as an object. */
    OBJECT,
    /** It has no value. */
    STATEMENT
  }

  private final StringBuilder text = new StringBuilder();
  private final List<Segment> segments = new ArrayList<>();
  private final List<Segment> variables = new ArrayList<>();
  private final Map<String, String> fields;
  private final Last last;
  private int line = 1;
  private int cellLine = 1;
  private int counted;

  /** Words of the user: where they stand in the text, and from where in the cell they are. */
  private record Segment(int begin, int end, int offset) {

    boolean holds(long position) {
      return begin <= position && position <= end;
    }
  }

  /**
   * @param name simple name of the class
   * @param imports import declarations, in one line
   * @param fields for each variable that is declared again, the class that holds it
   * @param last what becomes of the last expression
   */
  RunSource(String name, String imports, Map<String, String> fields, Last last) {
    this.fields = fields;
    this.last = last;
    text.append("package REPL;").append(imports).append("class ").append(name).append('{');
  }

  /** All in one method. */
  RunSource together(List<Fragment> parts) {
    text.append("public static Object do_it$()throws java.lang.Throwable{");
    parts.forEach(this::part);
    if (!endsWithValue(parts)) {
      text.append("return null;");
    }
    text.append("}}");
    return this;
  }

  /** Each part in a method of its own: one method may have 64 KiB. */
  RunSource apart(List<Fragment> parts) {
    text.append("public static Object do_it$()throws java.lang.Throwable{");
    for (int i = 0; i < parts.size() - 1; i++) {
      text.append("part$").append(i).append("();");
    }
    text.append("return part$").append(parts.size() - 1).append("();}");
    for (int i = 0; i < parts.size(); i++) {
      text.append("private static Object part$").append(i).append("()throws java.lang.Throwable{");
      part(parts.get(i));
      if (!endsWithValue(parts.subList(i, i + 1))) {
        text.append("return null;");
      }
      text.append('}');
    }
    text.append('}');
    return this;
  }

  String text() {
    return text.toString();
  }

  /** The class that holds the variable of this name and is assigned to what is declared here. */
  @Nullable String field(String name, long position) {
    boolean declared = variables.stream().anyMatch(each -> each.holds(position));
    return declared ? fields.get(name) : null;
  }

  /** Offset in the cell of a position in the text, or nothing if it is not in the user's words. */
  OptionalInt offset(long position) {
    return segments.stream()
        .filter(each -> each.holds(position))
        .mapToInt(each -> each.offset + (int) position - each.begin)
        .findFirst();
  }

  /** Line of a place in a cell; one after the other, each character is counted once. */
  private int lineOf(CellText cell, int offset) {
    String java = cell.text();
    for (; counted < Math.min(offset, java.length()); counted++) {
      if (java.charAt(counted) == '\n') {
        cellLine++;
      }
    }
    return cellLine;
  }

  /** Offset in the cell of the words of the user that stand at or after a position. */
  int offsetAfter(long position) {
    return segments.stream()
        .filter(each -> each.end >= position)
        .mapToInt(Segment::offset)
        .findFirst()
        .orElse(0);
  }

  private boolean endsWithValue(List<Fragment> parts) {
    return last != Last.STATEMENT && parts.get(parts.size() - 1).form() == Form.EXPRESSION;
  }

  private void part(Fragment part) {
    int begin = part.offset() + part.leadingSpace();
    int wanted = lineOf(part.cell(), begin);
    text.append("\n".repeat(Math.max(0, wanted - line)));
    line = Math.max(line, wanted);
    String source = part.source().substring(part.leadingSpace());
    if (part.form() == Form.EXPRESSION && last != Last.STATEMENT) {
      text.append(last == Last.VALUE ? "var $value=" : "Object $value=");
      user(source, begin);
      text.append("\n;return $value;");
      line++;
      return;
    }
    // After "if (true)", the next statement counts as reachable.
    text.append("if(true){");
    String variable = part.variable();
    Segment words = user(source, begin);
    if (part.form() == Form.EXPRESSION) {
      text.append("\n;");
      line++;
    }
    if (variable != null) {
      variables.add(words);
      text.append(' ').append(fields.get(variable)).append('.').append(variable).append('=');
      text.append(variable).append(';');
    }
    text.append('}');
  }

  private Segment user(String source, int offset) {
    Segment words = new Segment(text.length(), text.length() + source.length(), offset);
    segments.add(words);
    text.append(source);
    line += (int) source.chars().filter(c -> c == '\n').count();
    return words;
  }
}
