// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.display;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import org.decisionlab.kernel.testing.KernelClient.Run;
import org.decisionlab.kernel.testing.RunningKernel;
import org.junit.jupiter.api.Test;

/** Values of cells that are awkward to show, in a real kernel. */
class ShowingTest extends RunningKernel {

  @Test
  void whateverAValueIsItHasATextAndAnEnd() {
    Map<String, String> cells = new LinkedHashMap<>();
    cells.put("Stream.iterate(1, i -> i + 1).iterator()", "an iterator, not consumed");
    cells.put("Stream.generate(() -> 1)", "a stream, not consumed");
    cells.put(
        """
        new AbstractCollection<Integer>() {
          public int size() { return Integer.MAX_VALUE; }
          public Iterator<Integer> iterator() { return Stream.generate(() -> 7).iterator(); }
        }""",
        "7, ... 2147483597 more of 2147483647]");
    cells.put("List<Object> own = new ArrayList<>(); own.add(own); own", "[(itself)]");
    cells.put("\"x\".repeat(3_000_000)", "characters of 3,000,000");
    cells.put("Optional.of(new int[] {1, 2})", "Optional[[1, 2]]");
    cells.put("Optional.empty()", "Optional.empty");
    cells.put("new TreeMap<>(Map.of(\"a\", new double[] {1.5}))", "{a=[1.5]}");
    cells.put("new byte[3][2]", "[[0, 0], [0, 0], [0, 0]]");
    cells.put("new Object() { public String toString() { throw new Error(\"mute\"); } }", "mute");
    cells.put("new Object() { public String toString() { return null; } }", "null");
    cells.put(
        "record Bad(int id) { public int id() { throw new Error(\"off\"); } }\n"
            + "List.of(new Bad(1))",
        "Bad[");
    cells.put(
        "record Text(int a) { public String toString() { return null; } }\nnew Text(1)", "null");
    cells.forEach(
        (cell, expected) -> {
          Run run = client.execute(cell);
          assertThat(run.status()).as("%s%n%s", cell, run).isEqualTo("ok");
          assertThat(run.result()).as(cell).contains(expected).hasSizeLessThan(21_000);
        });
    assertThat(client.execute("1 + 1").result()).isEqualTo("2");
  }

  @Test
  void whatHasNoValueShowsNothing() {
    assertThat(client.execute("System.gc()").types()).doesNotContain("execute_result");
    assertThat(client.execute("String nothing = null;\nnothing").types())
        .doesNotContain("execute_result");
    assertThat(client.execute("display((Object) null);").data("display_data", "text/plain"))
        .isEqualTo("null");
  }

  @Test
  void everyKindOfDisplayHasATextBesides() {
    Run run =
        client.execute(
            """
            display(new java.awt.image.BufferedImage(3, 2, 1));
            html("<b>x</b>"); markdown("**x**"); latex("$x$"); svg("<svg/>"); json("[1]");
            display(tech.tablesaw.api.Table.create("t", tech.tablesaw.api.IntColumn.create("n", 1)));
            record Pair(int a, String b) {}
            display(new Pair(1, "<i>"), List.of(new Pair(1, "<i>")));
            display(new IntSlider(1, 0, 2)).update("replaced");
            for (int i : Progress.of(2)) {}
            """);
    assertThat(run.status()).as("%s", run).isEqualTo("ok");
    long shown =
        run.outputs().stream()
            .filter(message -> message.type().endsWith("display_data"))
            .peek(
                message -> {
                  JsonObject data = message.content().getAsJsonObject("data");
                  assertThat(data.get("text/plain").getAsString()).as(data.toString()).isNotBlank();
                  if (data.has("text/html") && data.toString().contains("Pair")) {
                    assertThat(data.get("text/html").getAsString()).doesNotContain("<i>");
                  }
                })
            .count();
    assertThat(shown).isGreaterThanOrEqualTo(12);
  }

  @Test
  void aTextThatNeverEndsIsStoppedByAnInterrupt() {
    Run run =
        client.interrupted(
            """
            new Object() {
              public String toString() { System.out.println("runs"); while (true) {} }
            }
            """);
    assertThat(run.error()).isEqualTo("Interrupted");
    assertThat(client.execute("3 * 3").result()).isEqualTo("9");
  }
}
