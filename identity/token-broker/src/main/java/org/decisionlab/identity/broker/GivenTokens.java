// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.broker;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.decisionlab.identity.tokens.source.AccessToken;
import org.jspecify.annotations.Nullable;

/**
 * The tokens that were given, by user and question. Each user has a bounded number of them: with
 * one more the oldest of the same user goes, and nobody else's. Thread safe.
 */
final class GivenTokens {

  /**
   * A token.
   *
   * @param freshUntil until when it is given to new askers
   * @param login the login that it was made of ({@link Login#identity})
   */
  record Given(AccessToken token, Instant freshUntil, String login) {}

  static final int MOST_OF_A_USER = 32;
  private static final int MOST_OF_ALL = 50_000;

  private final Cache<String, Map<Asked, Given>> users =
      Caffeine.newBuilder()
          .maximumWeight(MOST_OF_ALL)
          .weigher((String user, Map<Asked, Given> tokens) -> tokens.size())
          .expireAfterAccess(Duration.ofDays(1))
          .build();

  /** The last token for a question of a user, or null. */
  @Nullable Given find(String user, Asked asked) {
    Map<Asked, Given> tokens = users.getIfPresent(user);
    return tokens == null ? null : tokens.get(asked);
  }

  void keep(String user, Asked asked, Given given) {
    users
        .asMap()
        .compute(user, (name, before) -> with(before == null ? Map.of() : before, asked, given));
  }

  void forget(String user, Asked asked) {
    users.asMap().computeIfPresent(user, (name, before) -> without(before, asked));
  }

  private static Map<Asked, Given> with(Map<Asked, Given> before, Asked asked, Given given) {
    Map<Asked, Given> tokens = new LinkedHashMap<>(before);
    tokens.remove(asked);
    tokens.put(asked, given);
    Iterator<Asked> oldest = tokens.keySet().iterator();
    while (tokens.size() > MOST_OF_A_USER) {
      oldest.next();
      oldest.remove();
    }
    return Collections.unmodifiableMap(tokens);
  }

  private static @Nullable Map<Asked, Given> without(Map<Asked, Given> before, Asked asked) {
    Map<Asked, Given> tokens = new LinkedHashMap<>(before);
    tokens.remove(asked);
    return tokens.isEmpty() ? null : Collections.unmodifiableMap(tokens);
  }
}
