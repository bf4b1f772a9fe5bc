// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.decisionlab.kernel.testing.KernelClient.Received;
import org.decisionlab.kernel.testing.KernelClient.Run;
import org.decisionlab.kernel.testing.RunningKernel;
import org.junit.jupiter.api.Test;

/** Loops in a real kernel: what their bars say in the end, and how much they send. */
class ProgressTest extends RunningKernel {

  private static List<String> texts(Run run) {
    return run.outputs().stream()
        .filter(m -> m.type().endsWith("display_data"))
        .map(m -> m.content().getAsJsonObject("data").get("text/plain").getAsString())
        .toList();
  }

  /** What a saved notebook keeps: the last state of the one display. */
  private static String last(Run run) {
    List<String> kinds =
        run.outputs().stream().map(Received::type).filter(t -> t.endsWith("display_data")).toList();
    assertThat(kinds).startsWith("display_data");
    assertThat(kinds.subList(1, kinds.size())).containsOnly("update_display_data");
    List<String> texts = texts(run);
    return texts.get(texts.size() - 1);
  }

  @Test
  void aLoopOverAnythingIsFollowed() {
    for (String source :
        List.of(
            "List.of(1, 2, 3)",
            "new Integer[] {1, 2, 3}",
            "new int[] {1, 2, 3}",
            "Stream.of(1, 2, 3)",
            "IntStream.rangeClosed(1, 3)",
            "List.of(1, 2, 3).iterator()",
            "(Iterable<Integer>) Stream.of(1, 2, 3)::iterator")) {
      Run run =
          client.execute(
              "int sum = 0;\nfor (int i : Progress.of(" + source + ")) { sum += i; }\nsum");
      assertThat(run.result()).as(source).isEqualTo("6");
      assertThat(last(run)).as(source).matches("3 in [0-9.]+ m?s.*");
    }
    assertThat(last(client.execute("for (int i : Progress.of(4)) {}"))).startsWith("4 in ");
    assertThat(last(client.execute("for (long i : Progress.of(5L).label(\"n\")) {}")))
        .startsWith("n: 5 in ");
    assertThat(last(client.execute("for (int i : Progress.of(List.<Integer>of())) {}")))
        .startsWith("0 in ");
    Run entries =
        client.execute("for (var e : Progress.of(Map.of(\"a\", 1))) { System.out.print(e); }");
    assertThat(last(entries)).startsWith("1 in ");
    Run files =
        client.execute(
            "int n = 0; try (var d = Files.newDirectoryStream(Files.createTempDirectory(\"p\"))) {\n"
                + "  for (Path p : Progress.of(d).total(5)) { n++; } }\nn");
    assertThat(files.result()).isEqualTo("0");
    assertThat(last(files)).startsWith("0 in ");
  }

  @Test
  void aLoopThatEndsEarlyLeavesAnHonestBar() {
    assertThat(last(client.execute("for (int i : Progress.of(100)) { if (i == 37) break; }")))
        .startsWith("stopped after 37 of 100, ");
    Run failed =
        client.execute(
            "for (int i : Progress.of(100)) { if (i == 5) throw new IOException(\"x\"); }");
    assertThat(failed.error()).isEqualTo("java.io.IOException");
    assertThat(last(failed)).startsWith("stopped after 5 of 100, ");
    Run stopped =
        client.interrupted(
            "for (int i : Progress.of(10)) { System.out.println(i); while (i == 2) {} }");
    assertThat(last(stopped)).startsWith("stopped after 2 of 10, ");
    assertThat(last(client.execute("try (var p = Progress.of(8).label(\"part\")) { p.step(3); }")))
        .startsWith("part: stopped after 3 of 8, ");
  }

  @Test
  void aBarThatAThreadBeginsAfterItsCellLeavesNoListener() {
    client.execute(
        """
        int listeners() throws Exception {
          var kernel = org.dflib.jjava.jupyter.kernel.BaseKernel.notebookKernel();
          var cells = kernel.getClass().getDeclaredField("cells");
          cells.setAccessible(true);
          var all = cells.get(kernel).getClass().getDeclaredField("listeners");
          all.setAccessible(true);
          return ((java.util.Collection<?>) all.get(cells.get(kernel))).size();
        }
        var ended = new java.util.concurrent.CountDownLatch(1);
        """);
    String before = client.execute("listeners()").result();
    assertThat(before).matches("[0-9]+");
    client.execute(
        """
        int[] seen = {0};
        var late = new Thread(() -> {
          try {
            ended.await();
          } catch (InterruptedException e) {
            return;
          }
          for (int i : Progress.of(3)) { seen[0]++; }
        });
        late.start();
        """);
    assertThat(client.execute("ended.countDown();\nlate.join();\nseen[0]").result()).isEqualTo("3");
    assertThat(client.execute("listeners()").result()).isEqualTo(before);
  }

  @Test
  void innerBarsGoWhenTheOuterLoopGoesOn() {
    Run run =
        client.execute(
            """
            for (int i : Progress.of(50).label("outer")) {
              for (int j : Progress.of(20).label("inner " + i)) {
                if (j == 9) break;
              }
            }
            for (int k : Progress.of(3).label("second")) {}
            """);
    assertThat(last(run).lines().toList())
        .satisfiesExactly(
            first -> assertThat(first).startsWith("outer: 50 in "),
            second -> assertThat(second).startsWith("second: 3 in "));
  }

  @Test
  void manyStepsOfManyThreadsAreCountedAndSentRarely() {
    Run run =
        client.execute(
            """
            long start = System.nanoTime();
            try (var p = Progress.of(1_000_000)) {
              IntStream.range(0, 1_000_000).parallel().forEach(i -> p.step());
            }
            (System.nanoTime() - start) / 250_000_000
            """);
    assertThat(last(run)).startsWith("1,000,000 in ");
    assertThat(texts(run).size()).isLessThanOrEqualTo(Integer.parseInt(run.result()) + 3);
  }

  @Test
  void manyBarsOfOneCellAreFolded() {
    Run run = client.execute("for (int i = 0; i < 100; i++) for (int j : Progress.of(1)) {}");
    assertThat(last(run).lines().toList()).hasSize(13).last().isEqualTo("and 88 more");
  }
}
