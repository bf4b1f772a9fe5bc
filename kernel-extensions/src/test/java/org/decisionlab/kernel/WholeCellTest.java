// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.decisionlab.kernel.testing.KernelClient.Run;
import org.decisionlab.kernel.testing.RunningKernel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A cell is read whole before any of it runs; one that may be right is not refused. */
class WholeCellTest extends RunningKernel {

  @Test
  void allErrorsOfACellAreShownBeforeAnythingRuns() {
    Run run =
        client.execute(
            "System.out.println(\"ran\");\nabsent();\nString s2 = new String().foo;\n1 + gone");
    assertThat(run.stream("stdout")).isEmpty();
    assertThat(run.trace()).contains("line 2").contains("method absent()");
    Run two = client.execute("System.out.println(\"ran\");\nabsent();\nint[] x = gone;\n");
    assertThat(two.error()).isEqualTo("CompileException");
    Run three = client.execute("System.out.println(\"ran\");\nabsent();\nSystem.gone();\n1 + gone");
    assertThat(three.trace())
        .contains("method absent()")
        .contains("method gone()")
        .contains("variable gone")
        .contains("    4 | 1 + gone");
    assertThat(three.stream("stdout")).isEmpty();
  }

  @Test
  void aCellThatDeclaresIsCheckedAsAWhole() {
    Run run =
        client.execute(
            """
            int early = 5;
            System.out.println("ran");
            record Pair(int a, int b) {}
            var pair = new Pair(early, 6);
            pair.c();
            String text = early;
            nowhere(pair)\
            """);
    assertThat(run.stream("stdout")).isEmpty();
    assertThat(run.trace())
        .contains("    5 | pair.c();")
        .contains("    6 | String text = early;")
        .contains("    7 | nowhere(pair)")
        .contains("int cannot be converted to java.lang.String");
    assertThat(client.execute("early").error()).isEqualTo("CompileException");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "int broken() { }",
        "List<int> broken = null;",
        "List<String, String> broken = null;",
        "class Broken implements Runnable {}",
        "class Broken extends String {}",
        "var broken = null;",
        "int broken = 1;\nbreak;",
        "int broken = 1;\ncontinue;",
        "String broken = switch (1) { case 1 -> \"a\"; };",
        "int broken = 1;\ntry { int n = 1; } catch (IOException e) { }",
        "boolean broken = \"a\" == Integer.valueOf(1);",
        "void broken() { Thread.sleep(1); }",
        "interface Broken extends String {}",
        "class Broken { private int secret = 5; }\nnew Broken().secret",
        "class Broken { int n; static int twice() { return 2 * n; } }",
        "class Broken { @Override public String toStrin() { return null; } }",
        "class Broken { Broken() { } Broken() { } }",
        "int broken() { return \"a\".euros(); }",
        "int broken() { int n; return n; }",
        "int broken() { while (true) { } return 1; }",
        "int count = 3;\nint broken() { return count + \"x\"; }",
        "int count = 3;\nRunnable broken = () -> { int count = 2; int n; n++; };",
        "enum Flavour { UP, DOWN }\nFlavour broken = Flavour.STRANGE;",
        "import no.such.Thing;\nint broken = 1;"
      })
  void whatCannotBeMeantIsToldBeforeAnythingRuns(String wrong) {
    Run run = client.execute("System.out.println(\"ran\");\n" + wrong);
    assertThat(run.error()).as(run.trace()).isEqualTo("CompileException");
    assertThat(run.stream("stdout")).as(wrong).isEmpty();
  }

  @Test
  void aCellThatIsRunAgainIsCheckedAsAWholeToo() {
    String cell =
        """
        System.out.println("ran");
        record Track(double pt, double eta) { double p() { return pt * Math.cosh(eta); } }
        class Event { List<Track> tracks = new ArrayList<>(); }
        int count(Event event) { return event.tracks.size(); }
        int sum(int... n) { return n.length; }
        var event = new Event();
        event.tracks.add(new Track(20, 0));
        count(event) + sum()\
        """;
    assertThat(client.execute(cell).result()).isEqualTo("1");
    assertThat(client.execute(cell).result()).isEqualTo("1");
    Run wrong = client.execute(cell.replace("new Track(20, 0)", "new Track(20)"));
    assertThat(wrong.error()).isEqualTo("CompileException");
    assertThat(wrong.stream("stdout")).isEmpty();
    assertThat(client.execute("Track old = new Track(1, 0);").status()).isEqualTo("ok");
    Run other =
        client.execute("record Track(int id) {}\nint f(Track t) { return t.id(); }\nf(old)");
    assertThat(other.trace()).contains("NullPointerException").doesNotContain("Does not compile");
    client.execute("int sum(String text) { return text.length(); }");
    assertThat(
            client.execute("double sum(double d) { return d; }\nsum(1, 2) + sum(\"abc\")").result())
        .isEqualTo("5");
  }

  @Test
  void theCaretStandsUnderTheUsersWords() {
    assertThat(client.execute("int one = 1;\nclass Late implements Runnable {}").trace())
        .contains("    2 | class Late implements Runnable {}\n      | ^^^^^")
        .contains("\nLate is not abstract");
  }

  @Test
  void whatStandsInAnyOrderIsNotRefused() {
    Run run =
        client.execute(
            """
            class Node { Leaf leaf = new Leaf(); int sum() { return leaf.value + offset; } }
            class Leaf { int value = plus(3); }
            int plus(int n) { return n + 1; }
            int offset = 10;
            int turns = 0;
            Runnable turn = () -> turns++;
            turn.run();
            import java.util.concurrent.atomic.AtomicInteger;
            var counter = new AtomicInteger(turns);
            for (int k : List.of(1, 2)) { counter.addAndGet(k); }
            int k = 100;
            new Node().sum() + counter.get() + k\
            """);
    assertThat(run.result()).isEqualTo("118");
    assertThat(run.stream("stderr")).isEmpty();
    assertThat(client.execute("int half(int n) { return quarter(n) * 2; }").stream("stderr"))
        .contains("usable only when this is declared too", "quarter(int)");
    client.execute("int quarter(int n) { return n / 4; }");
    assertThat(client.execute("half(8)").result()).isEqualTo("4");
  }

  @Test
  void aSealedTypeNamesItsSubtypes() {
    assertThat(client.execute("sealed interface Solid {}").trace())
        .contains("write permits and their names");
    String cell =
        "sealed interface Solid permits Ball {}\nrecord Ball(double r) implements Solid {}\nnew Ball(2).r()";
    assertThat(client.execute(cell).result()).isEqualTo("2.0");
    assertThat(client.execute(cell).result()).isEqualTo("2.0");
  }

  @Test
  void whatIsFinalIsNotAssigned() {
    String label = client.execute("final int fixed = 5;\ncell().label()").result();
    for (String wrong :
        new String[] {
          "fixed = 6;",
          "fixed++;\nint other = 1;",
          "void change() { fixed = 6; }",
          "int other = fixed++;",
          "Runnable change = () -> fixed = 6;"
        }) {
      assertThat(client.execute(wrong).trace())
          .as(wrong)
          .contains(
              "cannot assign a value to ", "final variable fixed", "it is declared in " + label);
    }
    assertThat(client.execute("final int own = 1;\nown = 2;").error())
        .isEqualTo("CompileException");
    assertThat(client.execute("final int fixed = 7;\nfixed").result()).isEqualTo("7");
    assertThat(client.execute("int fixed = 8;").status()).isEqualTo("ok");
    assertThat(client.execute("fixed = 9;\nfixed").result()).isEqualTo("9");
    assertThat(client.execute("final int later;\nlater = 3;\nlater").result()).isEqualTo("3");
  }

  @Test
  void importsOfCellsComeBeforeThoseOfTheKernel() {
    String cell =
        """
        import org.slf4j.*;
        import java.awt.*;
        List.class.getName()\
        """;
    assertThat(client.execute(cell).result()).isEqualTo("java.awt.List");
    assertThat(client.execute("Class<?> it() { return List.class; }\nit().getName()").result())
        .isEqualTo("java.awt.List");
    assertThat(client.execute("new ArrayList<>(Set.of(1))").result()).isEqualTo("[1]");
    assertThat(client.execute("import java.util.*;\nList.of(2)").result()).isEqualTo("[2]");
    client.execute("import java.util.List;");
    assertThat(client.execute("import java.awt.*;\nList.of(3)").result()).isEqualTo("[3]");
  }
}
