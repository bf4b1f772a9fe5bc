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
import org.jspecify.annotations.Nullable;

/** Collects records and puts them in time order. */
final class TraceBuilder {

  private static final int MOST_REQUESTS = Integer.MAX_VALUE - 16;

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
  private @Nullable AccessRecord firstUnsized;

  TraceBuilder(TraceOptions options) {
    this.options = options;
  }

  void add(AccessRecord access) {
    Long size = access.sizeBytes();
    if (size == null) {
      unsized++;
      firstUnsized = firstUnsized == null ? access : firstUnsized;
      return;
    }
    grow();
    long time = ChronoUnit.MICROS.between(Instant.EPOCH, access.openedAt());
    reordered += time < latest ? 1 : 0;
    latest = Math.max(latest, time);
    times[count] = time;
    files[count] = numberOf(access.lfn());
    sizes[count] = size;
    count++;
    if (options.keepRecords()) {
      records.add(access);
    }
  }

  Trace build() {
    AccessRecord unsizedExample = firstUnsized;
    if (unsizedExample != null && options.withoutSize() == TraceOptions.WithoutSize.REFUSE) {
      throw new IllegalArgumentException(
          unsized
              + " of "
              + (unsized + count)
              + " records tell no file size, the first is "
              + unsizedExample.lfn()
              + " at "
              + unsizedExample.openedAt()
              + "; a cache cannot be simulated without sizes: add them, or leave such records out"
              + " with TraceOptions.leavingOutUnsized()");
    }
    if (count == 0) {
      throw new IllegalArgumentException("there are no records to replay");
    }
    Columns columns = new Columns(count, options.keepRecords(), names.toArray(new String[0]));
    System.arraycopy(times, 0, columns.times, 0, count);
    System.arraycopy(files, 0, columns.files, 0, count);
    System.arraycopy(sizes, 0, columns.sizes, 0, count);
    records.toArray(columns.records);
    return new Trace(
        reordered == 0 ? columns : columns.sorted(), new Trace.Loading(reordered, unsized));
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
