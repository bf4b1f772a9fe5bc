// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.stream.Stream;
import org.decisionlab.kernel.testing.KernelClient.Run;
import org.decisionlab.kernel.testing.RunningKernel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
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
    assertThat(run.error()).as("%s", run.trace()).isEqualTo("Interrupted");
    assertThat(run.trace()).doesNotContain("java.base");
    assertThat(run.stdout()).contains("cancelled what Cell");
    assertThat(client.execute("survivor").result()).isEqualTo("17");
    assertThat(client.execute("Thread.sleep(1); \"calm\"").result()).isEqualTo("calm");
  }

  /** Cells that javac would take years for. */
  static Stream<String> endless() {
    String lambdas =
        """
        interface A { int a(int x); }
        interface B { String b(int x); }
        int over(A a) { return 1; }
        int over(B b) { return 2; }
        """;
    return Stream.of(
        nested("f(", 60),
        nested("new Unknown(", 60),
        nested("Unknown.f(", 60),
        nested("\"\".unknown(", 60),
        "int x = 1;\n" + nested("f(", 60),
        "int survivor() { return " + nested("f(", 60) + "; }",
        "record Survivor(int a) { int n() { return " + nested("f(", 60) + "; } }",
        "long survivor = " + nested("f(", 60) + ";",
        "int known(int n) { return " + nested("f(", 60) + "; }",
        "class Known { int n = " + nested("f(", 60) + "; }",
        "int fresh = " + nested("f(", 60) + ";",
        "var deep = " + nested("List.of(", 60) + ".missing();",
        lambdas + nested("over(x -> ", 60));
  }

  private static String nested(String call, int depth) {
    return call.repeat(depth) + "1" + ")".repeat(depth);
  }

  @ParameterizedTest
  @MethodSource("endless")
  void theCompilerStopsAndTheKernelGoesOn(String code) {
    client.execute("int survivor = 17; int known(int n) { return n + 1; }");
    client.execute("class Known { int n = 5; }");
    client.execute("var kept = new Known();");
    client.execute("kept.n = 6; survivor = 17;");
    String id = client.submit(code);
    client.poll(Duration.ofMillis(500), m -> m.channel().equals("shell") && m.parent().equals(id));
    long asked = System.nanoTime();
    client.request("control", "interrupt_request", new JsonObject());
    Run run = client.finish(id);
    // One second on a calm machine; five times that where others keep its processors.
    assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(Duration.ofSeconds(5));
    assertThat(run.status()).isEqualTo("error");
    assertThat(run.error()).isIn("Interrupted", "CompileException");
    assertThat(client.execute("known(survivor)").result()).isEqualTo("18");
    assertThat(client.execute("kept.n + new Known().n").result()).isEqualTo("11");
    assertThat(client.execute("int later(int n) { return n * 2; }\nlater(known(4))").result())
        .isEqualTo("10");
  }

  @Test
  void theStopShowsTheLine() {
    // Printing and looping are one block: once it has printed, it loops.
    assertThat(interrupted("while (true) {}").trace()).contains("2 | while (true) {}");
  }

  @Test
  void theProcessorIsIdleAfterwards() {
    awaitCalm();
    interrupted("while (true) {}");
    Duration before = cpu();
    assertThat(client.poll(Duration.ofSeconds(2), m -> false)).isFalse();
    assertThat(cpu().minus(before)).isLessThan(Duration.ofSeconds(1));
  }

  @Test
  void theProcessorIsIdleAfterThreadsOfTheCellWereStopped() {
    awaitCalm();
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

  /** Waits until what the kernel does for later cells at its start is done. */
  private void awaitCalm() {
    for (int second = 0; second < 120; second++) {
      Duration before = cpu();
      assertThat(client.poll(Duration.ofSeconds(1), m -> false)).isFalse();
      if (cpu().minus(before).toMillis() < 200) {
        return;
      }
    }
    throw new AssertionError("the kernel does not come to rest");
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
