// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.decisionlab.kernel.testing.KernelClient;
import org.decisionlab.kernel.testing.KernelProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a kernel ends. */
class LifecycleTest {

  @TempDir private Path folder;

  @Test
  void shutdownIsAnsweredAndEndsTheProcess() throws InterruptedException {
    try (KernelProcess process = KernelProcess.start(folder);
        KernelClient client = KernelClient.ready(process)) {
      JsonObject restart = JsonParser.parseString("{'restart': true}").getAsJsonObject();
      JsonObject reply = client.request("control", "shutdown_request", restart);
      assertThat(reply.get("restart").getAsBoolean()).isTrue();
      assertThat(process.awaitExit()).isZero();
    }
  }

  @Test
  void aTerminationSignalEndsTheProcessEvenWhileACellRuns() throws InterruptedException {
    try (KernelProcess process = KernelProcess.start(folder);
        KernelClient client = KernelClient.ready(process)) {
      client.submit("while (true) {}", new JsonObject());
      client.await(m -> m.type().equals("execute_input"));
      process.handle().destroy();
      assertThat(process.awaitExit()).isEqualTo(143);
    }
  }

  @Test
  void theKernelEndsWhenItsParentIsGone() throws IOException, InterruptedException {
    Process parent = new ProcessBuilder("sleep", "600").start();
    try (KernelProcess process = KernelProcess.start(folder, parent.pid());
        KernelClient client = KernelClient.ready(process)) {
      assertThat(client.execute("1 + 1").result()).isEqualTo("2");
      parent.destroy();
      assertThat(process.awaitExit()).isZero();
    } finally {
      parent.destroyForcibly();
    }
  }

  @Test
  void theKernelEndsWhenItsParentIsGoneAlready() throws IOException, InterruptedException {
    Process parent = new ProcessBuilder("true").start();
    parent.waitFor();
    try (KernelProcess process = KernelProcess.start(folder, parent.pid())) {
      assertThat(process.awaitExit()).isZero();
      assertThat(process.log()).contains("its parent by JPY_PARENT_PID");
    }
  }

  @Test
  void aKernelThatCannotBindItsPortSaysSoAndEnds() throws IOException, InterruptedException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      JsonObject connection = new JsonObject();
      connection.addProperty("hb_port", taken.getLocalPort());
      try (KernelProcess process = KernelProcess.start(folder, List.of(), connection)) {
        assertThat(process.awaitExit()).isEqualTo(1);
        assertThat(process.log())
            .contains("cannot bind tcp://127.0.0.1:" + taken.getLocalPort())
            .contains("Address already in use");
      }
    }
  }

  @Test
  void aKernelWhoseMemoryIsFullAnswersOrEndsButIsNeverSilent() {
    String cell =
        """
        var kept = new ArrayList<byte[]>();
        while (true) {
          kept.add(new byte[500]);
        }
        """;
    try (KernelProcess process = KernelProcess.start(folder);
        KernelClient client = KernelClient.ready(process)) {
      String id = client.submit(cell);
      long end = System.nanoTime() + KernelProcess.PATIENCE.toNanos();
      boolean answered = false;
      while (!answered && process.handle().isAlive() && System.nanoTime() < end) {
        answered =
            client.poll(
                Duration.ofSeconds(1), m -> m.channel().equals("shell") && m.parent().equals(id));
      }
      if (answered) {
        assertThat(client.finish(id).error()).isEqualTo("java.lang.OutOfMemoryError");
      } else {
        assertThat(process.handle().isAlive()).as("it lives and says nothing").isFalse();
      }
    }
  }

  @Test
  void theProcessItselfPrintsNoErrors() throws IOException {
    try (KernelProcess process = KernelProcess.start(folder);
        KernelClient client = KernelClient.ready(process)) {
      client.execute("java.util.logging.Logger.getLogger(\"x\").warning(\"for the log\");");
      assertThat(client.execute("2 + 2").outputs()).hasSize(2);
      assertThat(process.log()).contains("for the log").doesNotContain("Exception");
    }
  }
}
