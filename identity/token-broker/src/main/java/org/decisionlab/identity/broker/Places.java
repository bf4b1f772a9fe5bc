// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.broker;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * How many questions are in flight at once: of one user, of all whom the hub has still to name, of
 * all users, and of the hub itself. Each question holds a thread, so what one of these takes is not
 * missing to the others. Thread safe.
 */
final class Places {

  /** Twenty kernels may ask at the same moment, as they do when a login has just ended. */
  static final int OF_A_USER = 24;

  static final int OF_STRANGERS = 100;
  static final int OF_USERS = 10 * OF_A_USER;

  /** As many as the hub asks at the same time, {@code MOST_QUESTIONS} there. */
  static final int OF_THE_HUB = 100;

  /** Some are left for questions that need no place, and for refusals. */
  static final int THREADS = OF_STRANGERS + OF_USERS + OF_THE_HUB + 12;

  private static final long SOON_SECONDS = 2;

  /** Is left by closing it, which may be done twice. */
  @FunctionalInterface
  interface Place extends AutoCloseable {
    @Override
    void close();
  }

  private final ConcurrentMap<String, Integer> each = new ConcurrentHashMap<>();
  private final Semaphore strangers = new Semaphore(OF_STRANGERS);
  private final Semaphore users = new Semaphore(OF_USERS);
  private final Semaphore hub = new Semaphore(OF_THE_HUB);

  /** For a question of somebody whose name is known. */
  Place ofUser(String name) throws BrokerProblem {
    return both("user " + name, users);
  }

  /**
   * For asking the hub who shows a token.
   *
   * @param digest of the token
   */
  Place ofStranger(String digest) throws BrokerProblem {
    return both("token " + digest, strangers);
  }

  /** For a question of the hub itself. */
  Place ofHub() throws BrokerProblem {
    return one(hub);
  }

  private Place both(String who, Semaphore all) throws BrokerProblem {
    if (each.merge(who, 1, Integer::sum) > OF_A_USER) {
      leave(who);
      throw BrokerProblem.tooMany(
          "your servers have "
              + OF_A_USER
              + " questions to the token broker in flight, which is the most that one user may:"
              + " ask again when one of them is answered",
          SOON_SECONDS);
    }
    try {
      Place shared = one(all);
      return once(
          () -> {
            shared.close();
            leave(who);
          });
    } catch (BrokerProblem e) {
      leave(who);
      throw e;
    }
  }

  private void leave(String who) {
    each.computeIfPresent(who, (name, taken) -> taken == 1 ? null : taken - 1);
  }

  private static Place one(Semaphore places) throws BrokerProblem {
    if (!places.tryAcquire()) {
      throw BrokerProblem.later("the token broker has too many questions at once: ask again");
    }
    return once(places::release);
  }

  private static Place once(Place place) {
    AtomicBoolean left = new AtomicBoolean();
    return () -> {
      if (left.compareAndSet(false, true)) {
        place.close();
      }
    };
  }
}
