// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.bench;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Publishes version after version while clients ask without a pause. Version k answers k, so an
 * answer must be the version before a switch or the one after it; no client may see one go back.
 */
public final class SwitchBench {

  private static final int CLIENTS = 32;
  private static final int VERSIONS = 50;
  private static final int SECONDS = 60;
  private static final int SHORT_VERSIONS = 5;
  private static final int SHORT_SECONDS = 3;
  private static final int WARM_UP_VERSIONS = 10;
  private static final int WARM_UP_SECONDS = 10;
  private static final String NAME = "steps";
  private static final String WRONG = "switches";
  private static final String HEAP = "switch-heap";

  private final URI server;
  private final AtomicBoolean done = new AtomicBoolean();
  private final AtomicInteger published = new AtomicInteger();
  private final AtomicInteger wrong = new AtomicInteger();
  private final AtomicLong answers = new AtomicLong();

  private SwitchBench(URI server) {
    this.server = server;
  }

  /** Takes the sidecar's address and process number, then perhaps {@code --short}. */
  public static void main(String[] arguments) throws Exception {
    boolean brief = ShortForm.isAskedFor(arguments);
    int versions = brief ? SHORT_VERSIONS : VERSIONS;
    SwitchBench bench = new SwitchBench(URI.create(arguments[0]));
    Figures figures = new Figures(System.out);
    bench.publish(1);
    ExecutorService pool = Executors.newFixedThreadPool(CLIENTS);
    List<Future<?>> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(pool.submit(bench::client));
    }
    bench.publish(2, WARM_UP_VERSIONS, brief ? SHORT_SECONDS : WARM_UP_SECONDS);
    figures.value(HEAP, "before", bench.heapMegabytes(arguments[1]));
    long from = System.nanoTime();
    bench.publish(
        WARM_UP_VERSIONS + 1, WARM_UP_VERSIONS + versions, brief ? SHORT_SECONDS : SECONDS);
    long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - from);
    figures.value(HEAP, Figures.OURS, bench.heapMegabytes(arguments[1]));
    bench.done.set(true);
    for (Future<?> client : clients) {
      client.get(SECONDS, TimeUnit.SECONDS);
    }
    pool.shutdown();
    figures.value(WRONG, Figures.OURS, bench.wrong.get());
    figures.note(
        WRONG, versions + " versions in " + seconds + " s, " + bench.answers.get() + " answers");
  }

  /** Publishes some versions, evenly over so many seconds. */
  private void publish(int first, int last, int seconds) throws Exception {
    ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    List<Future<?>> orders = new ArrayList<>();
    for (int version = first; version <= last; version++) {
      int number = version;
      long delay = TimeUnit.SECONDS.toMillis(seconds) * (version - first) / (last - first);
      orders.add(
          clock.schedule(
              () -> {
                publish(number);
                return null;
              },
              delay,
              TimeUnit.MILLISECONDS));
    }
    for (Future<?> order : orders) {
      order.get(10L * SECONDS, TimeUnit.SECONDS);
    }
    clock.shutdown();
  }

  private void publish(int version) throws IOException {
    byte[] archive = BenchModels.numbered(NAME, version).toArchive();
    try (KeptConnection connection = new KeptConnection(server)) {
      String more = "Content-Type: application/octet-stream\r\nContent-Encoding: gzip\r\n";
      connection.right(connection.request("POST", "/upload", more, archive));
      published.set(version);
    }
  }

  private void client() {
    try (KeptConnection connection = new KeptConnection(server)) {
      String values = "0.5,".repeat(BenchModels.FEATURES.size() - 1) + "0.5";
      byte[] question =
          connection.json("/json", "{\"model\":\"" + NAME + "\",\"values\":[" + values + "]}");
      int latest = 0;
      while (!done.get()) {
        int atLeast = Math.max(latest, published.get());
        KeptConnection.Reply reply = connection.ask(question);
        latest = versionOf(reply);
        answers.incrementAndGet();
        if (latest < atLeast || latest > published.get() + 1) {
          wrong.incrementAndGet();
        }
      }
    } catch (IOException e) {
      System.err.println("a client failed: " + e);
      wrong.incrementAndGet();
    }
  }

  private static int versionOf(KeptConnection.Reply reply) {
    if (reply.status() != 200) {
      return -1;
    }
    String text = reply.text().trim();
    float told = Float.parseFloat(text.substring(1, text.length() - 1));
    return told == Math.rint(told) ? (int) told : -1;
  }

  /** What the sidecar's heap holds after a collection. */
  private double heapMegabytes(String process) throws IOException, InterruptedException {
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    Process collection =
        new ProcessBuilder(jcmd.toString(), process, "GC.run")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (!collection.waitFor(SECONDS, TimeUnit.SECONDS) || collection.exitValue() != 0) {
      throw new IOException("jcmd could not have the sidecar collect its heap");
    }
    try (KeptConnection connection = new KeptConnection(server)) {
      String metrics =
          connection.right(connection.request("GET", "/metrics", "", new byte[0])).text();
      String name = "\njvm_memory_used_bytes{area=\"heap\"} ";
      int at = metrics.indexOf(name) + name.length();
      return Double.parseDouble(metrics.substring(at, metrics.indexOf('\n', at))) / (1 << 20);
    }
  }
}
