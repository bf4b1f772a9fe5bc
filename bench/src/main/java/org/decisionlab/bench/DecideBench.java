// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.bench;

import java.io.IOException;
import java.net.URI;
import java.util.Arrays;
import java.util.Random;

/**
 * One cache asks about one file after the other on a connection that is kept, and a bare echo of
 * the same bodies is asked in turn: the time of each call, of which quantiles are told.
 */
public final class DecideBench {

  private static final int CALLS = 100_000;
  private static final int SHORT_CALLS = 4_000;
  private static final int ROUNDS = 5;
  private static final int PIECE = 1_000;
  private static final int FILES = 20_000;
  private static final String MEDIAN = "decide-p50";
  private static final String LATE = "decide-p99";
  private static final String ECHO = "echo";

  private DecideBench() {}

  /** Takes the addresses of sidecar and echo, then perhaps {@code --short}. */
  public static void main(String[] arguments) throws IOException {
    int calls = ShortForm.isAskedFor(arguments) ? SHORT_CALLS : CALLS;
    try (KeptConnection sidecar = new KeptConnection(URI.create(arguments[0]));
        KeptConnection echo = new KeptConnection(URI.create(arguments[1]))) {
      measure(sidecar, echo, new Random(3), calls / ROUNDS);
      Figures figures = new Figures(System.out);
      Random files = new Random(4);
      for (int round = 0; round < ROUNDS; round++) {
        long[][] nanos = measure(sidecar, echo, files, calls / ROUNDS);
        figures.value(MEDIAN, Figures.OURS, quantile(nanos[0], 0.5));
        figures.value(MEDIAN, ECHO, quantile(nanos[1], 0.5));
        figures.value(LATE, Figures.OURS, quantile(nanos[0], 0.99));
        figures.value(LATE, ECHO, quantile(nanos[1], 0.99));
      }
    }
  }

  /** Times of the calls of each server, which take turns piece by piece. */
  private static long[][] measure(
      KeptConnection sidecar, KeptConnection echo, Random files, int calls) throws IOException {
    long[][] nanos = new long[2][calls];
    byte[][] questions = new byte[Math.min(PIECE, calls)][];
    for (int from = 0; from < calls; from += questions.length) {
      Arrays.setAll(questions, i -> sidecar.json("/v1/cache/decide", question(files)));
      int count = Math.min(questions.length, calls - from);
      for (int call = 0; call < count; call++) {
        nanos[0][from + call] = timed(sidecar, questions[call]);
      }
      for (int call = 0; call < count; call++) {
        nanos[1][from + call] = timed(echo, questions[call]);
      }
    }
    return nanos;
  }

  private static long timed(KeptConnection server, byte[] question) throws IOException {
    long from = System.nanoTime();
    KeptConnection.Reply reply = server.right(question);
    long nanos = System.nanoTime() - from;
    if (!reply.text().contains("\"v\":1") && !reply.text().contains("\"why\":\"model\"")) {
      throw new IOException("not an answer of the model: " + reply.text());
    }
    return nanos;
  }

  private static String question(Random files) {
    int file = files.nextInt(FILES);
    return "{\"v\":1,\"node\":\"cache1\",\"layer\":\"site\",\"lfn\":\"/store/data/Run2026A/Set"
        + file % 100
        + "/AOD/v1-v1/0000/"
        + file
        + ".root\",\"disk_free\":10,\"disk_total\":100,\"seq\":"
        + file
        + "}";
  }

  /** In microseconds. */
  private static double quantile(long[] nanos, double share) {
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    return sorted[(int) Math.min(sorted.length - 1L, Math.round(share * sorted.length))] / 1e3;
  }
}
