// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.decisionlab.kernel.testing.KernelClient;
import org.decisionlab.kernel.testing.KernelClient.Received;
import org.decisionlab.kernel.testing.KernelClient.Run;
import org.decisionlab.kernel.testing.KernelProcess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of what cells print. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OutputTest {

  private KernelProcess process;
  private KernelClient client;

  @BeforeAll
  void start(@TempDir Path folder) {
    List<String> options =
        List.of("-Ddecisionlab.output.limit=2000000", "-Ddecisionlab.activity.seconds=1");
    process = KernelProcess.start(folder, options, new JsonObject());
    client = KernelClient.ready(process);
  }

  @AfterAll
  void stop() {
    client.close();
    process.close();
  }

  @Test
  void aClosedStreamGoesOn() {
    client.execute("try (var all = new PrintWriter(System.out)) { all.println(\"closing\"); }");
    assertThat(client.execute("System.out.println(\"open\");").stdout()).isEqualTo("open\n");
    client.execute("System.err.close();");
    assertThat(client.execute("System.err.println(\"too\");").stream("stderr")).isEqualTo("too\n");
  }

  @Test
  void aThreadShowsUnderTheCellThatHasStartedIt() {
    String first =
        client.submit(
            """
            var go = new java.util.concurrent.CountDownLatch(1);
            var shown = new java.util.concurrent.CountDownLatch(1);
            new Thread(() -> {
              try { go.await(); } catch (InterruptedException e) { throw new IllegalStateException(e); }
              display("by the thread").update("anew");
              shown.countDown();
            }).start();\
            """);
    client.await(
        m ->
            m.parent().equals(first)
                && m.type().equals("status")
                && m.content().get("execution_state").getAsString().equals("idle"));
    Run second = client.execute("go.countDown(); shown.await(); display(\"by the cell\");");
    assertThat(second.outputs().stream().filter(m -> m.type().endsWith("display_data")).toList())
        .singleElement()
        .satisfies(m -> assertThat(m.content().toString()).contains("by the cell"));
    assertThat(client.finish(first).types())
        .containsExactly("execute_input", "display_data", "update_display_data");
  }

  @Test
  void aHundredThousandLinesAreCompleteAndInOrder() {
    Run run = client.execute("for (int i = 0; i < 100_000; i++) System.out.println(i);");
    StringBuilder expected = new StringBuilder();
    for (int i = 0; i < 100_000; i++) {
      expected.append(i).append('\n');
    }
    assertThat(run.stdout()).isEqualTo(expected.toString());
    assertThat(run.outputs()).hasSizeLessThan(100);
  }

  @Test
  void aCellWithoutEndIsCutAndTheRestIsInAFile() throws IOException {
    Run run =
        client.execute("for (int i = 0; i < 500_000; i++) System.out.println(\"line \" + i);");
    assertThat(run.stdout()).hasSize(2_000_000);
    Matcher note =
        Pattern.compile("cut after 2000000 bytes: .* file (\\S+) ").matcher(run.stream("stderr"));
    assertThat(note.find()).as(run.stream("stderr")).isTrue();
    String all = run.stdout() + Files.readString(Path.of(note.group(1)));
    assertThat(all.lines()).hasSize(500_000);
    assertThat(all).startsWith("line 0\n").endsWith("line 499999\n");
  }

  @Test
  void aThreadPrintsUnderTheCellThatHasStartedIt() {
    client.execute(
        """
        import java.util.concurrent.*;
        CountDownLatch next = new CountDownLatch(1);
        ExecutorService pool = Executors.newSingleThreadExecutor();
        pool.submit(() -> {}).get();
        """);
    String starter =
        client.submit(
            """
            new Thread(() -> {
              try { next.await(); } catch (InterruptedException e) { }
              System.out.println("from the first");
              System.err.println("and its error");
              new Thread(() -> System.out.println("from its child")).start();
            }).start();
            """);
    client.await(m -> m.channel().equals("shell") && m.parent().equals(starter));
    Run second = client.execute("next.countDown(); System.out.println(\"second\");");
    client.await(m -> prints(m, starter, "from its child"));
    client.await(m -> prints(m, starter, "and its error"));
    assertThat(client.finish(starter).stdout()).contains("from the first", "from its child");
    assertThat(second.stdout()).isEqualTo("second\n");
  }

  private static boolean prints(Received message, String parent, String text) {
    return message.parent().equals(parent)
        && message.type().equals("stream")
        && message.content().get("text").getAsString().contains(text);
  }

  @Test
  void theCommonPoolPrintsUnderTheRunningCell() {
    client.execute("IntStream.range(0, 64).parallel().forEach(i -> System.out.println(i));");
    Run run =
        client.execute("IntStream.range(0, 500).parallel().forEach(i -> System.out.println(i));");
    assertThat(run.stdout().lines()).hasSize(500);
  }

  @Test
  void aLongSilentCellIsToldOfWithoutATraceInTheNotebook() {
    String id = client.submit("Thread.sleep(2500);");
    long before = busy(id);
    assertThat(client.finish(id).outputs())
        .extracting(Received::type)
        .containsOnly("execute_input");
    assertThat(before).isGreaterThan(1);
  }

  /** Counts the messages that say busy until the reply comes. */
  private long busy(String id) {
    client.await(m -> m.channel().equals("shell") && m.parent().equals(id));
    JsonObject busy = JsonParser.parseString("{'execution_state': 'busy'}").getAsJsonObject();
    return client.seen().stream()
        .filter(m -> m.parent().equals(id) && m.content().equals(busy))
        .count();
  }

  @Test
  void aStreamThatACellHasTakenAwayComesBack() {
    assertThat(client.execute("System.setOut(null);").stream("stderr"))
        .contains("System.out was null");
    assertThat(client.execute("System.out.print(\"again\");").stream("stdout")).isEqualTo("again");
  }
}
