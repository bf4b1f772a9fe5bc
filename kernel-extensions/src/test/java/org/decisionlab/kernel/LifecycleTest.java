// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Path;
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
  void theProcessItselfPrintsNoErrors() throws IOException {
    try (KernelProcess process = KernelProcess.start(folder);
        KernelClient client = KernelClient.ready(process)) {
      client.execute("java.util.logging.Logger.getLogger(\"x\").warning(\"for the log\");");
      assertThat(client.execute("2 + 2").outputs()).hasSize(2);
      assertThat(process.log()).contains("for the log").doesNotContain("Exception");
    }
  }
}
