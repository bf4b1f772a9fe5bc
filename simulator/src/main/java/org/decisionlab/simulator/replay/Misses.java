// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator.replay;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
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
 */
public final class Misses {

  private record Place(String file, long micros) {}

  private final Map<Place, Integer> missed = new HashMap<>();
  private final long count;

  private Misses(Trace trace, CacheSize capacity) {
    long bytes = capacity.bytesOf(trace.distinctBytes());
    Cache cache = new Cache(trace, bytes, Eviction.LRU.create(trace), Admission.ALL);
    long misses = 0;
    for (int request = 0; request < trace.requests(); request++) {
      if (cache.serve(request, request + 1).hits() == 0) {
        String file = trace.name(trace.file(request));
        missed.merge(new Place(file, trace.micros(request)), 1, Integer::sum);
        misses++;
      }
    }
    count = misses;
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
    return count;
  }

  /**
   * Tells the misses among rows of a table, such as those of a window.
   *
   * @param names name of each row's file, in whatever spelling
   * @param openedAt time of each row, in the same order
   * @return for each row whether it missed; of several openings of a file at one instant the first
   *     so many as missed. A row that the trace does not have is no miss.
   */
  public boolean[] among(List<String> names, List<Instant> openedAt) {
    if (names.size() != openedAt.size()) {
      throw new IllegalArgumentException(
          names.size() + " names and " + openedAt.size() + " times are not rows of one table");
    }
    Map<Place, Integer> told = new HashMap<>();
    boolean[] rows = new boolean[names.size()];
    for (int row = 0; row < rows.length; row++) {
      long micros = ChronoUnit.MICROS.between(Instant.EPOCH, openedAt.get(row));
      Place place = new Place(LogicalFileName.parse(names.get(row)).path(), micros);
      Integer misses = missed.get(place);
      rows[row] = misses != null && told.merge(place, 1, Integer::sum) <= misses;
    }
    return rows;
  }
}
