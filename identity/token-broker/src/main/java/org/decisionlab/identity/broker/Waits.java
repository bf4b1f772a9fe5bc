// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.broker;

import java.time.Duration;

/**
 * How long each waits for another. Who asks waits longer than who is asked; the hub's own limits
 * are in {@code login/renewal.py} and {@code login/provider.py}, those of a kernel in {@code
 * BrokerTokens}, and all of them in docs/token-broker.md.
 */
final class Waits {

  /** A question of a server, from its headers to the answer. */
  static final Duration SERVER = Duration.ofSeconds(40);

  /** A question that the hub asks in the middle of a check of a login. */
  static final Duration HUB = Duration.ofSeconds(14);

  /** The hub, until it says who asks: it may check the login before. */
  static final Duration WHO = Duration.ofSeconds(33);

  /** Everything else that is asked of hub and provider, but for refreshes. */
  static final Duration ANSWER = Duration.ofSeconds(6);

  /** Who asks waits so long for a refresh while the old token lives. */
  static final Duration REFRESH_BESIDE_OLD_TOKEN = Duration.ofSeconds(6);

  /** A refresh, whoever still waits for it: who gives up on it may lose the login. */
  static final Duration REFRESH = Duration.ofSeconds(60);

  /** The body of a question, which is short. */
  static final Duration BODY = Duration.ofSeconds(3);

  /** The end of the broker, for refreshes that are under way. */
  static final Duration END = Duration.ofSeconds(5);

  private Waits() {}
}
