// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.decisionlab.kernel.testing.KernelClient.Run;
import org.decisionlab.kernel.testing.RunningKernel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Cells run in the real kernel: values, output, errors, displays. */
class KernelTest extends RunningKernel {

  @Test
  void theLastExpressionWithoutSemicolonIsTheValue() {
    assertThat(client.execute("1 + 1").result()).isEqualTo("2");
    assertThat(client.execute("int a = 20;\na++;\na * 2").result()).isEqualTo("42");
    Run quiet = client.execute("1 + 1;");
    assertThat(quiet.status()).isEqualTo("ok");
    assertThat(quiet.types()).containsExactly("execute_input");
    assertThat(client.execute("String none = null;\nnone").types())
        .containsExactly("execute_input");
  }

  @Test
  void declarationsHoldFromCellToCell() {
    client.execute("record Point(int x, int y) { int sum() { return x + y; } }");
    client.execute("Point p = new Point(3, 4);");
    client.execute("int twice(Point q) { return 2 * q.sum(); }");
    assertThat(client.execute("twice(p)").result()).isEqualTo("14");
    assertThat(client.execute("List.of(p)").data("execute_result", "text/html"))
        .contains("<table", ">x<", ">4<");
  }

  @Test
  void librariesFindTheClassesOfCellsFromTheThreadOfACell() {
    client.execute("public class Findable { public static int number() { return 23; } }");
    Run run =
        client.execute(
            """
            String name = Findable.class.getName();
            Class.forName(name, true, Thread.currentThread().getContextClassLoader())
                .getMethod("number").invoke(null)\
            """);
    assertThat(run.result()).isEqualTo("23");
    client.execute("ThreadLocal<String> kept = new ThreadLocal<>(); kept.set(\"same thread\");");
    assertThat(client.execute("kept.get()").result()).isEqualTo("same thread");
  }

  @Test
  void aCellChangesTheContextClassLoaderForItselfOnly() {
    client.execute("Thread.currentThread().setContextClassLoader(null);");
    assertThat(client.execute("Thread.currentThread().getContextClassLoader() != null").result())
        .isEqualTo("true");
    assertThat(client.execute("%lsmagic").result()).contains("%lsmagic");
  }

  @Test
  void redefiningWhatAVariableUsesKeepsItsValue() {
    client.execute("int scale() { return 2; }");
    client.execute("int kept = scale() * 100;");
    client.execute("int scale() { return 3; }");
    assertThat(client.execute("kept").result()).isEqualTo("200");
    client.execute("kept = 7;");
    client.execute("long scale() { return 4; }");
    assertThat(client.execute("kept").result()).isEqualTo("7");
  }

  /** The check of a whole cell does not see the variable from the method: that is no error. */
  @Test
  void aLambdaOfAMethodReadsAVariableOfTheSameCell() {
    Run run =
        client.execute(
            "int added = 7;\nlong total() {\n  return Stream.of(1L, 2L).map(x -> x + added)"
                + ".reduce((a, b) -> a + b).get();\n}\ntotal()");
    assertThat(run.result()).isEqualTo("17");
  }

  @Test
  void outputOfBothStreamsKeepsItsOrder() {
    Run run =
        client.execute(
            "System.out.print(\"a\"); System.err.print(\"b\"); System.out.print(\"c\");\n"
                + "display(\"d\");\nSystem.out.print(\"e\");\n\"f\"");
    assertThat(run.outputs().stream().skip(1).map(m -> m.type() + text(m.content())).toList())
        .containsExactly(
            "streama", "streamb", "streamc", "display_datad", "streame", "execute_resultf");
  }

  private static String text(JsonObject content) {
    return content.has("text")
        ? content.get("text").getAsString()
        : content.getAsJsonObject("data").get("text/plain").getAsString();
  }

  @Test
  void aHundredThousandLinesArriveCompleteAndInOrder() {
    Run run =
        client.execute("for (int i = 0; i < 100_000; i++) System.out.println(\"Zeile ä \" + i);");
    String expected =
        IntStream.range(0, 100_000)
            .mapToObj(i -> "Zeile ä " + i + "\n")
            .collect(Collectors.joining());
    assertThat(run.stdout()).isEqualTo(expected);
  }

  @Test
  void anExceptionKeepsTypeMessageCauseAndPlace() {
    client.execute("int share(int n) {\n  return 10 / n;\n}");
    Run run =
        client.execute(
            """
            // a comment
            try {
              share(0);
            } catch (ArithmeticException e) {
              throw new IllegalStateException("no share", e);
            }\
            """);
    assertThat(run.error()).isEqualTo("java.lang.IllegalStateException");
    assertThat(run.reply().get("evalue").getAsString()).isEqualTo("no share");
    String label = "Cell " + run.reply().get("execution_count").getAsInt();
    assertThat(run.trace())
        .contains("java.lang.IllegalStateException: no share")
        .contains("at " + label + ", line 5")
        .contains("5 | throw new IllegalStateException")
        .contains("Caused by: java.lang.ArithmeticException: / by zero")
        .contains("2 | return 10 / n;")
        .contains("at " + label + ", line 3")
        .doesNotContain("org.decisionlab", "jdk.jshell", "REPL", "reflect");
    assertThat(run.types()).containsExactly("execute_input", "error");
  }

  @Test
  void anExceptionTypeOfACellIsCalledByItsName() {
    client.execute("class Overheated extends RuntimeException {}");
    assertThat(client.execute("throw new Overheated();").error()).isEqualTo("Overheated");
  }

  @Test
  void aLongTraceIsCutInTheMiddle() {
    Run run =
        client.execute(
            """
            int down(int n) { return up(n + 1) + 1; }
            int up(int n) { return down(n + 1) + 1; }
            down(0)\
            """);
    assertThat(run.error()).isEqualTo("java.lang.StackOverflowError");
    assertThat(run.trace()).contains("frames cut").hasSizeLessThan(6_000);
    assertThat(client.execute("1 + 2").result()).isEqualTo("3");
  }

  @Test
  void aCompileErrorShowsTheLineAndTheMessageInWords() {
    Run run = client.execute("int fine = 1;\nint bad = fine + missing;");
    assertThat(run.error()).isEqualTo("CompileException");
    assertThat(run.trace())
        .contains("line 2")
        .contains("2 | int bad = fine + missing;")
        .contains("cannot find symbol")
        .contains("variable missing");
    List<String> lines = run.trace().lines().toList();
    assertThat(lines.get(2).indexOf('^')).isEqualTo(lines.get(1).indexOf("missing"));
  }

  @Test
  void aSyntaxErrorAtTheEndLeavesTheBeginningNotRun() {
    Run run = client.execute("System.out.println(\"ran\");\nint ok = 1;\nint broken = ;");
    assertThat(run.error()).isEqualTo("CompileException");
    assertThat(run.trace()).contains("line 3");
    assertThat(run.stdout()).isEmpty();
    assertThat(client.execute("for (int i = 0; i < 3; i++) {").trace())
        .contains("reached end of file");
  }

  @Test
  void statementsThatFollowEachOtherKeepTheirLinesAndTheirErrors() {
    Run late =
        client.execute(
            """
            int[] log = new int[3];
            log[0] = 1;
            log[1] = 2; log[2] = 3;
            // a remark
            log[3] = 4;
            log[0] = 5;
            """);
    assertThat(late.trace()).contains("line 5").contains("5 | log[3] = 4;");
    assertThat(client.execute("log").result()).isEqualTo("[1, 2, 3]");
    Run refused = client.execute("log[0] = 7;\nlog[1] = absent;\nlog[2] = 9;");
    assertThat(refused.trace()).contains("line 2").contains("2 | log[1] = absent;");
    List<String> lines = refused.trace().lines().toList();
    assertThat(lines.get(2).indexOf('^')).isEqualTo(lines.get(1).indexOf("absent"));
    assertThat(client.execute("log").result()).isEqualTo("[1, 2, 3]");
    Run endless =
        client.execute(
            "log[0] = 8;\ndo { if (log[0] == 8) throw new IOException(); }"
                + " while (true);\nlog[1] = 8;");
    assertThat(endless.error()).isEqualTo("java.io.IOException");
    assertThat(client.execute("log").result()).isEqualTo("[8, 2, 3]");
  }

  @Test
  void whatWouldEndAProcessEndsTheCellOnly() {
    assertThat(client.execute("System.exit(0);").trace()).contains("exit(0)");
    assertThat(client.execute("Runtime.getRuntime().halt(3);").trace()).contains("exit(3)");
    assertThat(client.execute("List.of(5).forEach(System::exit);").trace()).contains("exit(5)");
    assertThat(
            client
                .execute(
                    "byte[][] all = new byte[100_000][]; "
                        + "for (int i = 0; i < all.length; i++) all[i] = new byte[1 << 28];")
                .error())
        .isEqualTo("java.lang.OutOfMemoryError");
    client.execute("all = null;");
    assertThat(client.execute("40 + 2").result()).isEqualTo("42");
  }

  @Test
  void anExpressionTooDeepForTheCompilerDoesNoHarm() {
    String deep = "int deep = " + "(1+".repeat(60_000) + "1" + ")".repeat(60_000) + ";";
    assertThat(client.execute(deep).status()).isEqualTo("error");
    assertThat(client.execute("5 * 5").result()).isEqualTo("25");
  }

  @Test
  void valuesHaveTextWithLimits() {
    assertThat(client.execute("new int[][] {{1, 2}, {3}}").result()).isEqualTo("[[1, 2], [3]]");
    assertThat(client.execute("IntStream.range(0, 1000).boxed().toList()").result())
        .startsWith("[0, 1, 2")
        .endsWith("950 more of 1000]");
    assertThat(
            client
                .execute("new Object() { public String toString() { throw new Error(\"x\"); } }")
                .result())
        .contains("cannot be had: java.lang.Error: x");
    assertThat(client.execute("7 * 7").result()).isEqualTo("49");
  }

  @Test
  void aStringIsNeverMarkup() {
    Run run = client.execute("\"<script>alert(1)</script>\"");
    assertThat(run.outputs().get(1).content().getAsJsonObject("data").keySet())
        .containsExactly("text/plain");
    assertThat(client.execute("html(\"<b>bold</b>\");").data("display_data", "text/html"))
        .isEqualTo("<b>bold</b>");
  }

  @Test
  void aDisplayIsReplacedInPlace() {
    Run run = client.execute("var shown = display(\"one\");\nshown.update(\"two\");");
    JsonObject first = run.outputs().get(1).content();
    JsonObject second = run.outputs().get(2).content();
    assertThat(run.types()).containsExactly("execute_input", "display_data", "update_display_data");
    assertThat(second.getAsJsonObject("data").get("text/plain").getAsString()).isEqualTo("two");
    assertThat(second.getAsJsonObject("transient")).isEqualTo(first.getAsJsonObject("transient"));
  }

  @Test
  void whatIsShownIsNotShownAgainAsTheValueOfTheCell() {
    for (String code : List.of("display(3)", "markdown(\"**b**\")", "html(\"<b>b</b>\")")) {
      assertThat(client.execute(code).types()).containsExactly("execute_input", "display_data");
    }
  }

  @Test
  void whatACellAssertsIsChecked() {
    Run run = client.execute("int half = 3;\nassert half * 2 == 7 : \"half is \" + half;");
    assertThat(run.error()).isEqualTo("java.lang.AssertionError");
    assertThat(run.trace()).contains("half is 3", "line 2");
    client.execute("record Share(double of) { Share { assert of <= 1 : of; } }");
    assertThat(client.execute("new Share(1.5)").error()).isEqualTo("java.lang.AssertionError");
    assertThat(client.execute("assert half == 3;\nhalf").result()).isEqualTo("3");
  }

  @Test
  void aRecordMayHaveConstructorsOfItsOwn() {
    String code =
        """
        record Range(int from, int to) {
          static int made = 0;
          Range { if (from > to) throw new IllegalArgumentException(from + " > " + to); made++; }
          Range(int to) { this(0, to); }
          @Deprecated Range(String to) { this(Integer.parseInt(to)); }
          int span() { return to - from; } Range twice() { return new Range(2 * from, 2 * to); }
        }
        record Plain(int x) {
          Plain(int x) { this.x = Math.abs(x); }
        }
        List.of(new Range(3).span(), new Range("4").span(), new Range(1, 6).twice().span(), new Plain(-1).x())
        """;
    assertThat(client.execute(code).result()).isEqualTo("[3, 4, 10, 1]");
    Run refused = client.execute("new Range(2, 1)");
    assertThat(refused.trace()).contains("2 > 1", "line 3", "3 | Range { if (from > to) throw");
    Run type = client.execute("record Wrong(int x) { Wrong { int y = \"a\"; } }");
    assertThat(type.trace())
        .contains(
            """
                1 | record Wrong(int x) { Wrong { int y = "a"; } }
                  |                                       ^^^
            """);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "return 5;",
        "return;",
        "if (true) return;",
        "for (int i = 0; i < 3; i++) { if (i == 1) return i; }",
        "try { return 1; } finally { }",
        "int unused() { return 1; }\nreturn unused();"
      })
  void aCellDoesNotReturn(String code) {
    Run run = client.execute("System.out.println(\"ran\");\n" + code);
    assertThat(run.error()).isEqualTo("CompileException");
    assertThat(run.trace()).contains("a cell cannot return");
    assertThat(run.stream("stdout")).isEmpty();
  }

  @Test
  void whatIsDeclaredInACellMayReturn() {
    String code =
        """
        int one() { return 1; }
        Supplier<Integer> two = () -> { return 2; };
        Supplier<Integer> three = new Supplier<>() { public Integer get() { return 3; } };
        if (one() == 1) { class Four { int get() { return 4; } } }
        one() + two.get() + three.get()
        """;
    assertThat(client.execute(code).result()).isEqualTo("6");
  }

  @Test
  void tablesAndChartsAreDrawn() {
    Run table =
        client.execute(
            "import tech.tablesaw.api.*;\n"
                + "Table.create(\"t\", StringColumn.create(\"n\", \"a<b\", \"c\"),"
                + " IntColumn.create(\"k\", new int[] {1, 2}))");
    assertThat(table.data("execute_result", "text/html"))
        .contains("a&lt;b", "text-align:right")
        .doesNotContain("a<b");
    Run chart =
        client.execute(
            "import org.knowm.xchart.*;\n"
                + "QuickChart.getChart(\"T\", \"x\", \"y\", \"s\","
                + " new double[] {1, 2}, new double[] {3, 4})");
    assertThat(chart.data("execute_result", "image/png")).startsWith("iVBOR");
  }

  @Test
  void whatCannotBeWrittenAsByteCodeIsRefusedAndDoesNoHarm() {
    String tooLong = '"' + "x".repeat(70_000) + '"';
    for (String cell :
        List.of(
            "String tooLong = " + tooLong + ";\ntooLong.length()",
            "System.out.println(1);\nSystem.out.println(" + tooLong + ");")) {
      Run run = client.execute(cell);
      assertThat(run.status()).isEqualTo("error");
      assertThat(run.trace()).contains("constant string too long");
    }
    assertThat(client.execute("6 * 7").result()).isEqualTo("42");
    assertThat(client.execute("int after = 8;\nafter").result()).isEqualTo("8");
  }
}
