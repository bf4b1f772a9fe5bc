// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator.trace;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Collection;
import java.util.stream.Stream;
import org.decisionlab.core.access.AccessRecord;
import org.decisionlab.core.access.AccessSource;

/**
 * A sequence of requests in time order, in compact arrays.
 *
 * <p>Requests are numbered from 0, files from 0 in the order in which the source first names them.
 * A file is the cleaned path of its name ({@link org.decisionlab.core.name.LogicalFileName#path}),
 * as in histories, labels and profiles: two spellings of one file are one file.
 *
 * <p>Simultaneous requests keep the order of the source. Records that come out of order are sorted,
 * and {@link #reordered()} tells how many. A record that tells no size has that of its file's last
 * record before it that does, else of the first after it; {@link #borrowed()} tells how many. Times
 * are resolved to microseconds. Immutable.
 */
public final class Trace {

  /** Stands in {@link #nextUse} for a file that is not requested again. */
  public static final int NEVER = Integer.MAX_VALUE;

  private final Columns columns;
  private final Loading loading;
  private final long distinctBytes;

  /** The times of the columns ascend. */
  Trace(Columns columns, Loading loading) {
    this.columns = columns;
    this.loading = loading;
    this.distinctBytes = Arrays.stream(columns.largestSizes()).sum();
  }

  /** What was done while loading. */
  record Loading(long reordered, long leftOut, long borrowed) {}

  /**
   * The trace of records at hand, which are kept for admission by a decision policy.
   *
   * @throws IllegalArgumentException when no record tells the size of a file, or there are none
   */
  public static Trace of(Collection<AccessRecord> records) {
    return read(records.stream(), TraceOptions.DEFAULT.keepingRecords());
  }

  /**
   * Reads a source to its end; the caller closes it. The records themselves are not kept.
   *
   * @throws IllegalArgumentException when no record tells the size of a file, or there are none
   */
  public static Trace read(AccessSource source) {
    return read(source.records(), TraceOptions.DEFAULT);
  }

  /** Reads a stream of records to its end. */
  public static Trace read(Stream<AccessRecord> records, TraceOptions options) {
    TraceBuilder builder = new TraceBuilder(options);
    records.forEachOrdered(builder::add);
    return builder.build();
  }

  /** Number of requests. */
  public int requests() {
    return columns.files.length;
  }

  /** Number of distinct files. */
  public int files() {
    return columns.names.length;
  }

  /** File of a request. */
  public int file(int request) {
    return columns.files[request];
  }

  /** Size of the file at a request, in bytes. */
  public long size(int request) {
    return columns.sizes[request];
  }

  /** Time of a request in microseconds since 1970. */
  public long micros(int request) {
    return columns.times[request];
  }

  /** Time of a request. */
  public Instant time(int request) {
    return Instant.EPOCH.plus(columns.times[request], ChronoUnit.MICROS);
  }

  /** Cleaned path of a file. */
  public String name(int file) {
    return columns.names[file];
  }

  /** Whether the access records were kept. */
  public boolean keepsRecords() {
    return columns.records.length > 0;
  }

  /**
   * The access record of a request.
   *
   * @throws IllegalStateException when the trace was read without keeping them
   */
  public AccessRecord record(int request) {
    if (!keepsRecords()) {
      throw new IllegalStateException(
          "the trace was read without its access records; read it with TraceOptions.keepingRecords()"
              + " to ask a decision policy");
    }
    return columns.records[request];
  }

  /** Sum of the sizes of all files, each at the largest size it ever had, in bytes. */
  public long distinctBytes() {
    return distinctBytes;
  }

  /** Requests that came later in the source than one of a later time. */
  public long reordered() {
    return loading.reordered;
  }

  /** Records without a size that took that of another record of their file. */
  public long borrowed() {
    return loading.borrowed;
  }

  /** Records left out because no record tells the size of their file. */
  public long leftOut() {
    return loading.leftOut;
  }

  /** The first request at or after an instant; {@link #requests()} when there is none. */
  public int firstAt(Instant instant) {
    long at = ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    int low = 0;
    int high = requests();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (columns.times[middle] < at) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** For every request the next request of the same file, {@link #NEVER} when there is none. */
  public int[] nextUse() {
    int[] next = new int[requests()];
    int[] coming = new int[files()];
    Arrays.fill(coming, NEVER);
    for (int request = requests() - 1; request >= 0; request--) {
      int file = columns.files[request];
      next[request] = coming[file];
      coming[file] = request;
    }
    return next;
  }

  /** What is in the trace. */
  public TraceStatistics statistics() {
    return TraceStatistics.of(this);
  }

  /** The largest size of each file, in bytes. */
  long[] largestSizes() {
    return columns.largestSizes();
  }
}
