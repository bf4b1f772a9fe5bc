// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.magic;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.decisionlab.kernel.magic.CellScript.CellCall;
import org.decisionlab.kernel.magic.CellScript.LineCall;
import org.decisionlab.kernel.magic.CellScript.Step;

/**
 * Finds the magics of a cell. A line magic begins a line where a Java statement may begin, or
 * follows {@code =}, {@code ->} or {@code return}. A {@code %} in a text block, a string, a comment
 * or in the middle of an expression is Java; where an expression without semicolon ends a line, the
 * next line is a magic only if its name is known.
 */
public final class CellScanner {

  private static final String NAME = "([\\p{L}_][\\p{L}\\p{N}_.-]*)";
  private static final Pattern CELL_MAGIC = Pattern.compile("%%" + NAME + "([^\\r\\n]*)\\R?");
  private static final Pattern JAVA_NAME =
      Pattern.compile("\\s*([\\p{L}_$][\\p{L}\\p{N}_.$]*)(.*)", Pattern.DOTALL);
  private static final Pattern LINE_MAGIC = Pattern.compile("%" + NAME + "([^\\r\\n]*)");

  private final String cell;
  private final MagicWords words;
  private final JavaTokens tokens;
  private final StringBuilder java = new StringBuilder();
  private final List<Step> steps = new ArrayList<>();
  private final Set<String> namesInJava = new LinkedHashSet<>();
  private int stepBegin;

  private CellScanner(String cell, MagicWords words) {
    this.cell = cell;
    this.words = words;
    this.tokens = new JavaTokens(cell, 0);
  }

  /**
   * Takes a cell apart.
   *
   * @param cell the cell
   * @param words what is known of the magics
   * @throws MagicUsageException if a magic stands where none may, or its arguments cannot be split
   */
  public static CellScript scan(String cell, MagicWords words) throws MagicUsageException {
    Matcher whole = CELL_MAGIC.matcher(cell).region(firstCode(cell), cell.length());
    if (!whole.lookingAt()) {
      return new CellScanner(cell, words).lines();
    }
    String name = whole.group(1);
    if (isQuestion(whole.group(2))) {
      return new CellScript("", List.of(help("%%" + name)), Set.of());
    }
    List<Template> arguments = arguments("%%" + name, whole.group(2), words);
    String body = cell.substring(whole.end());
    return new CellScript("", List.of(new CellCall(name, arguments, body)), Set.of());
  }

  /** The name of Java that a cell {@code name?} asks for, if it is such a cell. */
  public static Optional<String> questioned(String cell) {
    Matcher name = JAVA_NAME.matcher(cell);
    return name.matches() && isQuestion(name.group(2))
        ? Optional.of(name.group(1))
        : Optional.empty();
  }

  /** Where white space and comments at the beginning of a cell end. */
  private static int firstCode(String cell) {
    int at = 0;
    while (at < cell.length()) {
      if (Character.isWhitespace(cell.charAt(at))) {
        at++;
      } else if (cell.startsWith("//", at)) {
        at = JavaTokens.endOfLine(cell, at);
      } else if (cell.startsWith("/*", at)) {
        at = JavaTokens.endOfComment(cell, at);
      } else {
        return at;
      }
    }
    return at;
  }

  private CellScript lines() throws MagicUsageException {
    while (!tokens.ended()) {
      int at = tokens.at();
      if (tokens.next() == '%' && magic()) {
        continue;
      }
      tokens.step();
      java.append(cell, at, tokens.at());
    }
    endJava();
    return new CellScript(java.toString(), steps, namesInJava);
  }

  /** Takes a magic that begins here; returns whether one does. */
  private boolean magic() throws MagicUsageException {
    boolean own = tokens.beginsLine() && !tokens.inParentheses();
    Matcher matcher = LINE_MAGIC.matcher(cell).region(tokens.at(), cell.length());
    if (!matcher.lookingAt()) {
      refuseNameless(own);
      return false;
    }
    String name = matcher.group(1);
    if (tokens.wantsValue()) {
      return inJava(matcher, true);
    }
    if (!own) {
      if (tokens.afterSemicolonOrBrace() && !tokens.inParentheses()) {
        throw new MagicUsageException(
            "a magic begins a line: put %" + name + " on a line of its own");
      }
      return false;
    }
    boolean known = words.isLineMagic(name);
    if (tokens.beginsPart()) {
      return inJava(matcher, false);
    }
    if (!tokens.beginsStatement() && !(known && tokens.endsExpression())) {
      return false;
    }
    return tokens.braces() > 0 ? inJava(matcher, false) : alone(matcher);
  }

  /** Java never has a {@code %} here; a name that is missing is worth a sentence. */
  private void refuseNameless(boolean own) throws MagicUsageException {
    Matcher cellMagic = CELL_MAGIC.matcher(cell).region(tokens.at(), cell.length());
    if (own && cellMagic.lookingAt()) {
      throw new MagicUsageException(
          "%%"
              + cellMagic.group(1)
              + " takes a whole cell: only blank lines and comments may stand before it");
    }
    if (own && tokens.afterSemicolonOrBrace()) {
      throw new MagicUsageException(
          "the name of a magic follows its % at once: "
              + cell.substring(tokens.at(), JavaTokens.endOfLine(cell, tokens.at())));
    }
  }

  private boolean alone(Matcher matcher) throws MagicUsageException {
    String name = matcher.group(1);
    endJava();
    steps.add(
        isQuestion(matcher.group(2))
            ? help("%" + name)
            : new LineCall(name, arguments("%" + name, matcher.group(2), words)));
    java.append(" ".repeat(matcher.end() - tokens.at()));
    tokens.skipTo(matcher.end());
    stepBegin = java.length();
    return true;
  }

  /** Writes a call in place of a magic that is part of Java code. */
  private boolean inJava(Matcher matcher, boolean asValue) throws MagicUsageException {
    String name = matcher.group(1);
    if (tokens.inParentheses()) {
      throw new MagicUsageException(
          "a magic takes the rest of its line: give the value of %"
              + name
              + " to a variable before the parentheses");
    }
    String rest = matcher.group(2).strip();
    if (asValue && rest.endsWith(";")) {
      rest = rest.substring(0, rest.length() - 1);
    }
    namesInJava.add(name);
    java.append(JavaCall.of(name, arguments("%" + name, rest, words)));
    tokens.skipTo(matcher.end());
    return true;
  }

  private static List<Template> arguments(String word, String rest, MagicWords words)
      throws MagicUsageException {
    String text = rest.strip();
    if (text.isEmpty() || text.equals(";")) {
      return List.of();
    }
    return words.takesText(word) ? List.of(Template.of(text)) : MagicArguments.split(rest);
  }

  private static boolean isQuestion(String rest) {
    return rest.strip().equals("?");
  }

  private static LineCall help(String word) {
    return new LineCall("help", List.of(Template.of(word)));
  }

  private void endJava() {
    if (!java.substring(stepBegin).isBlank()) {
      steps.add(new CellScript.Java(stepBegin, java.length()));
    }
    stepBegin = java.length();
  }
}
