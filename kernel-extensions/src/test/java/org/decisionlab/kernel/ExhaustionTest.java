// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.decisionlab.kernel.testing.KernelClient;
import org.decisionlab.kernel.testing.KernelClient.Run;
import org.decisionlab.kernel.testing.KernelProcess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Memory for classes and for threads runs out, a client sends without end: the kernel goes on. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExhaustionTest {

  /** Address space in KiB: enough for the JVM, not for dozens of stacks of a gibibyte. */
  private static final String ADDRESS_SPACE = "24000000";

  private KernelProcess process;
  private KernelClient client;

  @BeforeAll
  void start(@TempDir Path folder) {
    List<String> argv =
        new ArrayList<>(List.of("sh", "-c", "ulimit -v " + ADDRESS_SPACE + "; exec \"$@\"", "sh"));
    argv.addAll(KernelProcess.command(List.of("-XX:MaxMetaspaceSize=128m")));
    process = KernelProcess.start(folder, argv);
    client = KernelClient.ready(process);
    client.execute("int kept = 17;");
  }

  @AfterAll
  void end() {
    client.close();
    process.close();
  }

  @Test
  void classesWithoutEnd() {
    Run run =
        client.execute(
            """
            var classes = new ArrayList<Object>();
            try {
              while (true) {
                var loader = new ClassLoader(Runnable.class.getClassLoader()) {};
                classes.add(java.lang.reflect.Proxy.newProxyInstance(
                    loader, new Class<?>[] {Runnable.class}, (proxy, method, arguments) -> null));
              }
            } finally {
              classes.clear();
            }
            """);
    assertThat(run.error()).as(run.trace()).isEqualTo("java.lang.OutOfMemoryError");
    assertThat(run.trace()).contains("Metaspace");
    goesOn();
  }

  @Test
  void threadsWithoutEnd() {
    Run run =
        client.execute(
            """
            var end = new java.util.concurrent.CountDownLatch(1);
            try {
              while (true) {
                Thread thread = new Thread(null, () -> {
                  try {
                    end.await();
                  } catch (InterruptedException e) {
                    // The cell has ended.
                  }
                }, "greedy", 1L << 30);
                thread.start();
              }
            } finally {
              end.countDown();
            }
            """);
    assertThat(run.error()).as(run.trace()).isEqualTo("java.lang.OutOfMemoryError");
    assertThat(run.trace()).contains("native thread");
    goesOn();
  }

  @Test
  void commsWithoutEnd() {
    int flood = 5_000;
    for (int i = 0; i < flood; i++) {
      JsonObject open = new JsonObject();
      open.addProperty("comm_id", "flood-" + i);
      open.addProperty("target_name", "nobody");
      open.add("data", new JsonObject());
      client.send("shell", "comm_open", open);
      JsonObject message = new JsonObject();
      message.addProperty("comm_id", "unknown-" + i);
      message.add("data", new JsonObject());
      client.send("shell", "comm_msg", message);
    }
    goesOn();
    assertThat(client.seen().stream().filter(m -> m.type().equals("comm_close")).count())
        .isEqualTo(flood);
  }

  private void goesOn() {
    assertThat(client.execute("kept + 1").result()).isEqualTo("18");
    assertThat(client.execute("int twice(int n) { return n * 2; }\ntwice(kept)").result())
        .isEqualTo("34");
  }
}
