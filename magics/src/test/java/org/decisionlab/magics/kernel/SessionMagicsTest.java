// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.decisionlab.kernel.testing.KernelClient.Run;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The magics about the session, time, files and processes, in a real kernel. */
class SessionMagicsTest extends SessionKernel {

  @Test
  void theListNamesEveryMagicWithItsFamilyAndALine() {
    String list = client.execute("%lsmagic").result();
    assertThat(list.lines())
        .contains("Session", "Timing", "System", "Libraries", "Spark", "Models");
    assertThat(list.lines().filter(line -> line.startsWith("  %")))
        .hasSizeGreaterThanOrEqualTo(18)
        .allMatch(line -> line.strip().matches("%%?\\w+  +\\S.*"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "%who",
        "%whos",
        "%reset",
        "%load",
        "%time",
        "%timeit",
        "%env",
        "%log",
        "%jars",
        "%maven",
        "%spark",
        "%tfaas",
        "%lsmagic",
        "%help"
      })
  void everyMagicExplainsItself(String word) {
    String asked = client.execute("%help " + word).result();
    assertThat(asked).contains("Usage: ", word);
    assertThat(client.execute(word + " --help").result().strip()).isEqualTo(asked.strip());
    assertThat(client.execute(word + "?").result()).isEqualTo(asked);
  }

  @Test
  void anUnknownFlagIsOneLineWithASuggestion() {
    Run run = client.execute("%log --linse 3");
    assertThat(run.error()).isEqualTo("UsageError");
    assertThat(run.trace().lines()).hasSize(1).first().asString().contains("--linse", "--lines");
    assertThat(client.execute("%help sprak").trace()).contains("did you mean %help spark?");
  }

  @Test
  void aWordTooManyIsNamed() {
    assertThat(client.execute("%who too").trace()).contains("%who: 'too' is a word too many");
    assertThat(client.execute("%spark strat").trace())
        .contains("%spark: there is no 'strat', but ", "start", "status");
    assertThat(client.execute("%spark status now").trace()).contains("'now' is a word too many");
  }

  @Test
  void whoNamesWhatCellsHaveDeclared() {
    Run declared =
        client.execute(
            """
            int apples = 3; String pear = "x".repeat(100);
            int twice(int n) { return 2 * n; }
            record Basket(int size) {}
            List<Basket> baskets = List.of(new Basket(1), new Basket(2));
            """);
    String cell = "Cell " + declared.reply().get("execution_count").getAsInt();
    assertThat(client.execute("%who").result().lines())
        .anyMatch(line -> line.matches("variables: .*\\bapples, .*\\bbaskets, .*"))
        .anyMatch(line -> line.startsWith("methods: ") && line.contains("twice"))
        .anyMatch(line -> line.startsWith("types: ") && line.contains("Basket"));
    String table = client.execute("%whos").data("execute_result", "text/html");
    assertThat(table)
        .contains("apples", "int (int)", "record", cell, "100 characters: xxx", "size 2: ");
    client.execute("java.nio.file.Path folder = Path.of(\"x\");");
    assertThat(client.execute("%whos").data("execute_result", "text/html"))
        .contains(">Path<")
        .doesNotContain("java.nio");
  }

  @Test
  void resetForgetsNamesAndKeepsImportsOfExtensions() {
    client.execute("import java.awt.Point;\nint gone = 5; Point place = new Point(1, 2);");
    client.execute("int gone2() { return gone; }\nclass Gone {}");
    Run asked = client.execute("%reset");
    assertThat(asked.trace()).contains("would forget", "%reset -f");
    assertThat(client.execute("gone").result()).isEqualTo("5");
    assertThat(client.execute("%reset -f").result()).contains("names are forgotten");
    assertThat(client.execute("%who").result()).isEqualTo("The cells have declared nothing.");
    for (String name : List.of("gone", "gone2()", "new Gone()", "new Point(1, 2)")) {
      assertThat(client.execute(name).error()).as(name).isEqualTo("CompileException");
    }
    assertThat(client.execute("int gone;\ngone").result()).isEqualTo("0");
    assertThat(client.execute("List.of(Table.create(\"t\").name(), Span.class)").result())
        .contains("[t, ");
    client.execute("int gone = 8;\nclass Gone { int n = gone; }");
    assertThat(client.execute("new Gone().n").result()).isEqualTo("8");
  }

  @Test
  void loadPutsTheCodeOfAFileInPlaceOfTheCell() throws IOException {
    Path java = Files.writeString(folder.resolve("some code.java"), "int loaded = 1;\r\n");
    assertThat(nextInput("%load '" + java + "'")).isEqualTo("int loaded = 1;\n");
    Path notebook =
        Files.writeString(
            folder.resolve("two.ipynb"),
            "{\"cells\": [{\"cell_type\": \"markdown\", \"source\": \"x\"},"
                + "{\"cell_type\": \"code\", \"source\": [\"int a;\\n\", \"int b;\"]},"
                + "{\"cell_type\": \"code\", \"source\": \"%spark status\"}]}");
    assertThat(nextInput("%load " + notebook)).isEqualTo("int a;\nint b;\n\n%spark status");
    assertThat(nextInput("%load --cell 2 " + notebook)).isEqualTo("%spark status");
    assertThat(client.execute("%load --cell 3 " + notebook).trace()).contains("has 2 code cells");
    assertThat(client.execute("%load " + folder.resolve("absent.java")).trace())
        .contains("UsageError", "there is no file", "absent.java");
    assertThat(client.execute("int loaded2 = 1;").reply().getAsJsonArray("payload")).isEmpty();
  }

  private String nextInput(String code) {
    Run run = client.execute(code);
    assertThat(run.status()).as(run.toString()).isEqualTo("ok");
    JsonArray payload = run.reply().getAsJsonArray("payload");
    JsonObject input = payload.get(0).getAsJsonObject();
    assertThat(input.get("source").getAsString()).isEqualTo("set_next_input");
    assertThat(input.get("replace").getAsBoolean()).isTrue();
    return input.get("text").getAsString();
  }

  @Test
  void timeTellsWhatAStatementCostsAndGivesItsValue() {
    Run run = client.execute("%time \"it's \" + new byte[8_000_000].length");
    assertThat(run.result()).isEqualTo("it's 8000000");
    assertThat(run.stdout())
        .containsPattern("wall \\S+ \\S+, CPU .* in the cell, .* in all threads");
    assertThat(megabytes(run.stdout())).isBetween(8.0, 40.0);
    assertThat(client.execute("int kept = 0;\n%time kept = 40 + 2;\nkept").result())
        .isEqualTo("42");
    assertThat(client.execute("%time int declared = 6;\ndeclared").result()).isEqualTo("6");
    Run failed = client.execute("int n = 0;\n%time 1 / n");
    assertThat(failed.trace()).contains("ArithmeticException", "line 2", "2 | %time 1 / n");
    assertThat(failed.stdout()).contains("wall ");
    assertThat(client.execute("for (int i = 0; i < 2; i++) {\n  %time kept++\n}\nkept").result())
        .isEqualTo("44");
  }

  private static double megabytes(String report) {
    Matcher matcher = Pattern.compile("allocated in the cell ([\\d.]+) MB").matcher(report);
    assertThat(matcher.find()).as(report).isTrue();
    return Double.parseDouble(matcher.group(1));
  }

  @Test
  void timeOfACellRunsJavaAndMagicsAndKeepsPlaces() {
    Run run = client.execute("// why\n%%time\nint summed = 1;\n%who\nsummed += 41;\nsummed");
    assertThat(run.result()).isEqualTo("42");
    assertThat(run.stdout()).contains("wall ", "garbage collection");
    Run failed = client.execute("%%time\nint zero = 0;\n\nint bad = 1 / zero;");
    assertThat(failed.trace()).contains("line 4", "4 | int bad = 1 / zero;");
    Run broken = client.execute("%%time\nint fine = 1;\nint bad = absent;");
    assertThat(broken.trace()).contains("line 3", "3 | int bad = absent;");
    assertThat(client.execute("%%time\n%wohs").trace()).contains("did you mean %whos?");
    assertThat(client.execute("%time").trace()).contains("there is no code to run");
  }

  @Test
  void timeitMeasuresAnExpressionOrStatements() {
    client.execute("long runs = 0; double[] numbers = new double[1000];");
    Run run =
        client.execute(
            "org.decisionlab.magics.timing.Measurement m = %timeit -n 50 -r 3 runs++;\nm");
    assertThat(run.result()).contains(" median, spread ", "(3 repetitions of 50 loops, ");
    assertThat(client.execute("m.nanos().size() + m.loops()").result()).isEqualTo("53");
    assertThat(client.execute("runs >= 150").result()).isEqualTo("true");
    Run sum = client.execute("%timeit -r 3 Arrays.stream(numbers).sum()");
    assertThat(sum.result()).contains(" median").contains("3 repetitions");
    assertThat(client.execute("%timeit -n 2 -r 2 System.gc()").result()).contains(" median");
    assertThat(client.execute("%timeit -n 2 -r 2 -runs * 2").result()).contains("of 2 loops");
    Run cell =
        client.execute(
            "%%timeit -n 3 -r 2 int[] counts = new int[4]\nfor (int i = 0; i < 4; i++) {\n  counts[i]++;\n}");
    assertThat(cell.result()).as(cell.toString()).contains("(2 repetitions of 3 loops, ");
  }

  @Test
  void timeitUsesResultsSoThatTheJvmCannotLeaveTheCodeOut() {
    client.execute("int[] many = IntStream.range(0, 20_000).toArray();");
    String type = "org.decisionlab.magics.timing.Measurement ";
    client.execute(type + "t = %timeit -r 3 Arrays.stream(many).sum()");
    // Twenty thousand additions take longer on any machine; a call left out takes none of it.
    assertThat(client.execute("t.median() > 100").result())
        .as(client.execute("t").result())
        .isEqualTo("true");
  }

  @Test
  void timeitTellsErrorsOfTheCodeAndCanBeInterrupted() {
    assertThat(client.execute("%timeit absent + 1").trace())
        .contains("Does not compile", "absent + 1", "cannot find symbol");
    assertThat(client.execute("%timeit -r 0 1").trace()).contains("-r from 1 to");
    assertThat(client.execute("%timeit Integer.parseInt(\"x\")").error())
        .isEqualTo("java.lang.NumberFormatException");
    Run run =
        client.interrupted("System.out.println(\"go\");\n%timeit -n 1000000000000 Math.random()");
    assertThat(run.error()).isEqualTo("Interrupted");
    assertThat(client.execute("1 + 1").result()).isEqualTo("2");
  }

  @Test
  void errorsOfTimeitAreAtTheLinesOfTheCell() {
    Run thrown = client.execute("int zero = 0;\n%timeit 1 / zero");
    assertThat(thrown.trace()).contains("line 2", "2 | %timeit 1 / zero").doesNotContain("sink$");
    Run open = client.execute("%timeit foo(");
    assertThat(open.trace()).contains("1 | %timeit foo(").doesNotContain("}");
    Run unknown = client.execute("%timeit 3 + absent");
    assertThat(unknown.trace())
        .contains("    1 | %timeit 3 + absent\n      |             ^^^^^^\n");
    Run body = client.execute("%%timeit\nint q = 3;\nq * absent;");
    assertThat(body.trace()).contains("3 | q * absent;").doesNotContain("sink$", "at$");
    assertThat(client.execute("%%timeit\nint q = 3;\nq * 2").trace())
        .contains("3 | q * 2", "not a statement")
        .doesNotContain(".class");
    Run both = client.execute("%timeit -n 2 -r 2 zero + 1\n%timeit -n 3 -r 2 zero + 2");
    assertThat(both.data("display_data", "text/plain")).contains("of 2 loops");
    assertThat(both.result()).contains("of 3 loops");
  }

  @Test
  void aValueWithBlanksNeedsQuotesAndTheRootIsNoFile() {
    assertThat(client.execute("%env FOO=bar baz").trace()).contains("%env NAME='a b'");
    assertThat(client.execute("%env FOO='bar baz'").result()).startsWith("FOO=bar baz ");
    assertThat(client.execute("%%writefile /\nx").trace()).contains("/ is no file");
  }

  @Test
  void writefileWritesReplacesAndAppends() throws IOException {
    Path file = folder.resolve("note.txt");
    String write = "%%writefile " + file + "\n%spark ${x} 'open\nzwei ä";
    assertThat(client.execute(write).result()).isEqualTo("wrote " + file + ": 26 bytes");
    assertThat(file).hasContent("%spark ${x} 'open\nzwei ä\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-x---"));
    assertThat(client.execute("%%writefile -a " + file + "\ndrei\n").result())
        .startsWith("appended to ");
    assertThat(Files.readString(file)).isEqualTo("%spark ${x} 'open\nzwei ä\ndrei\n");
    assertThat(client.execute("%%writefile " + file + "\nneu").result()).startsWith("replaced ");
    assertThat(Files.readString(file)).isEqualTo("neu\n");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rwxr-x---");
    assertThat(client.execute("%%writefile " + folder.resolve("no/x") + "\na").trace())
        .contains("there is no folder", "/no");
    assertThat(client.execute("String at = \"" + folder + "\";").status()).isEqualTo("ok");
    client.execute("%%writefile ${at}/named.txt\na");
    assertThat(folder.resolve("named.txt")).hasContent("a");
  }

  @Test
  void envShowsSetsAndKeepsSecrets() {
    String list = client.execute("%env").result();
    assertThat(list).contains("PROBE_WORD=loud", "PROBE_TOKEN=(hidden)").doesNotContain("hush");
    assertThat(client.execute("String word = %env PROBE_WORD;\nword + \"!\"").result())
        .isEqualTo("loud!");
    assertThat(client.execute("%env PROBE_TOKEN").trace())
        .contains("UsageError", "not shown")
        .doesNotContain("hush");
    assertThat(client.execute("%env PROBE_WROD").trace()).contains("did you mean PROBE_WORD?");
    assertThat(client.execute("%env PROBE_NEW=a=b").result()).startsWith("PROBE_NEW=a=b");
    assertThat(client.execute("%env PROBE_SECRET geheim").result()).doesNotContain("geheim");
    assertThat(client.execute("%env PROBE_URL https://me:pw@host/x").result())
        .contains("https://(hidden)@host/x");
    assertThat(client.execute("%%bash\necho $PROBE_NEW-$PROBE_SECRET-$PROBE_TOKEN-").stdout())
        .isEqualTo("a=b-geheim--\n");
    assertThat(client.execute("%%bash\nenv").stdout())
        .contains("PROBE_WORD=loud")
        .doesNotContain("hush");
    client.execute("%env --unset PROBE_NEW");
    assertThat(client.execute("%env PROBE_NEW").trace()).contains("there is no variable");
  }

  @Test
  void bashStreamsTellsItsStatusAndEndsWithTheCell() {
    Run run = client.execute("%%bash\necho 'one ä'; echo two >&2\ncat\nexit 3");
    assertThat(run.stdout()).isEqualTo("one ä\n");
    assertThat(run.stream("stderr")).endsWith("two\n");
    assertThat(run.trace()).contains("bash ended with status 3").doesNotContain("    at ");
    assertThat(client.execute("%%bash --no-raise-error\nexit 4").stdout()).contains("status 4");
    assertThat(client.execute("%%bash --timeout 1\nsleep 600").trace()).contains("ended after 1 s");
    Run stopped = client.interrupted("%%bash\n(sleep 601 & echo $!; wait) & echo $!\nwait");
    assertThat(stopped.error()).isEqualTo("Interrupted");
    List<Long> started =
        stopped.stdout().lines().filter(line -> line.matches("\\d+")).map(Long::valueOf).toList();
    assertThat(started).isNotEmpty();
    for (long pid : started) {
      assertThat(ProcessHandle.of(pid).map(ProcessHandle::onExit))
          .satisfiesAnyOf(
              gone -> assertThat(gone).isEmpty(),
              end -> assertThat(end.orElseThrow()).succeedsWithin(java.time.Duration.ofMinutes(1)));
    }
  }

  @Test
  void logShowsTheLastLinesWithoutSecretsAndSetsLevels() {
    client.execute(
        "org.slf4j.LoggerFactory.getLogger(\"probe\").warn(\"opened https://me:pw@host with token=abc123\");");
    assertThat(client.execute("%log").result())
        .contains("level warn", "WARN probe: opened https://(hidden)@host with token=(hidden)")
        .doesNotContain("abc123", "pw@");
    String fine = "org.slf4j.LoggerFactory.getLogger(\"probe.fine\").debug(\"fine print\");";
    client.execute(fine);
    assertThat(client.execute("%log").result()).doesNotContain("fine print");
    assertThat(client.execute("%log debug probe.fine").result()).isEqualTo("probe.fine: debug");
    client.execute(fine);
    assertThat(client.execute("%log -n 5").result()).contains("DEBUG fine: fine print");
    assertThat(client.execute("%log wran").trace()).contains("did you mean warn?");
  }
}
