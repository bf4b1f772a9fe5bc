// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator.cache;

import java.util.Arrays;
import org.decisionlab.simulator.policy.EvictionPolicy;
import org.decisionlab.simulator.trace.Trace;

/**
 * A cache of whole files with a capacity in bytes, serving the requests of one trace in order.
 *
 * <p>What is counted:
 *
 * <ul>
 *   <li>A request for a file that is not stored is a miss, so the first request always is.
 *   <li>A request for a file stored with another size is a miss: the file was made anew, the old
 *       copy is deleted.
 *   <li>A missed file larger than the cache passes through; nothing is evicted for it.
 *   <li>Any other missed file is stored when admission says so, after the miss is counted; until it
 *       fits, the eviction policy names files to delete.
 *   <li>Admission is asked on such misses only, and hears of every request afterwards.
 * </ul>
 */
public final class Cache {

  private static final long ABSENT = -1;

  private final Trace trace;
  private final long capacity;
  private final EvictionPolicy eviction;
  private final Admission admission;

  /** Size of each stored file in bytes, {@link #ABSENT} for the others. */
  private final long[] stored;

  private long used;
  private int files;

  /**
   * An empty cache.
   *
   * @param trace whose requests it will serve
   * @param capacityBytes at least 1
   * @param eviction names the files to delete
   * @param admission says whether to store a missed file
   */
  public Cache(Trace trace, long capacityBytes, EvictionPolicy eviction, Admission admission) {
    if (capacityBytes < 1) {
      throw new IllegalArgumentException("a cache needs at least one byte: " + capacityBytes);
    }
    this.trace = trace;
    this.capacity = capacityBytes;
    this.eviction = eviction;
    this.admission = admission;
    stored = new long[trace.files()];
    Arrays.fill(stored, ABSENT);
  }

  /** Serves the requests {@code from} (inclusive) to {@code to} (exclusive). */
  public Tally serve(int from, int to) {
    Counter counter = new Counter();
    for (int request = from; request < to; request++) {
      serve(request, counter);
      admission.seen(request);
    }
    return counter.tally();
  }

  private void serve(int request, Counter counter) {
    int file = trace.file(request);
    long size = trace.size(request);
    counter.requests++;
    counter.bytesAsked += size;
    if (stored[file] == size) {
      counter.hits++;
      counter.bytesHit += size;
      eviction.hit(file, request);
      return;
    }
    if (stored[file] != ABSENT) {
      eviction.removed(file, request);
      drop(file, counter);
    }
    if (size > capacity) {
      counter.tooLarge++;
    } else if (!admission.admits(request)) {
      counter.refused++;
    } else {
      store(request, counter);
    }
  }

  private void store(int request, Counter counter) {
    int file = trace.file(request);
    long size = trace.size(request);
    while (size > capacity - used) {
      drop(eviction.victim(request), counter);
    }
    stored[file] = size;
    used += size;
    files++;
    counter.bytesWritten += size;
    eviction.stored(file, request);
  }

  private void drop(int file, Counter counter) {
    long size = stored[file];
    if (size == ABSENT) {
      throw new IllegalStateException(
          eviction.getClass().getName() + " named file " + file + ", which is not in the cache");
    }
    stored[file] = ABSENT;
    used -= size;
    files--;
    counter.bytesDeleted += size;
  }

  /** Bytes stored. */
  public long usedBytes() {
    return used;
  }

  /** Files stored. */
  public int files() {
    return files;
  }

  /** Whether a file is stored. */
  public boolean holds(int file) {
    return stored[file] != ABSENT;
  }

  /**
   * Checks that the sums agree with what is stored, and the eviction policy with both.
   *
   * @throws IllegalStateException when they do not
   */
  public void checkBooks() {
    long bytes = 0;
    int count = 0;
    for (long size : stored) {
      if (size != ABSENT) {
        bytes += size;
        count++;
      }
    }
    if (bytes != used || count != files || used > capacity || eviction.size() != files) {
      throw new IllegalStateException(
          "the books do not balance: stored %d bytes in %d files, booked %d bytes in %d files, capacity %d, the eviction policy knows %d files"
              .formatted(bytes, count, used, files, capacity, eviction.size()));
    }
  }

  private static final class Counter {
    private long requests;
    private long hits;
    private long bytesAsked;
    private long bytesHit;
    private long bytesWritten;
    private long bytesDeleted;
    private long refused;
    private long tooLarge;

    Tally tally() {
      return new Tally(
          requests, hits, bytesAsked, bytesHit, bytesWritten, bytesDeleted, refused, tooLarge);
    }
  }
}
