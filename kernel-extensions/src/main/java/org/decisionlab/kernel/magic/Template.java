// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.magic;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A text with Java expressions in it, written {@code ${expression}}: an argument of a magic, or the
 * body of one that takes values of the cells.
 *
 * @param parts what the text is made of, in its order
 */
public record Template(List<Part> parts) {

  public Template {
    parts = List.copyOf(parts);
  }

  /** A piece of a template. */
  public sealed interface Part {}

  /**
   * Text that stands for itself.
   *
   * @param text the text
   */
  public record Text(String text) implements Part {}

  /**
   * An expression that stands for its value.
   *
   * @param expression Java
   */
  public record Value(String expression) implements Part {}

  /** Evaluates Java in the scope of the cells. */
  @FunctionalInterface
  public interface Evaluator {
    /**
     * The value of an expression.
     *
     * @throws Exception what the expression threw, or why it does not compile
     */
    @Nullable Object evaluate(String expression) throws Exception;
  }

  /** A text without expressions. */
  public static Template of(String text) {
    return new Template(List.of(new Text(text)));
  }

  /**
   * Finds the expressions of a text.
   *
   * @throws MagicUsageException if one is not closed
   */
  public static Template parse(String text) throws MagicUsageException {
    List<Part> parts = new ArrayList<>();
    int at = 0;
    for (int open = text.indexOf("${"); open >= 0; open = text.indexOf("${", at)) {
      addText(parts, text.substring(at, open));
      Value value = valueAt(text, open);
      parts.add(value);
      at = open + value.expression.length() + "${}".length();
    }
    addText(parts, text.substring(at));
    return new Template(parts);
  }

  /**
   * The expression that begins, with its dollar sign, at a position.
   *
   * @throws MagicUsageException if it is not closed, or empty
   */
  public static Value valueAt(String text, int open) throws MagicUsageException {
    int begin = open + 2;
    JavaTokens tokens = new JavaTokens(text, begin);
    while (!tokens.ended() && !(tokens.next() == '}' && tokens.braces() == 0)) {
      tokens.step();
    }
    if (tokens.ended()) {
      throw new MagicUsageException(
          "the ${ in column "
              + (open - text.lastIndexOf('\n', open))
              + " is not closed: "
              + lineOf(text, open));
    }
    String expression = text.substring(begin, tokens.at());
    if (expression.isBlank()) {
      throw new MagicUsageException("${} holds no expression: " + lineOf(text, open));
    }
    return new Value(expression);
  }

  /**
   * The text with values in the place of the expressions.
   *
   * @throws MagicUsageException naming the expression that has no value, and why
   */
  public String fill(Evaluator evaluator) throws MagicUsageException {
    StringBuilder filled = new StringBuilder();
    for (Part part : parts) {
      if (part instanceof Value value) {
        filled.append(value(value.expression, evaluator));
      } else if (part instanceof Text text) {
        filled.append(text.text);
      }
    }
    return filled.toString();
  }

  /**
   * The text of a value that is put in.
   *
   * @throws MagicUsageException if the value is null
   */
  public static String text(String expression, @Nullable Object value) throws MagicUsageException {
    return String.valueOf(present(expression, value));
  }

  /**
   * The value of an expression; never null.
   *
   * @throws MagicUsageException naming an expression that has no value, and why
   */
  public static Object value(String expression, Evaluator evaluator) throws MagicUsageException {
    Object value;
    try {
      value = evaluator.evaluate(expression);
    } catch (Exception e) {
      throw new MagicUsageException("${" + expression + "} has no value: " + reason(e));
    }
    return present(expression, value);
  }

  private static Object present(String expression, @Nullable Object value)
      throws MagicUsageException {
    if (value == null) {
      throw new MagicUsageException("${" + expression + "} is null");
    }
    return value;
  }

  /** The message in one line. */
  private static String reason(Exception e) {
    String message = e.getLocalizedMessage();
    return message == null || message.isBlank()
        ? e.getClass().getName()
        : message.strip().replaceAll("\\s*\\R\\s*", "; ");
  }

  /** As it was written. */
  @Override
  public String toString() {
    return parts.stream()
        .map(part -> part instanceof Text text ? text.text : "${" + ((Value) part).expression + "}")
        .collect(Collectors.joining());
  }

  private static void addText(List<Part> parts, String text) {
    if (!text.isEmpty()) {
      parts.add(new Text(text));
    }
  }

  private static String lineOf(String text, int position) {
    int begin = text.lastIndexOf('\n', position) + 1;
    return text.substring(begin, JavaTokens.endOfLine(text, begin)).strip();
  }
}
