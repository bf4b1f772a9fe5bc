// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator.policy;

import org.decisionlab.simulator.trace.Trace;

/**
 * Evicts the file whose next request lies farthest in the future; one never requested again goes
 * first. It looks ahead, so it is a mark to compare with and not a policy to run.
 *
 * <p>Source: Belady, "A study of replacement algorithms for a virtual-storage computer", IBM
 * Systems Journal 5, 1966. It is optimal only for files of equal size: with mixed sizes another
 * policy can beat it.
 */
final class Belady implements EvictionPolicy {

  private final Trace trace;
  private final int[] nextUse;

  /** Requests at which a file now in the cache comes next. */
  private final RequestSet coming;

  private final int[] neverAgain;
  private int neverAgainCount;

  Belady(Trace trace) {
    this.trace = trace;
    nextUse = trace.nextUse();
    coming = new RequestSet(trace.requests());
    neverAgain = new int[trace.files()];
  }

  @Override
  public void stored(int file, int request) {
    int next = nextUse[request];
    if (next == Trace.NEVER) {
      neverAgain[neverAgainCount++] = file;
    } else {
      coming.add(next);
    }
  }

  @Override
  public void hit(int file, int request) {
    coming.remove(request);
    stored(file, request);
  }

  @Override
  public void removed(int file, int request) {
    coming.remove(request);
  }

  @Override
  public int victim(int request) {
    if (neverAgainCount > 0) {
      return neverAgain[--neverAgainCount];
    }
    int farthest = coming.last();
    coming.remove(farthest);
    return trace.file(farthest);
  }

  @Override
  public int size() {
    return neverAgainCount + coming.size();
  }
}
