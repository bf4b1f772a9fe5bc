// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.magic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.decisionlab.kernel.magic.CellScript.CellCall;
import org.decisionlab.kernel.magic.CellScript.Java;
import org.decisionlab.kernel.magic.CellScript.LineCall;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CellScannerTest {

  private static CellScript scan(String cell) throws MagicUsageException {
    return CellScanner.scan(cell, Set.of("spark", "time")::contains);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "int a = 7 % 3;",
        "int a = 7\n  % 3;",
        "int c = 2; int a = 7\n%c;",
        "int a = (7\n%spark);",
        "a %= 3;",
        "String s = \"\"\"\n%spark\n%%sql\n\"\"\";",
        "String s = \"\"\"\n \\\"\"\"\n%spark\n\"\"\";",
        "// a\n/*\n%spark\n%%sql\n*/\nint b;",
        "String s = \"%spark\";",
        "String s = \"\\\"\n%not closed",
        "char c = '%'; char q = '\"';",
        "System.out.printf(\n\"%d\",\n3);",
        "int[] a = {7\n% 2};",
        "// %spark\n",
        "/* % */ %spark a b"
      })
  void aPercentSignInsideJavaIsJava(String cell) throws MagicUsageException {
    CellScript script = scan(cell);
    assertThat(script.java()).isEqualTo(cell);
    assertThat(script.steps()).allMatch(step -> step instanceof Java);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "%spark a b",
        "  %spark a b",
        "\n\n%spark a b",
        "// comment\n%spark a b",
        "int x = 1;\n%spark a b",
        "int f() {\n}\n%spark a b",
        "x\n%spark a b",
        "%spark a b\nint y = 2;"
      })
  void aLineMagicStandsWhereAStatementMay(String cell) throws MagicUsageException {
    CellScript script = scan(cell);
    assertThat(script.steps()).contains(new LineCall("spark", List.of("a", "b")));
    assertThat(script.java().chars().filter(c -> c == '\n').count())
        .isEqualTo(cell.chars().filter(c -> c == '\n').count());
    assertThat(script.java()).hasSameSizeAs(cell).doesNotContain("%spark");
  }

  @Test
  void magicsAndJavaKeepTheirOrder() throws MagicUsageException {
    CellScript script = scan("%time a\nint x = 1;\n%spark b\nx++;\n");
    assertThat(script.steps()).hasSize(4);
    assertThat(script.steps().get(0)).isEqualTo(new LineCall("time", List.of("a")));
    Java first = (Java) script.steps().get(1);
    assertThat(script.java().substring(first.begin(), first.end())).isEqualTo("\nint x = 1;\n");
    assertThat(script.steps().get(2)).isEqualTo(new LineCall("spark", List.of("b")));
  }

  @Test
  void insideJavaAMagicBecomesACall() throws MagicUsageException {
    assertThat(scan("var v = %spark 'a \"b' c\\d\nx();").java())
        .isEqualTo(
            "var v = org.decisionlab.kernel.cell.Notebook.lineMagic(\"spark\","
                + " java.util.List.of(\"a \\\"b\", \"c\\\\d\"));\nx();");
    assertThat(scan("if (b) {\n  %time\n}").java())
        .isEqualTo(
            "if (b) {\n  org.decisionlab.kernel.cell.Notebook.lineMagic(\"time\","
                + " java.util.List.of());\n}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "%%sql -o t\nbody\n",
        "\n \n%%sql -o t\nbody\n",
        "// c\n/* d\n */\n%%sql -o t\nbody\n"
      })
  void aCellMagicMayFollowBlanksAndComments(String cell) throws MagicUsageException {
    assertThat(scan(cell).steps())
        .containsExactly(new CellCall("sql", List.of("-o", "t"), "body\n"));
  }

  @Test
  void aCellMagicMayHaveNoBody() throws MagicUsageException {
    assertThat(scan("%%sql").steps()).containsExactly(new CellCall("sql", List.of(), ""));
  }

  @Test
  void anUnknownNameAtAStatementIsStillAMagic() throws MagicUsageException {
    assertThat(scan("int x = 1;\n%sprak").steps()).contains(new LineCall("sprak", List.of()));
  }

  @Test
  void quotesMustBeClosed() {
    assertThatThrownBy(() -> scan("%spark 'a b"))
        .isInstanceOf(MagicUsageException.class)
        .hasMessageContaining("not closed");
  }
}
