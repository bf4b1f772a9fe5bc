// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.wire;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Lists of names as they were written, and what was read from them. A client writes the same list
 * in every row, so it need not be read again. Bounded; thread safe.
 */
final class NamesSeen {

  private static final int PLACES = 16;
  private static final int MAX_BYTES = 8 << 10;

  @SuppressWarnings("ArrayRecordComponent") // never changed
  private record Seen(byte[] written, List<String> names) {}

  private final AtomicReferenceArray<@Nullable Seen> places = new AtomicReferenceArray<>(PLACES);

  /** What was read from these bytes before; null when they are not remembered. */
  @Nullable List<String> find(byte[] text, int from, int to) {
    Seen seen = places.get(place(text, from, to));
    return seen != null && Arrays.equals(text, from, to, seen.written(), 0, seen.written().length)
        ? seen.names()
        : null;
  }

  /** Remembers what was read from these bytes. */
  void add(byte[] text, int from, int to, List<String> names) {
    if (to - from <= MAX_BYTES) {
      Seen seen = new Seen(Arrays.copyOfRange(text, from, to), List.copyOf(names));
      places.set(place(text, from, to), seen);
    }
  }

  /** By a few bytes only: a wrong place costs reading the names, no more. */
  private static int place(byte[] text, int from, int to) {
    int mixed = to - from;
    for (int i = 1; i <= 8; i++) {
      mixed = 31 * mixed + text[from + (int) ((to - from - 1L) * i / 8)];
    }
    return Math.floorMod(mixed ^ mixed >>> 8, PLACES);
  }
}
