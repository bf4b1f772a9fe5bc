// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.broker;

import java.time.Duration;

/** Until when a question is to be answered: each wait for its sake is at most what is left. */
final class Deadline {

  private final long end;

  private Deadline(long end) {
    this.end = end;
  }

  /** From now on. */
  static Deadline in(Duration time) {
    return new Deadline(System.nanoTime() + time.toNanos());
  }

  /** Whether nothing is left. */
  boolean isOver() {
    return left().isZero();
  }

  /** What is left; nothing, and never less. */
  Duration left() {
    return Duration.ofNanos(Math.max(0, end - System.nanoTime()));
  }

  /**
   * The time for one wait.
   *
   * @param usual what it has at most
   * @throws BrokerProblem when nothing is left
   */
  Duration atMost(Duration usual) throws BrokerProblem {
    Duration left = left();
    if (left.isZero()) {
      throw BrokerProblem.later(
          "hub and login service took all the time that a question has: ask again in a while");
    }
    return left.compareTo(usual) < 0 ? left : usual;
  }
}
