// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.decisionlab.kernel.completion.Candidate;
import org.decisionlab.kernel.completion.Candidates;
import org.decisionlab.kernel.magic.MagicUsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SqlTextTest {

  @Test
  void statementsAreSplitOutsideLiteralsNamesAndComments() {
    String text =
        """
        -- one; two
        SELECT 'a;b', "c;d", `e;f`, r'g;\\' /* ; /* ; */ ; */;
        ;
        SELECT '\\';' , ${x.get(";")};
        -- end
        """;
    List<SqlText.Statement> statements = SqlText.of(text).statements();
    assertThat(statements).hasSize(2);
    assertThat(statements.get(0).line()).isEqualTo(2);
    assertThat(statements.get(0).sql()).startsWith("SELECT 'a;b'").endsWith("*/");
    assertThat(statements.get(1).line()).isEqualTo(4);
    assertThat(statements.get(1).sql()).isEqualTo("SELECT '\\';' , ${x.get(\";\")}");
    assertThat(SqlText.of("-- nothing\n ;").statements()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "SELECT ${v}                 | SELECT :cell_value_1",
        "SELECT * FROM IDENTIFIER(${v}) | SELECT * FROM IDENTIFIER(:cell_value_1)",
        "SELECT '${v}'               | SELECT 'a\\'b\\\\c\\u0024{d}'",
        "SELECT 'x${v}y'             | SELECT 'xa\\'b\\\\c\\u0024{d}y'",
        "SELECT 1 -- ${v}            | SELECT 1 -- ${v}"
      })
  void valuesStandWhereTheyCannotBecomeSql(String statement, String sql) throws Exception {
    assertThat(BoundSql.of(statement, e -> "a'b\\c${d}", true).sql()).isEqualTo(sql);
  }

  @Test
  void parametersKeepTheirTypes() throws Exception {
    Map<String, Object> values =
        Map.of("n", 3, "big", BigInteger.TEN, "day", java.time.DayOfWeek.MONDAY);
    BoundSql bound = BoundSql.of("SELECT ${n}, ${big}, ${day}", values::get, true);
    assertThat(bound.parameters())
        .containsEntry("cell_value_1", 3)
        .containsEntry("cell_value_2", new java.math.BigDecimal(10))
        .containsEntry("cell_value_3", "MONDAY");
    assertThat(BoundSql.of("SELECT `a${n}`", e -> "x`y", true).sql()).isEqualTo("SELECT `ax``y`");
    assertThat(BoundSql.of("SET a.b = ${n}", values::get, true).sql()).isEqualTo("SET a.b = 3");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT * FROM t_${v}",
        "SELECT * FROM db.${v}",
        "SELECT r'${v}'",
        "SELECT `${v}`",
        "SET a.b = ${v}",
        "SELECT ${v"
      })
  void aValueThatCannotStandWhereItDoesIsRefused(String statement) {
    assertThatThrownBy(() -> BoundSql.of(statement, e -> "x'; ${y}", true))
        .isInstanceOf(MagicUsageException.class)
        .hasMessageContaining("${v");
  }

  @Test
  void whatSqlHasNoValueForIsRefused() {
    assertThatThrownBy(() -> BoundSql.of("SELECT ${o}", e -> Optional.of(1), true))
        .isInstanceOf(MagicUsageException.class)
        .hasMessageContaining("${o} is of java.util.Optional");
    assertThatThrownBy(() -> BoundSql.of("SELECT '${o}'", e -> "it's", false))
        .isInstanceOf(MagicUsageException.class)
        .hasMessageContaining("write ${o} without quotes");
  }

  private static final SqlNames NAMES =
      new SqlNames() {
        @Override
        public List<String> tables() {
          return List.of("accesses", "odd name", "sites");
        }

        @Override
        public List<String> columns(String table) {
          return switch (table) {
            case "accesses" -> List.of("lfn", "size_bytes", "site");
            case "sites" -> List.of("site", "country");
            default -> List.of();
          };
        }
      };

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "SELECT * FROM ac^                                 | accesses",
        "SELECT * FROM od^                                 | `odd name`",
        "SELECT * FROM accesses a JOIN ^                   | accesses `odd name` sites",
        "SELECT a.s^ FROM accesses a                       | size_bytes site",
        "SELECT cou^ FROM sites                            | country COUNT",
        "SELECT 'cou^' FROM sites                          | ~~",
        "SELECT 1; SELECT * FROM si^                       | sites",
        "SELECT l^ FROM accesses WHERE size_bytes > 3      | lfn LEFT LIKE LIMIT"
      })
  void tablesColumnsAndKeywordsAreOffered(String body, String expected) throws Exception {
    int cursor = body.indexOf('^');
    String text = body.replace("^", "");
    SqlCompleter completer = new SqlCompleter((line, b, at) -> Candidates.none(at), NAMES);
    Candidates found = completer.complete("-n 5", text, 5 + cursor);
    assertThat(String.join(" ", found.candidates().stream().map(Candidate::text).toList()))
        .isEqualTo(expected);
    assertThat(found.end()).isEqualTo(5 + cursor);
  }
}
