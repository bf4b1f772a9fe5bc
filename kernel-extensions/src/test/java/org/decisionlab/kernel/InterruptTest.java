// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
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
        "long paths(int n) { return n < 2 ? 1 : paths(n - 1) + paths(n - 2); }\npaths(300);",
        "class Tree { Tree left, right;\n"
            + "  Tree(int n) { if (n > 0) { new Tree(n - 1); new Tree(n - 1); } } }\nnew Tree(300);",
        """
        class Twice implements IntUnaryOperator {
          IntUnaryOperator next = this;
          public int applyAsInt(int n) {
            return n == 0 ? 0 : next.applyAsInt(n - 1) + next.applyAsInt(n - 1);
          }
        }
        new Twice().applyAsInt(300);
        """,
        "Thread.sleep(600_000);",
        "new java.util.concurrent.CountDownLatch(1).await();",
        "Object lock = new Object(); synchronized (lock) { lock.wait(); }",
        "for (;;) { try { Thread.sleep(600_000); } catch (InterruptedException e) { } }",
        "new java.util.concurrent.LinkedBlockingQueue<String>().take();",
        "new ProcessBuilder(\"sleep\", \"600\").start().waitFor();",
        "new java.util.concurrent.CompletableFuture<String>().join();",
        "java.util.concurrent.CompletableFuture.runAsync(() -> { while (true) {} }).join();",
        "IntStream.range(0, 8).parallel().forEach(i -> { while (true) {} });",
        "java.nio.channels.ServerSocketChannel.open()"
            + ".bind(new java.net.InetSocketAddress(\"127.0.0.1\", 0)).accept();",
        "var pool = java.util.concurrent.Executors.newFixedThreadPool(2);\n"
            + "pool.submit(() -> { while (true) {} }).get();"
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

  @Test
  void theProcessorIsIdleAfterThreadsOfTheCellWereStopped() {
    interrupted(
        "for (int i = 0; i < 3; i++) new Thread(() -> { while (true) {} }).start();\n"
            + "IntStream.range(0, 8).parallel().forEach(i -> { while (true) {} });");
    Duration before = cpu();
    assertThat(client.poll(Duration.ofSeconds(2), m -> false)).isFalse();
    assertThat(cpu().minus(before)).isLessThan(Duration.ofSeconds(1));
  }

  @Test
  void aThreadThatCannotBeStoppedIsNamedWithItsPlace() {
    client.execute("var lock = new java.util.concurrent.locks.ReentrantLock();");
    Run run =
        client.interrupted(
            """
            lock.lock();
            new Thread(() -> lock.lock(), "stubborn").start();
            System.out.println("under way"); Thread.sleep(600_000);
            """);
    assertThat(run.error()).isEqualTo("Interrupted");
    assertThat(run.stream("stderr"))
        .contains("still running: thread 'stubborn' started by this cell")
        .contains("line 2");
    client.execute("lock.unlock();");
  }

  @Test
  void aCellThatCannotBeStoppedSaysWhatItWaitsFor() throws IOException {
    client.execute(
        "var server = new java.net.ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress());");
    int port = Integer.parseInt(client.execute("server.getLocalPort()").result());
    String id = client.submit("System.out.println(\"under way\"); server.accept();");
    client.await(m -> m.parent().equals(id) && m.type().equals("stream"));
    client.request("control", "interrupt_request", new JsonObject());
    client.await(
        m -> m.type().equals("stream") && m.content().toString().contains("does not stop"));
    new Socket(InetAddress.getLoopbackAddress(), port).close();
    Run run = client.finish(id);
    assertThat(run.stream("stderr")).contains("accept").contains("line 1");
  }

  @Test
  void threadsOfEarlierCellsGoOn() {
    client.execute(
        "var turns = new java.util.concurrent.atomic.AtomicLong();\n"
            + "var clock = new Thread(() -> { while (!Thread.interrupted()) turns.incrementAndGet(); });"
            + "\nclock.start();");
    assertThat(interrupted("while (true) {}").error()).isEqualTo("Interrupted");
    assertThat(client.execute("clock.isAlive()").result()).isEqualTo("true");
    assertThat(client.execute("clock.interrupt(); clock.join(); clock.isAlive()").result())
        .isEqualTo("false");
  }

  @Test
  void anExceptionOfAThreadIsShownWithItsPlace() {
    Run run =
        client.execute(
            """
            var failing = new Thread(() -> {
              throw new IllegalStateException("in the thread");
            }, "failing-1");
            failing.start();
            failing.join();
            """);
    assertThat(run.status()).isEqualTo("ok");
    assertThat(run.stream("stderr"))
        .contains("thread 'failing-1'")
        .contains("IllegalStateException: in the thread")
        .contains("line 2");
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
