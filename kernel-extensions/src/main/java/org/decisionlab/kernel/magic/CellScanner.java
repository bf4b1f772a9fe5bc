// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.magic;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.decisionlab.kernel.magic.CellScript.CellCall;
import org.decisionlab.kernel.magic.CellScript.LineCall;
import org.decisionlab.kernel.magic.CellScript.Step;

/**
 * Finds the magics of a cell. A line magic begins a line where a Java statement may begin, or
 * follows {@code =}. A {@code %} in a text block, a string, a comment or in the middle of an
 * expression is Java; where an expression without semicolon ends a line, the next line is a magic
 * only if its name is known.
 */
public final class CellScanner {

  private static final Pattern CELL_MAGIC =
      Pattern.compile(
          "\\A(?:\\s|//[^\\n]*(?:\\n|\\z)|/\\*.*?\\*/)*%%([A-Za-z_][\\w.-]*)([^\\n]*)(?:\\n|\\z)",
          Pattern.DOTALL);
  private static final Pattern LINE_MAGIC = Pattern.compile("%([A-Za-z_][\\w.-]*)([^\\n]*)");
  private static final String CALL = "org.decisionlab.kernel.cell.Notebook.lineMagic(";

  private final String cell;
  private final Predicate<String> known;
  private final StringBuilder java = new StringBuilder();
  private final List<Step> steps = new ArrayList<>();
  private int at;
  private int stepBegin;
  private int parentheses;
  private int braces;
  private char previous = ';';

  private CellScanner(String cell, Predicate<String> known) {
    this.cell = cell;
    this.known = known;
  }

  /**
   * Takes a cell apart.
   *
   * @param cell the cell, lines ending with {@code \n}
   * @param known whether there is a line magic of this name
   * @throws MagicUsageException if the arguments of a magic cannot be split
   */
  public static CellScript scan(String cell, Predicate<String> known) throws MagicUsageException {
    Matcher whole = CELL_MAGIC.matcher(cell);
    if (whole.find()) {
      List<String> arguments = MagicArguments.split(whole.group(2));
      String body = cell.substring(whole.end());
      return new CellScript("", List.of(new CellCall(whole.group(1), arguments, body)));
    }
    return new CellScanner(cell, known).lines();
  }

  private CellScript lines() throws MagicUsageException {
    while (at < cell.length()) {
      char c = cell.charAt(at);
      if (c == '%' && magic()) {
        continue;
      }
      int end = endOfToken(c);
      java.append(cell, at, end);
      at = end;
    }
    endJava();
    return new CellScript(java.toString(), steps);
  }

  /** End of the comment, literal or character that begins here; keeps count of brackets. */
  private int endOfToken(char c) {
    if (cell.startsWith("//", at)) {
      return endOr(cell.indexOf('\n', at));
    }
    if (cell.startsWith("/*", at)) {
      int close = cell.indexOf("*/", at + 2);
      return close < 0 ? cell.length() : close + 2;
    }
    if (!Character.isWhitespace(c)) {
      previous = c;
    }
    switch (c) {
      case '(', '[' -> parentheses++;
      case ')', ']' -> parentheses--;
      case '{' -> braces++;
      case '}' -> braces--;
      case '"', '\'' -> {
        return endOfLiteral(c);
      }
      default -> {}
    }
    return at + 1;
  }

  private int endOfLiteral(char quote) {
    boolean block = cell.startsWith("\"\"\"", at);
    String close = block ? "\"\"\"" : String.valueOf(quote);
    for (int i = at + close.length(); i < cell.length(); i++) {
      char c = cell.charAt(i);
      if (c == '\\') {
        i++;
      } else if (cell.startsWith(close, i)) {
        return i + close.length();
      } else if (c == '\n' && !block) {
        return i;
      }
    }
    return cell.length();
  }

  /** Takes a magic that begins here; returns whether one does. */
  private boolean magic() throws MagicUsageException {
    Matcher matcher = LINE_MAGIC.matcher(cell).region(at, cell.length());
    if (!matcher.lookingAt()) {
      return false;
    }
    String name = matcher.group(1);
    if (previous == '=') {
      return inJava(name, matcher);
    }
    if (!beginsLine() || parentheses != 0) {
      return false;
    }
    boolean mayBeginStatement = previous == ';' || previous == '}' || previous == '{';
    if (!mayBeginStatement && !(known.test(name) && previousEndsExpression())) {
      return false;
    }
    if (braces != 0) {
      return inJava(name, matcher);
    }
    endJava();
    steps.add(new LineCall(name, MagicArguments.split(matcher.group(2))));
    java.append(" ".repeat(matcher.end() - at));
    at = matcher.end();
    stepBegin = java.length();
    previous = ';';
    return true;
  }

  /** Writes a call in place of a magic that is part of Java code. */
  private boolean inJava(String name, Matcher matcher) throws MagicUsageException {
    String arguments =
        MagicArguments.split(matcher.group(2)).stream()
            .map(CellScanner::literal)
            .collect(Collectors.joining(", "));
    java.append(CALL).append(literal(name)).append(", java.util.List.of(");
    java.append(arguments).append("));");
    at = matcher.end();
    previous = ';';
    return true;
  }

  private void endJava() {
    if (!java.substring(stepBegin).isBlank()) {
      steps.add(new CellScript.Java(stepBegin, java.length()));
    }
    stepBegin = java.length();
  }

  private boolean beginsLine() {
    int lineBegin = cell.lastIndexOf('\n', at - 1) + 1;
    return cell.substring(lineBegin, at).isBlank();
  }

  private boolean previousEndsExpression() {
    return Character.isJavaIdentifierPart(previous) || ")]\"'".indexOf(previous) >= 0;
  }

  private int endOr(int position) {
    return position < 0 ? cell.length() : position;
  }

  private static String literal(String text) {
    StringBuilder literal = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> literal.append("\\\"");
        case '\\' -> literal.append("\\\\");
        case '\t' -> literal.append("\\t");
        case '\r' -> literal.append("\\r");
        default -> literal.append(c);
      }
    }
    return literal.append('"').toString();
  }
}
