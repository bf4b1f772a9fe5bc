// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.arguments;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.decisionlab.kernel.magic.MagicUsageException;
import org.jspecify.annotations.Nullable;

/**
 * Puts values of the cells into the arguments and the body of a magic: {@code ${expression}}
 * becomes the text of the expression's value. Among arguments, an expression with blanks or quotes
 * stands in single quotes.
 */
public final class Interpolation {

  private static final Pattern EXPRESSION = Pattern.compile("\\$\\{([^}]*)}");

  /** Evaluates Java in the scope of the cells. */
  @FunctionalInterface
  public interface Scope {
    /**
     * The value of an expression.
     *
     * @throws Exception what the expression threw, or why it does not compile
     */
    @Nullable Object evaluate(String expression) throws Exception;
  }

  private Interpolation() {}

  /**
   * The arguments with values in the place of expressions.
   *
   * @throws MagicUsageException naming the expression that has no value, and why
   */
  public static List<String> apply(List<String> arguments, Scope scope) throws MagicUsageException {
    List<String> filled = new ArrayList<>();
    for (String argument : arguments) {
      filled.add(apply(argument, scope));
    }
    return filled;
  }

  /**
   * The text with values in the place of expressions.
   *
   * @throws MagicUsageException naming the expression that has no value, and why
   */
  public static String apply(String text, Scope scope) throws MagicUsageException {
    Matcher matcher = EXPRESSION.matcher(text);
    StringBuilder filled = new StringBuilder();
    while (matcher.find()) {
      matcher.appendReplacement(filled, Matcher.quoteReplacement(value(matcher.group(1), scope)));
    }
    return matcher.appendTail(filled).toString();
  }

  private static String value(String expression, Scope scope) throws MagicUsageException {
    Object value;
    try {
      value = scope.evaluate(expression);
    } catch (Exception e) {
      throw new MagicUsageException("${" + expression + "} has no value: " + e.getMessage());
    }
    if (value == null) {
      throw new MagicUsageException("${" + expression + "} is null");
    }
    return value.toString();
  }
}
