// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator.replay;

import java.time.Instant;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.decisionlab.core.name.LogicalFileName;
import org.decisionlab.simulator.cache.Admission;
import org.decisionlab.simulator.cache.Cache;
import org.decisionlab.simulator.cache.CacheSize;
import org.decisionlab.simulator.policy.Eviction;
import org.decisionlab.simulator.trace.Trace;

/**
 * Which requests of a trace an LRU cache that stores every miss does not find: those on which an
 * admission would be asked. A threshold is chosen on them, for the requests that hit are easier to
 * tell and never asked about.
 *
 * <p>The cache starts empty and serves the whole trace; each request is judged by what came before
 * it alone.
 *
 * <p>Rows are found by file and millisecond, for tables keep no finer times.
 */
public final class Misses {

  private final Trace trace;
  private final BitSet missed = new BitSet();
  private final Map<String, Integer> files = new HashMap<>();

  /** The requests of file after file, each file's in the order of the trace. */
  private final int[] byFile;

  /** Where each file begins in {@link #byFile}, and the end. */
  private final int[] begins;

  private Misses(Trace trace, CacheSize capacity) {
    this.trace = trace;
    long bytes = capacity.bytesOf(trace.distinctBytes());
    Cache cache = new Cache(trace, bytes, Eviction.LRU.create(trace), Admission.ALL);
    begins = new int[trace.files() + 1];
    for (int request = 0; request < trace.requests(); request++) {
      if (cache.serve(request, request + 1).hits() == 0) {
        missed.set(request);
      }
      begins[trace.file(request) + 1]++;
    }
    for (int file = 0; file < trace.files(); file++) {
      files.put(trace.name(file), file);
      begins[file + 1] += begins[file];
    }
    int[] next = Arrays.copyOf(begins, trace.files());
    byFile = new int[trace.requests()];
    for (int request = 0; request < trace.requests(); request++) {
      byFile[next[trace.file(request)]++] = request;
    }
  }

  /**
   * The misses of a trace in a cache that is empty at first.
   *
   * @param capacity size of the cache; a share is one of the distinct bytes of this trace
   */
  public static Misses of(Trace trace, CacheSize capacity) {
    return new Misses(trace, capacity);
  }

  /** How many requests missed. */
  public long count() {
    return missed.cardinality();
  }

  /**
   * Tells the misses among rows of a table, such as those of a window.
   *
   * @param names name of each row's file, in whatever spelling
   * @param openedAt time of each row, in the same order; what is finer than a millisecond is not
   *     looked at
   * @return for each row whether it missed; rows of one file in one millisecond stand for the
   *     requests of that file in it, in the order of the trace
   * @throws IllegalArgumentException naming the first row that is not in the trace
   */
  public boolean[] among(List<String> names, List<Instant> openedAt) {
    if (names.size() != openedAt.size()) {
      throw new IllegalArgumentException(
          names.size() + " names and " + openedAt.size() + " times are not rows of one table");
    }
    Map<Integer, Integer> told = new HashMap<>();
    boolean[] rows = new boolean[names.size()];
    for (int row = 0; row < rows.length; row++) {
      Integer file = files.get(LogicalFileName.parse(names.get(row)).path());
      long milli = openedAt.get(row).toEpochMilli();
      int first = file == null ? -1 : firstOf(file, milli);
      int place = first < 0 ? -1 : first + told.merge(first, 1, Integer::sum) - 1;
      if (file == null || place < 0 || place >= begins[file + 1] || milli(place) != milli) {
        throw new IllegalArgumentException(
            "row "
                + row
                + " is not in the trace: "
                + names.get(row)
                + " at "
                + openedAt.get(row)
                + (place > first ? " is asked for " + (place - first) + " times only" : "")
                + "; make the table and the trace of the same records, and leave none out");
      }
      rows[row] = missed.get(byFile[place]);
    }
    return rows;
  }

  /** Place of the first request of a file at or after a millisecond. */
  private int firstOf(int file, long milli) {
    int low = begins[file];
    int high = begins[file + 1];
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (milli(middle) < milli) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private long milli(int place) {
    return Math.floorDiv(trace.micros(byFile[place]), 1000L);
  }
}
