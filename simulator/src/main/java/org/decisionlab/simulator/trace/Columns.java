// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator.trace;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

  /**
   * Gives each request without a size that of its file's last request before it that has one, else
   * that of the first after it.
   *
   * @param unknown stands for no size
   * @return how many requests are left without: those of files whose size no request tells
   */
  long borrowSizes(long unknown) {
    long[] known = new long[names.length];
    Arrays.fill(known, unknown);
    for (int i = 0; i < files.length; i++) {
      known[files[i]] = sizes[i] == unknown ? known[files[i]] : sizes[i];
      sizes[i] = known[files[i]];
    }
    long left = 0;
    for (int i = files.length - 1; i >= 0; i--) {
      known[files[i]] = sizes[i] == unknown ? known[files[i]] : sizes[i];
      sizes[i] = known[files[i]];
      left += sizes[i] == unknown ? 1 : 0;
    }
    return left;
  }

  /**
   * These requests less those without a size, and less the files that are then not requested.
   *
   * @param left how many there are to be left out
   */
  Columns without(long unknown, int left) {
    Map<Integer, Integer> numbers = new HashMap<>();
    List<String> kept = new ArrayList<>();
    for (int i = 0; i < files.length; i++) {
      if (sizes[i] != unknown && numbers.putIfAbsent(files[i], kept.size()) == null) {
        kept.add(names[files[i]]);
      }
    }
    boolean keepRecords = records.length > 0;
    Columns some = new Columns(files.length - left, keepRecords, kept.toArray(String[]::new));
    int to = 0;
    for (int i = 0; i < files.length; i++) {
      Integer number = numbers.get(files[i]);
      if (number != null) {
        some.times[to] = times[i];
        some.files[to] = number;
        some.sizes[to] = sizes[i];
        if (keepRecords) {
          some.records[to] = records[i];
        }
        to++;
      }
    }
    return some;
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
