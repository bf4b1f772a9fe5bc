// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.decisionlab.kernel.testing.KernelClient.Run;
import org.decisionlab.kernel.testing.RunningKernel;
import org.junit.jupiter.api.Test;

/** Whatever a cell does wrong, the user is told what and where, and the kernel goes on. */
class ErrorsTest extends RunningKernel {

  private void kernelGoesOn() {
    assertThat(client.execute("6 * 7").result()).isEqualTo("42");
  }

  @Test
  void constructorsOfRecordsNeedNoModifier() {
    Run run =
        client.execute(
            """
            record Even(int n) { Even { if (n % 2 > 0) { throw new ArithmeticException("odd"); } }
              Even(String text) { this(Integer.parseInt(text)); }
              static Even failing() {
                return new Even(3); } }
            new Even("4").n()\
            """);
    assertThat(run.result()).isEqualTo("4");
    assertThat(client.execute("Even.failing()").trace())
        .contains("odd")
        .contains("    1 | record Even(int n) { Even { if (n % 2 > 0)")
        .contains("4)");
    String wrong = "record Half(int n) { @Deprecated Half { n = \"\" + n; } }";
    assertThat(client.execute(wrong).trace())
        .contains("    1 | " + wrong)
        .contains(
            "| " + " ".repeat(wrong.indexOf("\"\"")) + "^".repeat("\"\" + n".length()) + "\n");
  }

  @Test
  void aLongListOfErrorsIsCut() {
    String cell =
        IntStream.range(0, 30)
            .mapToObj(i -> "absent" + i + "();")
            .collect(Collectors.joining("\n"));
    assertThat(client.execute(cell).trace())
        .contains("absent9()")
        .doesNotContain("absent10()")
        .contains("20 more");
  }

  @Test
  void theHeapMayBeExhausted() {
    for (String filling : List.of("new byte[1 << 20]", "new int[10]")) {
      client.execute("var kept = new ArrayList<Object>();");
      Run run = client.execute("while (true) kept.add(" + filling + ");");
      assertThat(run.error()).isEqualTo("java.lang.OutOfMemoryError");
      assertThat(run.trace()).contains("1 | while (true)");
      client.execute("kept = null;");
      kernelGoesOn();
    }
  }

  @Test
  void anExceptionMayBeBrokenItself() {
    client.execute(
        """
        class Broken extends RuntimeException {
          @Override public String getMessage() { throw new IllegalStateException("no message"); }
          @Override public String toString() { throw new IllegalStateException("no text"); }
        }\
        """);
    Run run = client.execute("throw new Broken();");
    assertThat(run.error()).isEqualTo("Broken");
    assertThat(run.trace()).contains("its message cannot be read").contains("Cell");
    assertThat(client.execute("throw new RuntimeException((String) null);").trace())
        .startsWith("java.lang.RuntimeException\n");
    kernelGoesOn();
  }

  @Test
  void whatAnExceptionTellsOfItselfMayBeWrong() {
    client.execute(
        """
        class Placeless extends RuntimeException {
          final boolean silent;
          Placeless(boolean silent) { this.silent = silent; }
          @Override public StackTraceElement[] getStackTrace() {
            if (silent) { return null; }
            throw new IllegalStateException("no trace");
          }
          @Override public synchronized Throwable getCause() { throw new IllegalStateException("no cause"); }
        }
        class Endless extends RuntimeException {
          @Override public synchronized Throwable getCause() { return new Endless(); }
        }\
        """);
    assertThat(client.execute("throw new Placeless(true);").trace()).isEqualTo("Placeless\n");
    assertThat(client.execute("throw new Placeless(false);").error()).isEqualTo("Placeless");
    assertThat(client.execute("throw new Endless();").trace())
        .startsWith("Endless\n")
        .contains("causes cut");
    assertThat(client.execute("throw new IllegalStateException(\"no name\") {};").trace())
        .startsWith("anonymous java.lang.IllegalStateException: no name")
        .contains("line 1");
    kernelGoesOn();
  }

  @Test
  void aLongChainOfCausesIsCutInTheMiddle() {
    Run run =
        client.execute(
            """
            Throwable top = new IOException("the root");
            for (int i = 0; i < 200; i++) { top = new RuntimeException("around " + i, top); }
            throw top;\
            """);
    assertThat(run.trace())
        .contains("around 199", "around 190", "186 causes cut", "around 3", "the root")
        .doesNotContain("around 100");
  }

  @Test
  void anOverflowOfTheStackShowsTheCell() {
    Run run = client.execute("int endless(int n) {\n  return endless(n + 1) + 1;\n}\nendless(0)");
    assertThat(run.error()).isEqualTo("java.lang.StackOverflowError");
    assertThat(run.trace())
        .contains("at endless (", "2 | return endless(n + 1) + 1;")
        .doesNotContain("decisionlab", "java.lang.ref");
    kernelGoesOn();
  }

  @Test
  void aThreadThatEndsTheProcessShowsItsPlace() {
    Run run =
        client.execute(
            "var quits = new Thread(() -> System.exit(1));\nquits.start();\nquits.join();");
    assertThat(run.stream("stderr")).contains("exit(1)", "1 | var quits");
    kernelGoesOn();
  }

  @Test
  void theNamesOfTheEngineAreNotShown() {
    Run run =
        client.execute("record Coin(int cents) {}\nint value = new Coin(1).euros();\nabsent(2)");
    assertThat(run.trace())
        .contains("location: class Coin", "absent(int)")
        .doesNotContain("Cell$", "REPL");
  }

  @Test
  void theTextOfAnObjectNamesItsClassAsItWasWritten() {
    client.execute(
        """
        class Mute { public String toString() { throw new IllegalStateException("no text"); } }
        class Plain {}
        """);
    assertThat(client.execute("List.of(new Mute())").result())
        .isEqualTo(
            "[(the text of a Mute cannot be had: java.lang.IllegalStateException: no text)]");
    assertThat(client.execute("new Plain()").result()).matches("Plain@[0-9a-f]+");
    assertThat(client.execute("Runnable r = () -> {};\nr").result()).matches("lambda@[0-9a-f]+");
    assertThat(client.execute("new Object() {}").result()).matches("anonymous@[0-9a-f]+");
  }

  @Test
  void aTraceThatIsPrintedIsThatOfTheCell() {
    Run run =
        client.execute(
            """
            class Cold extends Exception {
              Cold(Throwable cause) { super("cold", cause); }
            }
            try {
              try { List.of().get(0); } catch (IndexOutOfBoundsException e) { throw new Cold(e); }
            } catch (Exception e) { e.printStackTrace(); }
            """);
    assertThat(run.status()).isEqualTo("ok");
    assertThat(run.stream("stderr"))
        .contains("Cold: cold", "5 | try { List.of()", "Caused by: ", "IndexOutOfBoundsException")
        .doesNotContain("decisionlab", "REPL", "reflect");
  }

  @Test
  void aTraceOfAnExceptionOfACellIsThatOfTheCellToo() {
    client.execute(
        """
        class Cool extends Exception { Cool(String said) { super(said); } }
        class Colder extends Cool { Colder() { super("very"); } void say() { printStackTrace(); } }
        class Mute extends Exception {
          @Override public void printStackTrace() { System.err.print("not a word"); }
        }
        """);
    for (String said :
        List.of(
            "e.printStackTrace();",
            "e.say();",
            "Optional.of(e).ifPresent(Colder::printStackTrace);")) {
      Run run = client.execute("try { throw new Colder(); } catch (Colder e) { " + said + " }");
      assertThat(run.stream("stderr"))
          .as(said)
          .contains("Colder: very", "1 | try { throw new")
          .doesNotContain("decisionlab", "REPL", "reflect");
    }
    Run own = client.execute("try { throw new Mute(); } catch (Mute e) { e.printStackTrace(); }");
    assertThat(own.stream("stderr")).isEqualTo("not a word");
  }

  @Test
  void anExceptionThatPrintsItsOwnTraceDoesSo() {
    client.execute(
        """
        class Base extends RuntimeException { Base() { super("base"); } }
        class Own extends Base {
          @Override public void printStackTrace() { System.err.print("own words"); }
        }
        class Into extends Base {
          @Override public void printStackTrace(java.io.PrintStream out) { out.print("into"); }
        }
        class Upper extends Base {
          @Override public void printStackTrace() {
            System.err.println("before");
            super.printStackTrace();
            Runnable again = super::printStackTrace;
            System.err.println("between");
            again.run();
          }
        }
        """);
    assertThat(client.execute("Base b = new Own();\nb.printStackTrace();").stream("stderr"))
        .isEqualTo("own words");
    assertThat(
            client.execute("Optional.<Base>of(new Own()).ifPresent(Base::printStackTrace);").stream(
                "stderr"))
        .isEqualTo("own words");
    assertThat(
            client.execute("RuntimeException i = new Into();\ni.printStackTrace();").stream(
                "stderr"))
        .isEqualTo("into");
    Run upper = client.execute("new Upper().printStackTrace();");
    assertThat(upper.status()).isEqualTo("ok");
    assertThat(upper.stream("stderr")).startsWith("before").containsOnlyOnce("before");
    assertThat(upper.stream("stderr").split("Upper: base", -1)).as("twice").hasSize(3);
  }

  @Test
  void aTracePrintedByAMethodReferenceIsThatOfTheCellToo() {
    Run run =
        client.execute(
            """
            try { throw new IllegalStateException("own"); }
            catch (RuntimeException e) { Optional.of(e).ifPresent(Throwable::printStackTrace); }
            """);
    assertThat(run.stream("stderr"))
        .contains("IllegalStateException: own", "1 | try { throw new")
        .doesNotContain("decisionlab", "REPL", "reflect");
  }

  @Test
  void framesOfTheKernelAreNotShown() {
    Run run = client.execute("json(\"{'a': \")");
    assertThat(run.trace())
        .contains("this is not JSON", "line 1")
        .doesNotContain("org.decisionlab.kernel");
    Run thread =
        client.execute(
            "var t = new Thread(() -> display(limits().rows(0)));\nt.start();\nt.join();");
    assertThat(thread.stream("stderr")).contains("rows", "lambda").doesNotContain(".kernel.");
    Run anonymous =
        client.execute(
            "new Callable<>() { public Object call() throws Exception { return 1 / 0; } }.call()"
                .replace("Callable", "java.util.concurrent.Callable"));
    assertThat(anonymous.trace()).contains("at call (").doesNotContain("1.call");
  }

  @Test
  void whatIsSuppressedIsShown() {
    Run run =
        client.execute(
            """
            try (AutoCloseable resource = () -> { throw new IOException("at the end"); }) {
              throw new IllegalArgumentException("in the middle");
            }\
            """);
    assertThat(run.error()).isEqualTo("java.lang.IllegalArgumentException");
    assertThat(run.trace())
        .contains("Suppressed: java.io.IOException: at the end")
        .containsPattern("at the end\\n +at lambda .*line 1");
  }

  @Test
  void codeMayBeTooLong() {
    String many =
        IntStream.range(0, 5_000)
            .mapToObj(i -> "total += " + i + " * total;")
            .collect(Collectors.joining("\n"));
    client.execute("int total = 0;");
    assertThat(client.execute(many).status()).isEqualTo("ok");
    assertThat(client.execute("{" + many + "}").trace()).contains("64 KiB");
    kernelGoesOn();
  }

  @Test
  void aTraceNamesCellsInEveryThread() {
    client.execute("int divide(int n) {\n  return 1 / n;\n}");
    Run run =
        client.execute(
            """
            String where = "";
            try {
              divide(0);
            } catch (ArithmeticException e) {
              where = e.getStackTrace()[0].toString();
            }
            where\
            """);
    assertThat(run.result()).contains("divide(Cell ").contains(":2)");
  }

  @Test
  void anExpressionWithoutValueIsNoError() {
    assertThat(client.execute("System.out.println(\"no value\")").stream("stdout"))
        .isEqualTo("no value\n");
    assertThat(client.execute("null").types()).containsExactly("execute_input");
    assertThat(client.execute("x -> x").trace()).contains("not a functional interface");
    assertThat(client.execute("\"abc\".length() > 2 ? 1 : 2.5").result()).isEqualTo("1.0");
  }
}
