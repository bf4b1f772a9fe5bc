// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark.sql;

import java.util.ArrayList;
import java.util.List;
import org.decisionlab.kernel.magic.MagicUsageException;
import org.decisionlab.kernel.magic.Template;

/**
 * SQL text taken apart into what Spark's lexer sees as code, literals, quoted names and comments.
 * {@code ${...}} is one piece wherever it stands, so that quotes in it end nothing.
 *
 * @param text the text
 * @param parts its pieces, in their order and without gaps
 */
public record SqlText(String text, List<Part> parts) {

  /** What a piece is. */
  public enum Kind {
    /** Words, numbers, operators. */
    CODE,
    /** A literal in single or double quotes. */
    LITERAL,
    /** A literal without escapes, {@code r'...'}. */
    RAW,
    /** A name in backquotes. */
    NAME,
    /** A comment. */
    COMMENT
  }

  /**
   * A piece.
   *
   * @param kind what it is
   * @param start first character
   * @param end character after it
   */
  public record Part(Kind kind, int start, int end) {}

  /**
   * One statement.
   *
   * @param sql its text, without semicolon
   * @param line line on which it begins, from 1
   */
  public record Statement(String sql, int line) {}

  /** Copies its list. */
  public SqlText {
    parts = List.copyOf(parts);
  }

  /** Takes text apart; what is not closed goes to the end. */
  public static SqlText of(String text) {
    List<Part> parts = new ArrayList<>();
    int code = 0;
    int at = 0;
    while (at < text.length()) {
      Kind kind = kindAt(text, at);
      if (kind == Kind.CODE) {
        at = text.startsWith("${", at) ? endOfExpression(text, at) : at + 1;
        continue;
      }
      if (at > code) {
        parts.add(new Part(Kind.CODE, code, at));
      }
      int end = end(text, at, kind);
      parts.add(new Part(kind, at, end));
      at = end;
      code = end;
    }
    if (text.length() > code) {
      parts.add(new Part(Kind.CODE, code, text.length()));
    }
    return new SqlText(text, parts);
  }

  /** The statements, those that hold nothing but comments left out. */
  public List<Statement> statements() {
    List<Statement> statements = new ArrayList<>();
    int start = 0;
    for (Part part : parts) {
      int at = part.start;
      while (part.kind == Kind.CODE && at < part.end) {
        if (text.startsWith("${", at)) {
          at = endOfExpression(text, at);
        } else if (text.charAt(at++) == ';') {
          add(statements, start, at - 1);
          start = at;
        }
      }
    }
    add(statements, start, text.length());
    return statements;
  }

  private void add(List<Statement> statements, int start, int end) {
    int first = -1;
    for (Part part : parts) {
      for (int i = Math.max(start, part.start); i < Math.min(end, part.end) && first < 0; i++) {
        if (part.kind != Kind.COMMENT && !Character.isWhitespace(text.charAt(i))) {
          first = i;
        }
      }
    }
    if (first >= 0) {
      int line = 1 + (int) text.substring(0, first).chars().filter(c -> c == '\n').count();
      statements.add(new Statement(text.substring(first, end).strip(), line));
    }
  }

  /** The end of the {@code ${...}} that begins here; of the text, where it is not closed. */
  private static int endOfExpression(String text, int at) {
    try {
      return at + Template.valueAt(text, at).expression().length() + "${}".length();
    } catch (MagicUsageException e) {
      // Told when values are put in.
      return text.length();
    }
  }

  private static Kind kindAt(String text, int at) {
    char c = text.charAt(at);
    if (text.startsWith("--", at) || text.startsWith("/*", at)) {
      return Kind.COMMENT;
    }
    if (c == '\'' || c == '"') {
      return Kind.LITERAL;
    }
    if (c == '`') {
      return Kind.NAME;
    }
    boolean raw =
        (c == 'r' || c == 'R')
            && at + 1 < text.length()
            && (text.charAt(at + 1) == '\'' || text.charAt(at + 1) == '"')
            && (at == 0 || !Character.isJavaIdentifierPart(text.charAt(at - 1)));
    return raw ? Kind.RAW : Kind.CODE;
  }

  private static int end(String text, int at, Kind kind) {
    return switch (kind) {
      case COMMENT -> endOfComment(text, at);
      case RAW -> endOfQuoted(text, at + 1, false);
      case NAME -> endOfQuoted(text, at, false);
      default -> endOfQuoted(text, at, true);
    };
  }

  /** Comments in brackets may hold others. */
  private static int endOfComment(String text, int at) {
    if (text.startsWith("--", at)) {
      int line = text.indexOf('\n', at);
      return line < 0 ? text.length() : line;
    }
    int depth = 0;
    for (int i = at; i < text.length(); i++) {
      if (text.startsWith("/*", i)) {
        depth++;
        i++;
      } else if (text.startsWith("*/", i)) {
        depth--;
        i++;
        if (depth == 0) {
          return i + 1;
        }
      }
    }
    return text.length();
  }

  private static int endOfQuoted(String text, int at, boolean escapes) {
    char quote = text.charAt(at);
    int i = at + 1;
    while (i < text.length()) {
      if (text.startsWith("${", i)) {
        i = endOfExpression(text, i);
      } else if (escapes && text.charAt(i) == '\\') {
        i += 2;
      } else if (text.charAt(i++) == quote) {
        return i;
      }
    }
    return text.length();
  }
}
