// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark.sql;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.decisionlab.kernel.completion.Candidate;
import org.decisionlab.kernel.completion.Candidates;
import org.decisionlab.kernel.completion.MagicCompleter;
import org.jspecify.annotations.Nullable;

/**
 * Completes {@code %%sql}: its flags, and in its body tables where a table may stand, the columns
 * of the tables that the statement names, and keywords.
 *
 * @param flags completes the line
 * @param names what the body may name
 */
public record SqlCompleter(MagicCompleter flags, SqlNames names) implements MagicCompleter {

  private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}_`]*\\z");
  private static final Pattern QUALIFIER =
      Pattern.compile("([\\p{L}\\p{N}_]+|`[^`]+`)\\s*\\.\\s*\\z");

  /** A table and, where there is one, the name that it has in the statement. */
  private static final Pattern TABLE =
      Pattern.compile(
          "(?i)\\b(?:from|join|into|table|update|describe|desc)\\s+([\\p{L}\\p{N}_.]+|`[^`]+`)"
              + "(?:\\s+(?:as\\s+)?([\\p{L}_][\\p{L}\\p{N}_]*))?");

  private static final Pattern EXPECTS_TABLE =
      Pattern.compile("(?is).*\\b(?:from|join|into|table|update|describe|desc)\\s+\\z");

  private static final List<String> KEYWORDS =
      List.of(
          "ALTER",
          "AND",
          "AS",
          "ASC",
          "BETWEEN",
          "BY",
          "CASE",
          "CAST",
          "COUNT",
          "CREATE",
          "CROSS",
          "DESC",
          "DESCRIBE",
          "DISTINCT",
          "DROP",
          "ELSE",
          "END",
          "EXISTS",
          "EXPLAIN",
          "FROM",
          "FULL",
          "GROUP",
          "HAVING",
          "IN",
          "INNER",
          "INSERT",
          "INTERVAL",
          "INTO",
          "IS",
          "JOIN",
          "LEFT",
          "LIKE",
          "LIMIT",
          "NOT",
          "NULL",
          "ON",
          "OR",
          "ORDER",
          "OUTER",
          "OVER",
          "PARTITION",
          "REPLACE",
          "RIGHT",
          "SELECT",
          "SET",
          "SHOW",
          "TABLE",
          "TABLES",
          "TEMPORARY",
          "THEN",
          "UNION",
          "USING",
          "VALUES",
          "VIEW",
          "WHEN",
          "WHERE",
          "WITH");

  private static final Set<String> NO_ALIAS = Set.copyOf(KEYWORDS);

  @Override
  public Candidates complete(String line, String body, int cursor) throws Exception {
    int inBody = cursor - line.length() - 1;
    if (inBody < 0) {
      return flags.complete(line, body, cursor);
    }
    return inBody(body, inBody).shifted(line.length() + 1);
  }

  @Override
  public @Nullable String inspect(String line, String body, int cursor) throws Exception {
    return flags.inspect(line, body, Math.min(cursor, line.length()));
  }

  private Candidates inBody(String body, int cursor) {
    SqlText text = SqlText.of(body);
    SqlText.Kind kind = kindAt(text, cursor);
    if (kind != SqlText.Kind.CODE && kind != SqlText.Kind.NAME) {
      return Candidates.none(cursor);
    }
    String before = body.substring(statementStart(text, cursor), cursor);
    Matcher word = WORD.matcher(before);
    String typed = word.find() ? word.group() : "";
    String rest = before.substring(0, before.length() - typed.length());
    Map<String, String> tables = tables(body);
    List<Candidate> found = new ArrayList<>();
    Matcher qualifier = QUALIFIER.matcher(rest);
    if (qualifier.find()) {
      String named = plain(qualifier.group(1));
      add(found, names.columns(tables.getOrDefault(named, named)), typed, "column");
    } else if (EXPECTS_TABLE.matcher(rest).matches()) {
      add(found, names.tables(), typed, "table");
    } else {
      for (String table : Set.copyOf(tables.values())) {
        add(found, names.columns(table), typed, "column");
      }
      add(found, List.copyOf(tables.keySet()), typed, "table");
      if (!typed.isEmpty() && !typed.startsWith("`")) {
        add(found, KEYWORDS, typed, "keyword");
      }
    }
    return new Candidates(found.stream().distinct().toList(), cursor - typed.length(), cursor);
  }

  /** The tables of a statement by the names that they have in it. */
  private static Map<String, String> tables(String body) {
    Map<String, String> tables = new LinkedHashMap<>();
    Matcher matcher = TABLE.matcher(body);
    while (matcher.find()) {
      String table = plain(matcher.group(1));
      String alias = matcher.group(2);
      tables.put(
          alias == null || NO_ALIAS.contains(alias.toUpperCase(Locale.ROOT)) ? table : alias,
          table);
    }
    return tables;
  }

  private static void add(List<Candidate> found, List<String> names, String typed, String type) {
    String prefix = typed.replace("`", "").toLowerCase(Locale.ROOT);
    for (String name : names) {
      if (name.toLowerCase(Locale.ROOT).startsWith(prefix)) {
        boolean quoted = typed.startsWith("`") || !name.matches("[\\p{L}_][\\p{L}\\p{N}_.]*");
        found.add(new Candidate(quoted ? "`" + name.replace("`", "``") + "`" : name, type));
      }
    }
  }

  private static SqlText.Kind kindAt(SqlText text, int cursor) {
    for (SqlText.Part part : text.parts()) {
      if (part.start() < cursor && cursor <= part.end()) {
        boolean closed = cursor == part.end() && part.kind() != SqlText.Kind.COMMENT;
        boolean ended = closed && text.text().charAt(cursor - 1) != '\n' && isClosed(text, part);
        return ended ? SqlText.Kind.CODE : part.kind();
      }
    }
    return SqlText.Kind.CODE;
  }

  private static boolean isClosed(SqlText text, SqlText.Part part) {
    char last = text.text().charAt(part.end() - 1);
    return part.kind() != SqlText.Kind.CODE
        && part.end() - part.start() > 1
        && (last == '\'' || last == '"' || last == '`');
  }

  private static int statementStart(SqlText text, int cursor) {
    int start = 0;
    for (SqlText.Part part : text.parts()) {
      for (int i = part.start();
          part.kind() == SqlText.Kind.CODE && i < Math.min(cursor, part.end());
          i++) {
        start = text.text().charAt(i) == ';' ? i + 1 : start;
      }
    }
    return start;
  }

  private static String plain(String name) {
    return name.startsWith("`") ? name.substring(1, name.length() - 1) : name;
  }
}
