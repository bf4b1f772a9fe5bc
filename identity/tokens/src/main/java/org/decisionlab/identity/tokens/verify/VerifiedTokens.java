// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.tokens.verify;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was found about tokens, until they expire. Tokens themselves are not held: they are known by
 * their SHA-256. Bounded, the one asked for least recently goes first. Thread safe.
 */
final class VerifiedTokens {

  /** A finding: a token that holds, or why it does not. */
  private record Finding(
      @Nullable VerifiedToken token, @Nullable BearerError error, Instant until) {}

  /** The name of a token in this memory. */
  record Key(long a, long b, long c, long d) {}

  private final Map<Key, Finding> findings;

  VerifiedTokens(int most) {
    findings =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<Key, Finding> eldest) {
            return size() > most;
          }
        };
  }

  static Key key(String token) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] hash = digest.digest(token.getBytes(StandardCharsets.UTF_8));
      return new Key(word(hash, 0), word(hash, 8), word(hash, 16), word(hash, 24));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** The token of this key where it was found to hold and still does, or null. */
  @Nullable VerifiedToken find(Key key, Instant now) throws InvalidTokenException {
    Finding finding;
    synchronized (findings) {
      finding = findings.get(key);
      if (finding != null && !now.isBefore(finding.until())) {
        findings.remove(key);
        finding = null;
      }
    }
    if (finding != null && finding.error() != null) {
      throw new InvalidTokenException(finding.error());
    }
    return finding == null ? null : finding.token();
  }

  void holds(Key key, VerifiedToken token, Instant until) {
    put(key, new Finding(token, null, until));
  }

  void failed(Key key, BearerError error, Instant until) {
    put(key, new Finding(null, error, until));
  }

  private void put(Key key, Finding finding) {
    synchronized (findings) {
      findings.put(key, finding);
    }
  }

  private static long word(byte[] bytes, int from) {
    long word = 0;
    for (int i = from; i < from + 8; i++) {
      word = (word << 8) | (bytes[i] & 0xff);
    }
    return word;
  }
}
