// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator.trace;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.decisionlab.core.access.AccessRecord;
import org.decisionlab.core.name.LogicalFileName;

/** Collects records and puts them in time order. */
final class TraceBuilder {

  private static final int MOST_REQUESTS = Integer.MAX_VALUE - 16;

  /** Stands for a size that the record does not tell. */
  private static final long UNKNOWN = -1;

  private final TraceOptions options;

  /** Numbers of files by cleaned path, and by every other spelling met. */
  private final Map<String, Integer> numbers = new HashMap<>();

  private final List<String> names = new ArrayList<>();
  private final List<AccessRecord> records = new ArrayList<>();
  private long[] times = new long[1024];
  private int[] files = new int[1024];
  private long[] sizes = new long[1024];
  private int count;
  private long latest = Long.MIN_VALUE;
  private long reordered;
  private long unsized;

  TraceBuilder(TraceOptions options) {
    this.options = options;
  }

  void add(AccessRecord access) {
    Long size = access.sizeBytes();
    grow();
    long time = ChronoUnit.MICROS.between(Instant.EPOCH, access.openedAt());
    reordered += time < latest ? 1 : 0;
    latest = Math.max(latest, time);
    times[count] = time;
    files[count] = numberOf(access.lfn());
    sizes[count] = size == null ? UNKNOWN : size;
    unsized += size == null ? 1 : 0;
    count++;
    if (options.keepRecords()) {
      records.add(access);
    }
  }

  Trace build() {
    Columns columns = new Columns(count, options.keepRecords(), names.toArray(new String[0]));
    System.arraycopy(times, 0, columns.times, 0, count);
    System.arraycopy(files, 0, columns.files, 0, count);
    System.arraycopy(sizes, 0, columns.sizes, 0, count);
    records.toArray(columns.records);
    Columns ordered = reordered == 0 ? columns : columns.sorted();
    long without = unsized == 0 ? 0 : ordered.borrowSizes(UNKNOWN);
    if (without > 0 && options.withoutSize() == TraceOptions.WithoutSize.REFUSE) {
      throw withoutSize(ordered, without);
    }
    Columns sized = without == 0 ? ordered : ordered.without(UNKNOWN, Math.toIntExact(without));
    if (sized.files.length == 0) {
      throw new IllegalArgumentException("there are no records to replay");
    }
    return new Trace(sized, new Trace.Loading(reordered, without, unsized - without));
  }

  private static IllegalArgumentException withoutSize(Columns columns, long without) {
    int first = 0;
    while (columns.sizes[first] != UNKNOWN) {
      first++;
    }
    return new IllegalArgumentException(
        without
            + " of "
            + columns.files.length
            + " records are of files whose size no record tells, the first is "
            + columns.names[columns.files[first]]
            + " at "
            + Instant.EPOCH.plus(columns.times[first], ChronoUnit.MICROS)
            + "; a cache cannot be simulated without sizes: add them, or leave such records out"
            + " with TraceOptions.leavingOutUnsized()");
  }

  /** One number per file, whatever the spelling of its name: the file is its cleaned path. */
  private int numberOf(String lfn) {
    Integer known = numbers.get(lfn);
    if (known != null) {
      return known;
    }
    String path = LogicalFileName.parse(lfn).path();
    Integer number = numbers.putIfAbsent(path, names.size());
    if (number == null) {
      number = names.size();
      names.add(path);
    }
    numbers.put(lfn, number);
    return number;
  }

  private void grow() {
    if (count == times.length) {
      if (count == MOST_REQUESTS) {
        throw new IllegalArgumentException(
            "a trace holds at most " + MOST_REQUESTS + " requests; replay it in parts");
      }
      int length = (int) Math.min(MOST_REQUESTS, count * 2L);
      times = Arrays.copyOf(times, length);
      files = Arrays.copyOf(files, length);
      sizes = Arrays.copyOf(sizes, length);
    }
  }
}
