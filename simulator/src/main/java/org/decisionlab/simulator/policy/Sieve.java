// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator.policy;

import org.decisionlab.simulator.trace.Trace;

/**
 * SIEVE: files in order of arrival, one visited bit each, and a hand that moves from the oldest to
 * the newest and round again. The hand evicts the first file not visited since it last came by and
 * clears the bits that it passes.
 *
 * <p>Source: Zhang, Yang, Yue, Vigfusson, Rashmi: "SIEVE is Simpler than LRU: an Efficient Turn-Key
 * Eviction Algorithm for Web Caches", NSDI 2024, algorithm 1. Sizes play no part.
 */
final class Sieve implements EvictionPolicy {

  private final FileQueue queue;
  private final boolean[] visited;
  private int hand = FileQueue.NONE;

  Sieve(Trace trace) {
    queue = new FileQueue(trace.files());
    visited = new boolean[trace.files()];
  }

  @Override
  public void stored(int file, int request) {
    visited[file] = false;
    queue.addNewest(file);
  }

  @Override
  public void hit(int file, int request) {
    visited[file] = true;
  }

  @Override
  public void removed(int file, int request) {
    if (hand == file) {
      hand = queue.newerThan(file);
    }
    queue.remove(file);
  }

  @Override
  public int victim(int request) {
    int file = hand == FileQueue.NONE ? queue.oldest() : hand;
    while (visited[file]) {
      visited[file] = false;
      int newer = queue.newerThan(file);
      file = newer == FileQueue.NONE ? queue.oldest() : newer;
    }
    hand = queue.newerThan(file);
    queue.remove(file);
    return file;
  }

  @Override
  public int size() {
    return queue.size();
  }
}
