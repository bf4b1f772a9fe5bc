// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.decisionlab.kernel.testing.KernelClient.Run;
import org.decisionlab.kernel.testing.RunningKernel;
import org.junit.jupiter.api.Test;

/** Magics of an extension that the kernel has found on its class path. */
class MagicsTest extends RunningKernel {

  @Test
  void lineMagicsStandAloneAndBetweenJava() {
    assertThat(client.execute("%echo a 'b c'").result()).isEqualTo("a|b c");
    Run mixed =
        client.execute("int before = 1;\n%put bound 41\nSystem.out.println(bound + before);");
    assertThat(mixed.stdout()).isEqualTo("42\n");
    client.execute("int next() { return bound + 1; }\n%put bound 99");
    assertThat(client.execute("next()").result()).isEqualTo("100");
    assertThat(client.execute("%put bad-name 1").error()).isEqualTo("CompileException");
  }

  @Test
  void whatAMagicGivesIsShownAlsoBeforeTheLastLine() {
    Run two = client.execute("%echo a\n%echo b");
    assertThat(two.types()).containsExactly("execute_input", "display_data", "execute_result");
    assertThat(two.data("display_data", "text/plain")).isEqualTo("a");
    assertThat(two.result()).isEqualTo("b");
    Run javaBehind = client.execute("%echo c\nint quiet = 3;");
    assertThat(javaBehind.types()).containsExactly("execute_input", "display_data");
    assertThat(client.execute("String held = %echo d\nheld + 1;").types())
        .containsExactly("execute_input");
  }

  @Test
  void aLineMagicGivesItsValueToJava() {
    assertThat(client.execute("String said = %echo x \"y\\\\z\"\nsaid + \"!\"").result())
        .isEqualTo("x|y\\z!");
    assertThat(client.execute("for (int i = 0; i < 2; i++) {\n  %put bound 5\n}\nbound").result())
        .isEqualTo("5");
  }

  @Test
  void aCellMagicGetsTheWholeBody() {
    Run run = client.execute("// why\n\n%%shout loud\nselect 1\n  % 2\n");
    assertThat(run.result()).isEqualTo("SELECT 1\n  % 2\nloud");
    assertThat(run.data("display_data", "text/plain")).startsWith("Cell ");
    assertThat(client.execute("%%shout").result()).isEmpty();
  }

  @Test
  void anUnknownMagicIsOneLineWithASuggestionAndNothingRuns() {
    Run run = client.execute("System.out.println(\"ran\");\n%ehco x");
    assertThat(run.stdout()).isEmpty();
    assertThat(run.error()).isEqualTo("UsageError");
    assertThat(run.trace().lines()).hasSize(1).first().asString().contains("did you mean %echo?");
    assertThat(client.execute("%shout").trace()).contains("there is %%shout");
    assertThat(client.execute("%echo 'open").trace()).contains("not closed");
  }

  @Test
  void whatAMagicThrowsIsShownAsItIs() {
    Run usage = client.execute("%refuse --nmae x");
    assertThat(usage.trace()).isEqualTo("UsageError: unknown flag --nmae; did you mean --name?\n");
    Run broken = client.execute("%fail");
    assertThat(broken.error()).isEqualTo("java.lang.IllegalStateException");
    assertThat(broken.trace())
        .isEqualTo(
            """
            java.lang.IllegalStateException: broken magic
            Caused by: java.lang.Exception: deep
            """);
  }

  @Test
  void aMagicInsideJavaFailsAtTheLineOfTheCell() {
    Run run = client.execute("int n = 1;\nString s = %fail");
    assertThat(run.trace()).contains("broken magic", "2 | String s = %fail", "deep");
    assertThat(run.trace()).doesNotContain("java.base", "EchoExtension");
  }

  @Test
  void theListOfMagicsNamesThem() {
    assertThat(client.execute("%lsmagic").result()).contains("%echo", "%lsmagic", "%%shout");
  }

  @Test
  void extensionsBringImportsAndVariables() {
    assertThat(client.execute("new AtomicInteger(3).get() + greeting.get(0)").result())
        .isEqualTo("3hello");
  }

  @Test
  void listenersHearOfCells() {
    Run run = client.execute("%heard");
    int number = run.reply().get("execution_count").getAsInt();
    assertThat(run.result()).isEqualTo("start of Cell " + number);
  }

  @Test
  void aMagicThatIsNoSuchValueSaysSo() {
    assertThat(client.execute("int n = %lsmagic").trace())
        .contains("%lsmagic gives a value of type Markup, and Integer is expected")
        .doesNotContain("ClassCastException");
    assertThat(client.execute("var all = %lsmagic\nall != null").result()).isEqualTo("true");
  }
}
