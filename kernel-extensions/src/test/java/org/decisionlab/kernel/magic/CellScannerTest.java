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

/** The grammar of cells, by cells that try to break it. */
class CellScannerTest {

  private static final MagicWords WORDS =
      new MagicWords() {
        @Override
        public boolean isLineMagic(String name) {
          return Set.of("spark", "time", "größe").contains(name);
        }

        @Override
        public boolean takesText(String word) {
          return Set.of("%time", "%%time").contains(word);
        }
      };

  private static CellScript scan(String cell) throws MagicUsageException {
    return CellScanner.scan(cell, WORDS);
  }

  private static LineCall call(String name, String... arguments) {
    return new LineCall(name, List.of(arguments).stream().map(Template::of).toList());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "int a = 7 % 3;",
        "int a = 7\n  % 3;",
        "int a = 7\n\t% 3;",
        "int c = 2; int a = 7\n%c;",
        "int c = 2; int a = 7\r\n%c;",
        "int a = b\n% b",
        "int a = b()\n%b + 1",
        "int a = b[0]\n%b + 1",
        "int a = (7\n%spark);",
        "f(7,\n7\n%spark)",
        "int[] a = x[i\n%time];",
        "a %= 3;",
        "a%=b",
        "a\n%= 3;",
        "i % j % k",
        "if (i % 2 == 0) { x(); }",
        "for (int i = 0; i % 7 < 3; i++) {}",
        "while (n % d != 0) d++;",
        "int z = x ? a % b : b % a;",
        "x -> x % 2",
        "list.stream().filter(x -> x\n % 2 == 0)",
        "String s = \"\"\"\n%spark\n%%sql\n\"\"\";",
        "String s = \"\"\"\n%%sql\nSELECT 1\n\"\"\";",
        "String s = \"\"\"\r\n%spark\r\n\"\"\";",
        "String s = \"\"\"\n \\\"\"\"\n%spark\n\"\"\";",
        "String s = \"\"\"\n \"\"x\"\" '\n%spark\n\"\"\";",
        "f(\"\"\"\n%spark\n\"\"\", 7 % 2);",
        "// a\n/*\n%spark\n%%sql\n*/\nint b;",
        "/** %spark\n * %%sql\n */\nvoid f() {}",
        "/* /* nested\n%spark\n*/ int b;",
        "/* // */ int b = 3 % 2; // */\n",
        "// \"\"\"\nint b = 1; // '\n",
        "// %spark\n",
        "// %%sql\nint b;",
        "//%%sql",
        "/* %%sql */",
        "/* not closed\n%spark",
        "String s = \"%spark\";",
        "String s = \"\\\"\n%not closed",
        "String s = \"\\\\\"; int a = 7 % 2;",
        "String s = \"//\"; int a = 7 % 2;",
        "String s = \"/*\"; int a = 7 % 2; //*/",
        "String empty = \"\"; int a = b % c;",
        "char c = '%'; char q = '\"';",
        "char c = '\\''; int a = 7 % 2;",
        "char c = '\\\\'; int a = 7 % 2;",
        "char c = '\\u0025'; int a = 7\n%b;",
        "System.out.printf(\n\"%d\",\n3);",
        "String.format(\"%s\n\", 1)",
        "int[] a = {7\n% 2};",
        "List<String> a = f(b\n% 2);",
        "Map<String, List<Integer>> m; int a = 1 %b;",
        "@SuppressWarnings(\"%spark\") int a = 7 %\nb;",
        "int ä = 7; int ü = ä\n%ä;",
        "int 𝒳 = 7 % 2; String s = \"𝒳 %spark\";",
        "int a = 7 /* c */ % 2;",
        "int a = 7 // c\n% 2;",
        "int a = 7 /*\n*/ %b;",
        "int y = switch (x) { default -> 7; }\n % 3;",
        "1e5\n%x",
        "0x1F\n%x",
        "this\n%x",
        "\"a\".length()\n%x",
        "label: for (;;) { break label; }",
        "   \n\t\n",
        ""
      })
  void aPercentSignInsideJavaIsJava(String cell) throws MagicUsageException {
    CellScript script = scan(cell);
    assertThat(script.java()).isEqualTo(cell);
    assertThat(script.steps()).allMatch(step -> step instanceof Java);
    assertThat(script.namesInJava()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "%spark a b",
        "  %spark a b",
        "\t%spark\ta  b",
        "\n\n%spark a b",
        "%spark a b\r\nint x;",
        "// comment\n%spark a b",
        "// comment \"\n%spark a b",
        "/* % */ %spark a b",
        "/*\n*/ %spark a b",
        "/* /* */\n%spark a b",
        "int x = 1;\n%spark a b",
        "int x = 1; // why\n%spark a b",
        "int x = 1;\n  // why\n\n%spark a b",
        "int f() {\n}\n%spark a b",
        "int[] a = {1, 2}\n%spark a b",
        "x\n%spark a b",
        "x()\n%spark a b",
        "x[1]\n%spark a b",
        "\"x\"\n%spark a b",
        "'x'\n%spark a b",
        "\"\"\"\nx\"\"\"\n%spark a b",
        "x++\n%spark a b",
        "--x; x--\n%spark a b",
        "import java.util.*;\n%spark a b",
        "%time f(\"\n%spark a b",
        "record P(int x) {}\n%spark a b",
        "}\n%spark a b",
        "%spark a b\nint y = 2;"
      })
  void aLineMagicStandsWhereAStatementMay(String cell) throws MagicUsageException {
    CellScript script = scan(cell);
    assertThat(script.steps()).contains(call("spark", "a", "b"));
    assertThat(script.java().chars().filter(c -> c == '\n').count())
        .isEqualTo(cell.chars().filter(c -> c == '\n').count());
    assertThat(script.java()).hasSameSizeAs(cell).doesNotContain("%spark");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "var x = %spark a b",
        "var x = %spark a b;",
        "x =\n  %spark a b",
        "int x = 1, y = %spark a b;",
        "f(); x = %spark a b",
        "if (c)\n  %spark a b",
        "if (f(c) && (d))\n  %spark a b",
        "if (c) f(); else\n  %spark a b",
        "while (c)\n\t%spark a b",
        "for (int i = 0; i < 3; i++)\n  %spark a b",
        "do\n  %spark a b\nwhile (c);",
        "{\n  %spark a b\n}",
        "void f() {\n  g();\n  %spark a b\n}",
        "Runnable r = () -> {\n  %spark a b\n};",
        "Supplier<String> s = () -> %spark a b;",
        "switch (x) {\n case 1 -> %spark a b\n}",
        "switch (x) {\n case 1:\n  %spark a b\n}",
        "int f() {\n  return %spark a b;\n}",
        "class A { void f() {\n  %spark a b\n} }"
      })
  void insideJavaAMagicIsACall(String cell) throws MagicUsageException {
    CellScript script = scan(cell);
    assertThat(script.java())
        .contains(
            "org.decisionlab.kernel.cell.Notebook.lineMagic(\"spark\", java.util.List.of(\"a\","
                + " \"b\"));")
        .doesNotContain("%");
    assertThat(script.java().lines().count()).isEqualTo(cell.lines().count());
    assertThat(script.namesInJava()).containsExactly("spark");
    assertThat(script.steps()).hasSize(1);
  }

  @Test
  void magicsAndJavaKeepTheirOrder() throws MagicUsageException {
    CellScript script = scan("%time a\nint x = 1;\n%spark b\nx++;\n");
    assertThat(script.steps()).hasSize(4);
    assertThat(script.steps().get(0)).isEqualTo(call("time", "a"));
    Java first = (Java) script.steps().get(1);
    assertThat(script.java().substring(first.begin(), first.end())).isEqualTo("\nint x = 1;\n");
    assertThat(script.steps().get(2)).isEqualTo(call("spark", "b"));
  }

  @Test
  void insideJavaTextIsEscapedAndExpressionsStayExpressions() throws MagicUsageException {
    assertThat(scan("var v = %spark 'a \"b' c\\d\nx();").java())
        .isEqualTo(
            "var v = org.decisionlab.kernel.cell.Notebook.lineMagic(\"spark\","
                + " java.util.List.of(\"a \\\"b\", \"c\\\\d\"));\nx();");
    assertThat(scan("if (b) {\n  %spark n${i + 1}'' \"\"\n}").java())
        .isEqualTo(
            "if (b) {\n  org.decisionlab.kernel.cell.Notebook.lineMagic(\"spark\","
                + " java.util.List.of(\"n\" +"
                + " org.decisionlab.kernel.cell.Notebook.argument(\"i + 1\", i + 1), \"\"));\n}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "%%sql -o t\nbody\n",
        "%%sql -o t\r\nbody\n",
        "\n \n%%sql -o t\nbody\n",
        "\t%%sql   -o\tt \nbody\n",
        "// c\n/* d\n */\n%%sql -o t\nbody\n",
        "// %%other\n%%sql -o t\nbody\n",
        "/* %%other */ %%sql -o t\nbody\n",
        "/* /* c */\n\n// d\r\n%%sql -o t\nbody\n"
      })
  void aCellMagicMayFollowBlanksAndComments(String cell) throws MagicUsageException {
    assertThat(scan(cell).steps())
        .containsExactly(
            new CellCall("sql", List.of(Template.of("-o"), Template.of("t")), "body\n"));
  }

  @Test
  void theBodyOfACellMagicIsKeptAsItIs() throws MagicUsageException {
    String body = "\n  %spark\r\n%%sql\n/* 'open\n\t ${x} ";
    assertThat(scan("%%any\n" + body).steps())
        .containsExactly(new CellCall("any", List.of(), body));
    assertThat(scan("%%any").steps()).containsExactly(new CellCall("any", List.of(), ""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "int x;\n%%sql\nSELECT 1",
        "%spark start\n%%sql\nSELECT 1",
        "/* a */ int x; /* b */\n%%sql\nSELECT 1",
        "f(); {\n%%sql\n}"
      })
  void aCellMagicBehindJavaIsRefused(String cell) {
    assertThatThrownBy(() -> scan(cell))
        .isInstanceOf(MagicUsageException.class)
        .hasMessageContaining("%%sql takes a whole cell");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "int x = 1; %spark a",
        "{ %time f(); }",
        "f(x = %spark a)",
        "% spark",
        "f();\n% 3"
      })
  void aMagicThatIsInTheWrongPlaceIsRefusedInASentence(String cell) {
    assertThatThrownBy(() -> scan(cell))
        .isInstanceOf(MagicUsageException.class)
        .hasMessageMatching("(?s).*(of its own|before the parentheses|at once: ).*");
  }

  @Test
  void anUnknownNameAtAStatementIsStillAMagic() throws MagicUsageException {
    assertThat(scan("int x = 1;\n%sprak").steps()).contains(call("sprak"));
    assertThat(scan("%größe 1").steps()).containsExactly(call("größe", "1"));
    assertThat(scan("if (c)\n%sprak").namesInJava()).containsExactly("sprak");
  }

  @Test
  void aMagicOfCodeGetsTheRestOfItsLineAsItIs() throws MagicUsageException {
    assertThat(scan("%time  f(\"it's\", '\"', ${x})  ").steps())
        .containsExactly(call("time", "f(\"it's\", '\"', ${x})"));
    assertThat(scan("%time\r\nx").steps()).contains(call("time"));
    assertThat(scan("%%time int a = '\"';\nbody").steps())
        .containsExactly(new CellCall("time", List.of(Template.of("int a = '\"';")), "body"));
    assertThat(scan("var t = %time f(\"a;b\");").java()).contains("List.of(\"f(\\\"a;b\\\")\"));");
  }

  @Test
  void aQuestionMarkAsksForHelp() throws MagicUsageException {
    assertThat(scan("%spark?").steps()).containsExactly(call("help", "%spark"));
    assertThat(scan("%%sql? \n").steps()).containsExactly(call("help", "%%sql"));
    assertThat(scan("f();\n%spark?\nx").steps()).contains(call("help", "%spark"));
    assertThat(scan("a\n%b?1:2").java()).isEqualTo("a\n%b?1:2");
  }

  @Test
  void quotesMustBeClosed() {
    for (String cell :
        List.of("%spark 'a b", "x();\n%spark \"a", "var x = %spark 'a", "%%sql 'a\nb'")) {
      assertThatThrownBy(() -> scan(cell))
          .isInstanceOf(MagicUsageException.class)
          .hasMessageContaining("not closed");
    }
  }
}
