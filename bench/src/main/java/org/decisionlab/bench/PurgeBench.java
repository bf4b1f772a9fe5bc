// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.bench;

import java.io.IOException;
import java.net.URI;
import java.util.StringJoiner;

/**
 * A cache asks in which order 10,000 of its files should leave: one call on a kept connection, from
 * the first byte sent to the last one received. The sidecar knows the files from openings.
 */
public final class PurgeBench {

  private static final int FILES = 10_000;
  private static final int CALLS = 30;
  private static final int WARM_UP = 15;
  private static final int SHORT_CALLS = 3;
  private static final String ROW = "purge";

  private PurgeBench() {}

  /** Takes the sidecar's address, then perhaps {@code --short}. */
  public static void main(String[] arguments) throws IOException {
    boolean brief = ShortForm.isAskedFor(arguments);
    try (KeptConnection sidecar = new KeptConnection(URI.create(arguments[0]))) {
      StringJoiner files = new StringJoiner(",", "[", "]");
      for (int i = 0; i < FILES; i++) {
        files.add(file(i));
      }
      String question = "{\"v\":1,\"node\":\"cache1\",\"layer\":\"site\",\"files\":" + files + "}";
      byte[] asked = sidecar.json("/v1/cache/purge-order", question);
      // Known to the sidecar afterwards, as cached files are.
      sidecar.right(sidecar.json("/v1/cache/decide/batch", question));
      Figures figures = new Figures(System.out);
      for (int call = brief ? 0 : -WARM_UP; call < (brief ? SHORT_CALLS : CALLS); call++) {
        long from = System.nanoTime();
        KeptConnection.Reply reply = sidecar.right(asked);
        double millis = (System.nanoTime() - from) / 1e6;
        requireOrder(reply.text());
        if (call == -WARM_UP) {
          figures.note(ROW, "the first call after the start took " + Math.round(millis) + " ms");
        } else if (call >= 0) {
          figures.value(ROW, Figures.OURS, millis);
        }
      }
    }
  }

  private static String file(int number) {
    return "{\"lfn\":\"/store/data/Run2026A/Set"
        + number % 100
        + "/AOD/v1-v1/0000/"
        + number
        + ".root\",\"size\":"
        + (2_000_000_000L + number)
        + "}";
  }

  private static void requireOrder(String text) throws IOException {
    int start = text.indexOf("\"order\":[");
    String order = text.substring(start + 9, text.indexOf(']', start));
    if (!text.contains("\"why\":\"model\"") || order.split(",", -1).length != FILES) {
      throw new IOException("not the order of a model: " + text.substring(0, 200));
    }
  }
}
