// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator.generate;

import java.time.Instant;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.ToIntFunction;
import org.decisionlab.core.access.AccessRecord;

/**
 * Workloads whose winner is known, for teaching and for testing policies. Requests arrive at random
 * at a constant rate.
 */
final class Teaching implements Iterator<AccessRecord> {

  private static final long GIB = 1L << 30;
  private static final long MIB = 1L << 20;

  private final String name;
  private final Span span;
  private final SeededRandom random;
  private final ToIntFunction<SeededRandom> chooser;
  private final Sizes sizes;
  private double millis;

  /** The size of a file, in bytes, from random numbers of its own. */
  @FunctionalInterface
  private interface Sizes {
    long of(int file, SeededRandom random);
  }

  private Teaching(String name, Span span, ToIntFunction<SeededRandom> chooser, Sizes sizes) {
    this.name = name;
    this.span = span;
    this.chooser = chooser;
    this.sizes = sizes;
    random = SeededRandom.of(span.seed(), 2);
    millis = span.dayMillis(0);
    step();
  }

  /** Seven requests in ten by a fixed popularity, the others for files read once. */
  static Iterator<AccessRecord> frequency(Span span) {
    double[] popularity = zipf(catalogue(span));
    int[] fresh = {popularity.length};
    return new Teaching(
        "frequency",
        span,
        random -> random.chance(0.7) ? random.pick(popularity) : fresh[0]++,
        Teaching::ordinary);
  }

  /** Four requests in five for a file among those requested last, the others for a new one. */
  static Iterator<AccessRecord> recency(Span span) {
    double depth = Math.max(5, catalogue(span) / 20.0);
    int[] latest = new int[1 << 16];
    int[] counts = {0, 0};
    return new Teaching(
        "recency",
        span,
        random -> {
          int back = 1 + (int) (random.exponential() * depth);
          boolean again = random.chance(0.8) && back <= Math.min(counts[0], latest.length);
          int file = again ? latest[(counts[0] - back) % latest.length] : counts[1]++;
          latest[counts[0]++ % latest.length] = file;
          return file;
        },
        Teaching::ordinary);
  }

  /** Two requests in three for small files by popularity, the others for any of the large ones. */
  static Iterator<AccessRecord> sizeFocused(Span span) {
    int small = catalogue(span) / 2;
    double[] popularity = zipf(small);
    return new Teaching(
        "size-focused",
        span,
        random -> random.chance(2 / 3.0) ? random.pick(popularity) : small + random.nextInt(small),
        (file, random) ->
            file < small ? (100 + random.nextInt(200)) * MIB : (5 + random.nextInt(20)) * GIB);
  }

  /** Every file as likely as any other. */
  static Iterator<AccessRecord> random(Span span) {
    int files = catalogue(span);
    return new Teaching("random", span, random -> random.nextInt(files), Teaching::ordinary);
  }

  @Override
  public boolean hasNext() {
    return millis < span.dayMillis(span.days());
  }

  @Override
  public AccessRecord next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    int file = chooser.applyAsInt(random);
    Instant opened = Instant.ofEpochMilli((long) millis);
    String lfn = "/store/user/teaching/" + name + "/0000/file_" + file + ".root";
    long size = sizes.of(file, SeededRandom.of(span.seed(), file));
    step();
    return new AccessRecord(
        lfn,
        size,
        size,
        opened,
        opened.plusSeconds(60),
        "T2_XX_Teaching",
        "teacher",
        "local",
        null);
  }

  private void step() {
    millis += random.exponential() * 86_400_000 / span.requestsPerDay();
  }

  private static long ordinary(int file, SeededRandom random) {
    return GIB + (long) (random.nextDouble() * 3 * GIB);
  }

  /** Files of the fixed part of a workload: one for ten requests. */
  private static int catalogue(Span span) {
    return (int) Math.min(200_000, Math.max(100, (long) span.requestsPerDay() * span.days() / 10));
  }

  private static double[] zipf(int files) {
    double[] sums = new double[files];
    double sum = 0;
    for (int i = 0; i < files; i++) {
      sum += 1.0 / (i + 1);
      sums[i] = sum;
    }
    return sums;
  }
}
