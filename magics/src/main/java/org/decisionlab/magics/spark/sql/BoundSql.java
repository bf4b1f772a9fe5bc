// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark.sql;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.Period;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.functions;
import org.decisionlab.kernel.magic.MagicUsageException;
import org.decisionlab.kernel.magic.Template;

/**
 * A statement with the values of its {@code ${...}}, none of which can become part of the SQL.
 *
 * <p>Where a value may stand, it is a named parameter ({@code SparkSession.sql(text, args)}). In a
 * literal and in a name in backquotes, which hold no parameters, its text is put in with all that
 * could end them escaped. {@code SET} and its like take text to the end of the line, and get one
 * word at most.
 *
 * @param sql the text
 * @param parameters the values of its named parameters
 */
public record BoundSql(String sql, Map<String, Object> parameters) {

  private static final String PARAMETER = "cell_value_";
  private static final Set<String> TAKE_TEXT = Set.of("SET", "RESET", "ADD", "LIST");

  /** What Spark makes literals of, beside text. */
  private static final Set<Class<?>> TYPES =
      Set.of(
          Byte.class,
          Short.class,
          Integer.class,
          Long.class,
          Float.class,
          Double.class,
          BigDecimal.class,
          Boolean.class,
          LocalDate.class,
          LocalDateTime.class,
          Instant.class,
          Duration.class,
          Period.class,
          Date.class,
          Timestamp.class,
          byte[].class,
          short[].class,
          int[].class,
          long[].class,
          float[].class,
          double[].class,
          boolean[].class);

  private static final Pattern WORD = Pattern.compile("[^\\s;'\"`$\\\\]+");

  /** Gives values to expressions. */
  @FunctionalInterface
  public interface Values {
    /**
     * The value of a Java expression of the cells; never null.
     *
     * @throws MagicUsageException naming an expression that has no value
     */
    Object of(String expression) throws MagicUsageException;
  }

  /** Copies its map. */
  public BoundSql {
    parameters = Map.copyOf(parameters);
  }

  /**
   * Puts values into a statement.
   *
   * @param statement the statement
   * @param values gives the values
   * @param escapes whether a backslash escapes in literals, as it does unless Spark is told not to
   * @throws MagicUsageException naming the expression that has no value, or cannot stand where it
   *     does
   */
  public static BoundSql of(String statement, Values values, boolean escapes)
      throws MagicUsageException {
    return new Binding(SqlText.of(statement), values, escapes).bind();
  }

  /** One run over a statement. */
  private static final class Binding {

    private final SqlText sql;
    private final Values values;
    private final boolean escapes;
    private final boolean takesText;
    private final StringBuilder bound = new StringBuilder();
    private final Map<String, Object> parameters = new LinkedHashMap<>();

    Binding(SqlText sql, Values values, boolean escapes) {
      this.sql = sql;
      this.values = values;
      this.escapes = escapes;
      String first = sql.text().strip().split("\\W", 2)[0].toUpperCase(Locale.ROOT);
      this.takesText = TAKE_TEXT.contains(first);
    }

    BoundSql bind() throws MagicUsageException {
      String text = sql.text();
      for (SqlText.Part part : sql.parts()) {
        int at = part.start();
        while (at < part.end()) {
          int begin = text.indexOf("${", at);
          if (begin < 0 || begin >= part.end() || part.kind() == SqlText.Kind.COMMENT) {
            bound.append(text, at, part.end());
            break;
          }
          String expression = Template.valueAt(text, begin).expression();
          String whole = "${" + expression + "}";
          int end = begin + whole.length();
          bound.append(text, at, begin);
          Object value = values.of(expression);
          bound.append(put(part.kind(), whole, value, begin, end));
          at = end;
        }
      }
      return new BoundSql(bound.toString(), parameters);
    }

    private String put(SqlText.Kind kind, String whole, Object value, int begin, int end)
        throws MagicUsageException {
      if (takesText) {
        return word(whole, value);
      }
      return switch (kind) {
        case LITERAL -> escaped(whole, value.toString());
        case RAW -> plain(whole, value.toString(), "a raw literal");
        case NAME -> name(whole, value.toString());
        default -> parameter(whole, value, begin, end);
      };
    }

    private String parameter(String whole, Object value, int begin, int end)
        throws MagicUsageException {
      if (touchesName(begin - 1) || touchesName(end)) {
        throw new MagicUsageException(
            "%%sql: "
                + whole
                + " is part of a name here; write the whole name in backquotes, as in `table_"
                + whole
                + "`, or as IDENTIFIER('table_' || "
                + whole
                + ")");
      }
      String name = PARAMETER + (parameters.size() + 1);
      parameters.put(name, parameterOf(whole, value));
      return ":" + name;
    }

    private boolean touchesName(int at) {
      String text = sql.text();
      return at >= 0
          && at < text.length()
          && (Character.isJavaIdentifierPart(text.charAt(at)) || text.charAt(at) == '.');
    }

    private String escaped(String whole, String value) throws MagicUsageException {
      if (!escapes) {
        return plain(whole, value, "a literal without escapes");
      }
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < value.length(); i++) {
        char c = value.charAt(i);
        switch (c) {
          case '\\', '\'', '"' -> text.append('\\').append(c);
          case '\n' -> text.append("\\n");
          case '\r' -> text.append("\\r");
          case 0 -> text.append("\\0");
          // Spark puts settings in place of ${...} before it parses.
          case '$' -> text.append("\\u0024");
          default -> text.append(c);
        }
      }
      return text.toString();
    }

    private static String plain(String whole, String value, String where)
        throws MagicUsageException {
      if (value.indexOf('\'') >= 0
          || value.indexOf('"') >= 0
          || value.indexOf('\\') >= 0
          || value.contains("${")) {
        throw new MagicUsageException(
            "%%sql: the value of "
                + whole
                + " cannot stand in "
                + where
                + "; write "
                + whole
                + " without quotes");
      }
      return value;
    }

    private static String name(String whole, String value) throws MagicUsageException {
      if (value.isEmpty() || value.contains("${") || value.indexOf('\n') >= 0) {
        throw new MagicUsageException("%%sql: the value of " + whole + " is no name: " + value);
      }
      return value.replace("`", "``");
    }

    private static String word(String whole, Object value) throws MagicUsageException {
      String text = value.toString();
      if (!WORD.matcher(text).matches() || text.contains("--") || text.contains("/*")) {
        throw new MagicUsageException(
            "%%sql: this statement takes text; the value of "
                + whole
                + " must be one word: "
                + text);
      }
      return text;
    }
  }

  private static Object parameterOf(String whole, Object value) throws MagicUsageException {
    if (value instanceof BigInteger number) {
      return new BigDecimal(number);
    }
    if (value instanceof Enum<?> constant) {
      return constant.name();
    }
    if (value instanceof CharSequence || value instanceof Character) {
      return value.toString();
    }
    if (value instanceof Collection<?> many) {
      return list(whole, many.toArray());
    }
    if (value instanceof Object[] many) {
      return list(whole, many);
    }
    if (TYPES.stream().anyMatch(type -> type.isInstance(value))) {
      return value;
    }
    throw new MagicUsageException(
        "%%sql: "
            + whole
            + " is of "
            + value.getClass().getName()
            + ", for which SQL has no value; numbers, text, dates, times and lists of them are"
            + " expected (.toString() makes text)");
  }

  private static Column list(String whole, Object[] many) throws MagicUsageException {
    Column[] columns = new Column[many.length];
    for (int i = 0; i < many.length; i++) {
      if (many[i] == null) {
        throw new MagicUsageException("%%sql: " + whole + " holds null");
      }
      columns[i] = functions.lit(parameterOf(whole, many[i]));
    }
    return functions.array(columns);
  }
}
