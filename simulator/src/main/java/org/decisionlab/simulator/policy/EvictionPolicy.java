// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator.policy;

/**
 * Chooses which file leaves a full cache. It knows the files that are in the cache and nothing
 * else; the cache keeps sizes and capacity.
 *
 * <p>Files and requests are numbered as in the {@link org.decisionlab.simulator.trace.Trace} that
 * is replayed; {@code request} is the request being served. Used by one thread.
 */
public interface EvictionPolicy {

  /** A file that was not in the cache has been stored. */
  void stored(int file, int request);

  /** A file in the cache was requested. */
  void hit(int file, int request);

  /** A file left the cache for another reason than {@link #victim}: it was made anew. */
  void removed(int file, int request);

  /**
   * Chooses the file to evict and forgets it. Asked only while {@link #size()} is above zero.
   *
   * @return a file that is in the cache
   */
  int victim(int request);

  /** How many files the policy believes to be in the cache; checked against the cache's books. */
  int size();
}
