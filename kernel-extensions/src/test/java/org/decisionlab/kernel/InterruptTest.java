// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.time.Duration;
import org.decisionlab.kernel.testing.KernelClient.Run;
import org.decisionlab.kernel.testing.RunningKernel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Cells that the user asks to stop do stop, and the kernel goes on. */
class InterruptTest extends RunningKernel {

  private Run interrupted(String code) {
    return client.interrupted("System.out.println(\"under way\");\n" + code);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "while (true) {}",
        "long n = 0; do { n++; } while (true);",
        "for (;;) { try { for (;;) {} } catch (Throwable t) { } }",
        "int spin() { while (true) {} }\nspin();",
        "IntStream.iterate(0, i -> i + 1).forEach(i -> {});",
        "Thread.sleep(600_000);",
        "new java.util.concurrent.CountDownLatch(1).await();",
        "Object lock = new Object(); synchronized (lock) { lock.wait(); }",
        "for (;;) { try { Thread.sleep(600_000); } catch (InterruptedException e) { } }"
      })
  void aCellStopsAndTheKernelGoesOn(String code) {
    client.execute("int survivor = 17;");
    Run run = interrupted(code);
    assertThat(run.status()).isEqualTo("error");
    assertThat(run.error()).isEqualTo("Interrupted");
    assertThat(run.trace()).doesNotContain("java.base");
    assertThat(run.stdout()).contains("cancelled what Cell");
    assertThat(client.execute("survivor").result()).isEqualTo("17");
    assertThat(client.execute("Thread.sleep(1); \"calm\"").result()).isEqualTo("calm");
  }

  @Test
  void theStopShowsTheLine() {
    // Printing and looping are one block: once it has printed, it loops.
    assertThat(interrupted("while (true) {}").trace()).contains("2 | while (true) {}");
  }

  @Test
  void theProcessorIsIdleAfterwards() throws InterruptedException {
    interrupted("while (true) {}");
    Duration before = cpu();
    assertThat(client.poll(Duration.ofSeconds(2), m -> false)).isFalse();
    assertThat(cpu().minus(before)).isLessThan(Duration.ofSeconds(1));
  }

  private Duration cpu() {
    return process.handle().info().totalCpuDuration().orElseThrow();
  }

  @Test
  void anInterruptWithoutACellIsHarmless() {
    client.request("control", "interrupt_request", new JsonObject());
    assertThat(client.execute("Thread.sleep(1); 3 + 4").result()).isEqualTo("7");
  }
}
