// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.bench;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * More clients than a sidecar lets in ask a costly model without a pause: each question must be
 * answered, by the model with what it answers one who is alone, or by 503 with {@code Retry-After}.
 * Beside the times of those that were let in stand the times of a few clients that have the sidecar
 * to themselves.
 */
public final class OverloadBench {

  /** A sidecar lets in a thousand. */
  private static final int CLIENTS = 1_500;

  private static final int FEW = 32;
  private static final int SECONDS = 20;
  private static final int SHORT_SECONDS = 3;
  private static final int LIMIT_SECONDS = 120;

  /** Much less than what {@code Retry-After} asks for. */
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private static final String WRONG = "overload";
  private static final String LATE = "overload-p99";
  private static final String QUIET = "32 clients";

  private final URI server;
  private final String question;
  private final float[] expected;
  private final AtomicBoolean done = new AtomicBoolean();
  private final AtomicLong refused = new AtomicLong();
  private final AtomicLong wrong = new AtomicLong();

  private OverloadBench(URI server, String question, float[] expected) {
    this.server = server;
    this.question = question;
    this.expected = expected;
  }

  private static float[] answerToOneAlone(URI server, String question) throws IOException {
    try (KeptConnection connection = new KeptConnection(server)) {
      return Answers.numbers(connection.right(connection.json("/json", question)).text());
    }
  }

  /** Takes the sidecar's address, a file with the question, then perhaps {@code --short}. */
  public static void main(String[] arguments) throws Exception {
    int seconds = ShortForm.isAskedFor(arguments) ? SHORT_SECONDS : SECONDS;
    URI server = URI.create(arguments[0]);
    String question = Files.readString(Path.of(arguments[1]));
    Figures figures = new Figures(System.out);
    float[] expected = answerToOneAlone(server, question);
    OverloadBench quiet = new OverloadBench(server, question, expected);
    long[] few = quiet.ask(FEW, seconds);
    OverloadBench crowd = new OverloadBench(server, question, expected);
    long[] many = crowd.ask(CLIENTS, seconds);
    if (few.length == 0 || many.length == 0) {
      throw new IOException("the model answered nobody");
    }
    figures.value(WRONG, Figures.OURS, (double) (crowd.wrong.get() + quiet.wrong.get()));
    figures.value(LATE, Figures.OURS, percentile(many));
    figures.value(LATE, QUIET, percentile(few));
    figures.note(
        WRONG,
        "%,d clients for %d s: %,d answered, %,d refused by 503 with Retry-After, %,d without a right answer; %d clients: %,d, %,d and %,d"
            .formatted(
                CLIENTS,
                seconds,
                many.length,
                crowd.refused.get(),
                crowd.wrong.get(),
                FEW,
                few.length,
                quiet.refused.get(),
                quiet.wrong.get()));
  }

  /** Times of the questions that the model answered, in nanoseconds. */
  private long[] ask(int clients, int seconds) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(clients);
    List<Future<List<Long>>> all = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      all.add(pool.submit(this::client));
    }
    TimeUnit.SECONDS.sleep(seconds);
    done.set(true);
    List<Long> times = new ArrayList<>();
    for (Future<List<Long>> client : all) {
      times.addAll(client.get(LIMIT_SECONDS, TimeUnit.SECONDS));
    }
    pool.shutdown();
    return times.stream().mapToLong(Long::longValue).toArray();
  }

  private List<Long> client() {
    List<Long> times = new ArrayList<>();
    while (!done.get()) {
      try (KeptConnection connection = new KeptConnection(server)) {
        byte[] asked = connection.json("/json", question);
        boolean open = true;
        while (open && !done.get()) {
          long from = System.nanoTime();
          KeptConnection.Reply reply = connection.ask(asked);
          count(reply, System.nanoTime() - from, times);
          open = !reply.closes();
        }
      } catch (IOException e) {
        System.err.println("a client was not answered: " + e);
        wrong.incrementAndGet();
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
    return times;
  }

  private void count(KeptConnection.Reply reply, long nanos, List<Long> times) {
    if (reply.status() == 200 && Answers.areSame(expected, reply.text())) {
      times.add(nanos);
    } else if (reply.status() == 503 && reply.saysWhenToRetry()) {
      refused.incrementAndGet();
      LockSupport.parkNanos(PAUSE_NANOS);
    } else {
      wrong.incrementAndGet();
    }
  }

  /** In milliseconds. */
  private static double percentile(long[] nanos) {
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    return sorted[(int) (0.99 * (sorted.length - 1))] / 1e6;
  }
}
