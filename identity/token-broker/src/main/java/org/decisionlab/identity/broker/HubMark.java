// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.broker;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Tells a question of the hub itself from those of servers before anybody is asked: beside the
 * token of the question it has that token's HMAC-SHA256 under the broker's own token of the hub,
 * which only these two know.
 */
final class HubMark {

  static final String HEADER = "Decisionlab-Check";
  private static final String ALGORITHM = "HmacSHA256";

  private final SecretKeySpec key;

  HubMark(String ownToken) {
    this.key = new SecretKeySpec(ownToken.getBytes(StandardCharsets.UTF_8), ALGORITHM);
  }

  /** The mark of a question with this token. */
  String of(String token) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return HexFormat.of().formatHex(mac.doFinal(token.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }

  /**
   * Whether the hub itself asks.
   *
   * @param shown the mark in the question; null where it has none
   */
  boolean isOn(String token, @Nullable String shown) {
    return shown != null
        && MessageDigest.isEqual(
            of(token).getBytes(StandardCharsets.UTF_8), shown.getBytes(StandardCharsets.UTF_8));
  }
}
