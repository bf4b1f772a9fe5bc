// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator.trace;

import java.util.Arrays;
import java.util.Comparator;
import org.decisionlab.core.access.AccessRecord;

/** The arrays of a trace, one entry per request, and the names of its files. */
final class Columns {

  /** Microseconds since 1970. */
  final long[] times;

  final int[] files;

  /** Bytes. */
  final long[] sizes;

  /** Empty when the records are not kept. */
  final AccessRecord[] records;

  /** One entry per file. */
  final String[] names;

  /** Empty columns for so many requests. */
  Columns(int requests, boolean keepRecords, String[] names) {
    times = new long[requests];
    files = new int[requests];
    sizes = new long[requests];
    records = new AccessRecord[keepRecords ? requests : 0];
    this.names = names;
  }

  /** The same requests by time, simultaneous ones in their old order. */
  Columns sorted() {
    Integer[] order = new Integer[times.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparingLong(i -> times[i]));
    Columns sorted = new Columns(times.length, records.length > 0, names);
    for (int i = 0; i < order.length; i++) {
      int from = order[i];
      sorted.times[i] = times[from];
      sorted.files[i] = files[from];
      sorted.sizes[i] = sizes[from];
      if (records.length > 0) {
        sorted.records[i] = records[from];
      }
    }
    return sorted;
  }

  /** The largest size of each file, in bytes. */
  long[] largestSizes() {
    long[] largest = new long[names.length];
    for (int i = 0; i < files.length; i++) {
      largest[files[i]] = Math.max(largest[files[i]], sizes[i]);
    }
    return largest;
  }
}
