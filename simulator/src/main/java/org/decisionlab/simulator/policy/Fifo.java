// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator.policy;

import org.decisionlab.simulator.trace.Trace;

/** Evicts the file stored longest ago (first in, first out). */
final class Fifo implements EvictionPolicy {

  private final FileQueue queue;

  Fifo(Trace trace) {
    queue = new FileQueue(trace.files());
  }

  @Override
  public void stored(int file, int request) {
    queue.addNewest(file);
  }

  @Override
  public void hit(int file, int request) {
    // A hit does not change the order of arrival.
  }

  @Override
  public void removed(int file, int request) {
    queue.remove(file);
  }

  @Override
  public int victim(int request) {
    int file = queue.oldest();
    queue.remove(file);
    return file;
  }

  @Override
  public int size() {
    return queue.size();
  }
}
