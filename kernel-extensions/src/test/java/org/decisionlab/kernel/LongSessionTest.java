// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.decisionlab.kernel.testing.KernelClient.Run;
import org.decisionlab.kernel.testing.RunningKernel;
import org.junit.jupiter.api.Test;

/**
 * A session that declares the same names again and again keeps no more than their last versions.
 */
class LongSessionTest extends RunningKernel {

  private static final int DECLARATIONS = 240;
  private static final int REFUSALS = 60;

  private static final String HISTOGRAM =
      """
      ((String) java.lang.management.ManagementFactory.getPlatformMBeanServer().invoke(
          new javax.management.ObjectName("com.sun.management:type=DiagnosticCommand"),
          "gcClassHistogram", new Object[] {new String[0]},
          new String[] {String[].class.getName()}))
      """;

  @Test
  void formerVersionsAreLetGo() {
    client.execute("int waits(int n) { return comes(n) + 1; }");
    client.execute("var first = new ArrayList<String>(List.of(\"kept\"));");
    for (int i = 0; i < DECLARATIONS; i++) {
      Run run =
          client.execute(
              i % 2 == 0
                  ? "int m" + i % 8 + "(int n) {\n  return n + " + i + ";\n}"
                  : "record R" + i % 8 + "(int a" + i + ") {}");
      assertThat(run.status()).isEqualTo("ok");
    }
    assertThat(wraps()).isBetween(1L, DECLARATIONS / 2L);
    assertThat(client.execute("m2(1)").result()).isEqualTo("235");
    assertThat(client.execute("new R1(3)").result()).contains("3");
    client.execute("int comes(int n) { return n / 0; }");
    Run failed = client.execute("waits(1)");
    assertThat(failed.trace())
        .contains("at waits (Cell 1, line 1)")
        .contains("at comes (Cell " + (DECLARATIONS + 6) + ", line 1)");
    assertThat(client.execute("first").result()).contains("kept");
  }

  @Test
  void whatWasRefusedIsLetGo() {
    for (int i = 0; i < REFUSALS; i++) {
      Run run =
          client.execute(
              switch (i % 3) {
                case 0 -> "String refused" + i + " = " + i + ";";
                case 1 -> "class Refused" + i + " extends Thread { int run( }";
                default -> "1 + ) " + i;
              });
      assertThat(run.status()).isEqualTo("error");
    }
    // The first line of the histogram that names it, or none.
    assertThat(objects("jdk.jshell.ErroneousSnippet")).isLessThan(REFUSALS / 3L);
    assertThat(objects("com.sun.tools.javac.code.Symtab")).isLessThan(REFUSALS / 3L);
    assertThat(client.execute("6 * 7").result()).isEqualTo("42");
  }

  /** How many sources of declarations JShell holds. */
  private long wraps() {
    return objects("jdk.jshell.OuterSnippetsClassWrap");
  }

  private long objects(String type) {
    String histogram =
        client
            .execute(
                HISTOGRAM
                    + ".lines().filter(line -> line.contains(\" "
                    + type
                    + " \")).findFirst().orElse(\"0: 0\")")
            .result();
    Matcher count = Pattern.compile(":\\s+(\\d+)").matcher(histogram);
    assertThat(count.find()).as(histogram).isTrue();
    return Long.parseLong(count.group(1));
  }
}
