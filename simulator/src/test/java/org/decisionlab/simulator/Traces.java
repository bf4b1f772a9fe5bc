// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.decisionlab.core.access.AccessRecord;
import org.decisionlab.simulator.trace.Trace;

/** Small traces written inline. */
public final class Traces {

  public static final Instant START = Instant.parse("2018-05-01T00:00:00Z");

  private Traces() {}

  /** One request per word, a minute apart; {@code a:3} is file a with 3 bytes, {@code a} with 1. */
  public static List<AccessRecord> records(String text) {
    List<AccessRecord> records = new ArrayList<>();
    for (String word : text.strip().split("\\s+", -1)) {
      String[] parts = word.split(":", -1);
      long size = parts.length > 1 ? Long.parseLong(parts[1]) : 1;
      records.add(AccessRecord.of(parts[0], START.plusSeconds(60L * records.size()), size));
    }
    return records;
  }

  public static Trace of(String text) {
    return Trace.of(records(text));
  }

  /** Skewed requests for up to {@code files} files; one request in fifty changes a file's size. */
  public static List<AccessRecord> random(long seed, int requests, int files) {
    Random random = new Random(seed);
    long[] sizes = random.longs(files, 0, 40).toArray();
    List<AccessRecord> records = new ArrayList<>();
    for (int i = 0; i < requests; i++) {
      int file = (int) (files * Math.pow(random.nextDouble(), 2.5));
      if (random.nextInt(50) == 0) {
        sizes[file] = random.nextInt(40);
      }
      records.add(AccessRecord.of("f" + file, START.plusSeconds(i), sizes[file]));
    }
    return records;
  }
}
