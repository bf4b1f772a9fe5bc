// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator.policy;

import org.decisionlab.simulator.trace.Trace;

/** Evicts the file requested longest ago (least recently used). */
final class Lru implements EvictionPolicy {

  private final FileQueue queue;

  Lru(Trace trace) {
    queue = new FileQueue(trace.files());
  }

  @Override
  public void stored(int file, int request) {
    queue.addNewest(file);
  }

  @Override
  public void hit(int file, int request) {
    if (queue.newest() != file) {
      queue.remove(file);
      queue.addNewest(file);
    }
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
