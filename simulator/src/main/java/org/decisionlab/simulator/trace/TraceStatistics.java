// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator.trace;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/**
 * What is in a trace.
 *
 * @param requests number of requests
 * @param files number of distinct files
 * @param bytesAsked sizes summed over requests, in bytes
 * @param distinctBytes sizes summed over files, in bytes
 * @param first time of the first request
 * @param last time of the last request
 * @param popularity how often files are requested
 * @param sizes sizes of files, in bytes
 * @param gaps requests between two requests of the same file, counted in requests of any file
 * @param daily means over the days (UTC) that have requests
 */
public record TraceStatistics(
    long requests,
    long files,
    long bytesAsked,
    long distinctBytes,
    Instant first,
    Instant last,
    Popularity popularity,
    Distribution sizes,
    Distribution gaps,
    Daily daily) {

  /**
   * How often files are requested.
   *
   * @param once share of files requested once
   * @param atMostTwice share of files requested at most twice
   * @param atMostSix share of files requested at most six times
   * @param topPercent share of requests that go to the most requested hundredth of the files
   */
  public record Popularity(double once, double atMostTwice, double atMostSix, double topPercent) {}

  /**
   * A distribution of whole numbers; all zero when there are none.
   *
   * @param count how many numbers
   * @param mean their mean
   * @param deviation their standard deviation
   * @param min the smallest
   * @param max the largest
   * @param sevenths the six values that cut them into seven even shares
   */
  public record Distribution(
      long count, double mean, double deviation, long min, long max, List<Long> sevenths) {

    static Distribution of(long[] values) {
      if (values.length == 0) {
        return new Distribution(0, 0, 0, 0, 0, List.of(0L, 0L, 0L, 0L, 0L, 0L));
      }
      long[] sorted = values.clone();
      Arrays.sort(sorted);
      double mean = Arrays.stream(sorted).asDoubleStream().sum() / sorted.length;
      double squares = 0;
      for (long value : sorted) {
        squares += (value - mean) * (value - mean);
      }
      Long[] cuts = new Long[6];
      for (int i = 0; i < 6; i++) {
        cuts[i] = sorted[(int) ((long) sorted.length * (i + 1) / 7)];
      }
      return new Distribution(
          sorted.length,
          mean,
          Math.sqrt(squares / sorted.length),
          sorted[0],
          sorted[sorted.length - 1],
          List.of(cuts));
    }
  }

  /**
   * Means over days.
   *
   * @param days days that have requests
   * @param requests requests per day
   * @param workingSetBytes distinct bytes requested per day
   * @param reuse bytes asked on a day over the distinct bytes of that day
   */
  public record Daily(int days, double requests, double workingSetBytes, double reuse) {}

  private static final long DAY_MICROS = 86_400_000_000L;

  static TraceStatistics of(Trace trace) {
    long bytesAsked = 0;
    for (int i = 0; i < trace.requests(); i++) {
      bytesAsked += trace.size(i);
    }
    return new TraceStatistics(
        trace.requests(),
        trace.files(),
        bytesAsked,
        trace.distinctBytes(),
        trace.time(0),
        trace.time(trace.requests() - 1),
        popularity(trace),
        Distribution.of(trace.largestSizes()),
        gaps(trace),
        daily(trace));
  }

  private static Popularity popularity(Trace trace) {
    int[] counts = new int[trace.files()];
    for (int i = 0; i < trace.requests(); i++) {
      counts[trace.file(i)]++;
    }
    Arrays.sort(counts);
    long top = 0;
    int hundredth = Math.max(1, counts.length / 100);
    for (int i = counts.length - hundredth; i < counts.length; i++) {
      top += counts[i];
    }
    return new Popularity(
        shareUpTo(counts, 1),
        shareUpTo(counts, 2),
        shareUpTo(counts, 6),
        (double) top / trace.requests());
  }

  private static double shareUpTo(int[] sorted, int limit) {
    return (double) Arrays.stream(sorted).takeWhile(c -> c <= limit).count() / sorted.length;
  }

  private static Distribution gaps(Trace trace) {
    long[] gaps = new long[trace.requests() - trace.files()];
    int[] last = new int[trace.files()];
    Arrays.fill(last, -1);
    int count = 0;
    for (int i = 0; i < trace.requests(); i++) {
      int file = trace.file(i);
      if (last[file] >= 0) {
        gaps[count++] = (long) i - last[file];
      }
      last[file] = i;
    }
    return Distribution.of(gaps);
  }

  private static Daily daily(Trace trace) {
    long[] seenOn = new long[trace.files()];
    Arrays.fill(seenOn, Long.MIN_VALUE);
    long day = Long.MIN_VALUE;
    int days = 0;
    double asked = 0;
    double distinct = 0;
    double workingSets = 0;
    double reuses = 0;
    for (int i = 0; i <= trace.requests(); i++) {
      boolean end = i == trace.requests();
      long today = end ? Long.MAX_VALUE : Math.floorDiv(trace.micros(i), DAY_MICROS);
      if (today != day) {
        workingSets += distinct;
        reuses += distinct > 0 ? asked / distinct : 0;
        asked = 0;
        distinct = 0;
        days += end ? 0 : 1;
        day = today;
      }
      if (!end) {
        asked += trace.size(i);
        distinct += seenOn[trace.file(i)] == today ? 0 : trace.size(i);
        seenOn[trace.file(i)] = today;
      }
    }
    return new Daily(days, (double) trace.requests() / days, workingSets / days, reuses / days);
  }
}
