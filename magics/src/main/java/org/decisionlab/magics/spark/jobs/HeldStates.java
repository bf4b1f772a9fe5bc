// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark.jobs;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the functions of shuffles held by themselves, as actions have found it right before they
 * ran. Of a stage it is known only where the action that found it, and none after it, can have
 * begun the stage. Memory is bounded: of more than the last 1,000 shuffles nothing is known. Not
 * safe for use by several threads at once.
 */
final class HeldStates {

  private static final int MOST = 1000;

  private final Map<Integer, Held> all = new LinkedHashMap<>();

  /**
   * An action begins.
   *
   * @param states what the functions of some shuffles hold, as a number that tells it from others
   * @param onlyThese whether the action can write no other shuffle with functions of cells
   * @param now milliseconds since 1970
   */
  void found(Map<Integer, Long> states, boolean onlyThese, long now) {
    if (!onlyThese) {
      all.replaceAll((shuffle, each) -> states.containsKey(shuffle) ? each : each.endedAt(now));
    }
    states.forEach(
        (shuffle, state) -> {
          // Taken out first, so that it becomes the youngest.
          Held before = all.remove(shuffle);
          all.put(
              shuffle,
              before != null && before.isCurrent() && before.state == state
                  ? before
                  : new Held(
                      state,
                      before == null || before.state == state ? now : now + 1,
                      Long.MAX_VALUE));
        });
    while (all.size() > MOST) {
      all.remove(all.keySet().iterator().next());
    }
  }

  /** What the last action has found, {@code null} if that one did not look. */
  @Nullable Long current(int shuffle) {
    Held held = all.get(shuffle);
    return held != null && held.isCurrent() ? held.state : null;
  }

  /**
   * With what a stage that writes a shuffle was begun, {@code null} if that is not known.
   *
   * @param begun when the stage was, in milliseconds since 1970
   */
  @Nullable Long at(int shuffle, long begun) {
    Held held = all.get(shuffle);
    return held != null && begun >= held.from && begun < held.to ? held.state : null;
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  void clear() {
    all.clear();
  }

  /**
   * What functions held for a time.
   *
   * @param from first millisecond in which no stage can have been begun with what was before
   * @param to first millisecond in which it may have been something else
   */
  private record Held(long state, long from, long to) {

    boolean isCurrent() {
      return to == Long.MAX_VALUE;
    }

    Held endedAt(long now) {
      return isCurrent() ? new Held(state, from, now) : this;
    }
  }
}
