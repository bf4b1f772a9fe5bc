// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.channels;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs messages and checks signatures with the key of the connection file. Thread safe. */
final class Signature {

  private final String algorithm;
  private final String key;

  /**
   * @param scheme such as {@code hmac-sha256}
   * @param key the shared secret; when empty, messages carry no signature
   * @throws IllegalArgumentException if this JVM does not know the scheme
   */
  Signature(String scheme, String key) {
    this.algorithm = scheme.replace("-", "").toLowerCase(Locale.ROOT);
    this.key = key;
    if (!key.isEmpty()) {
      mac();
    }
  }

  /** The signature of the four JSON parts of a message, in hexadecimal digits. */
  String sign(List<byte[]> parts) {
    if (key.isEmpty()) {
      return "";
    }
    Mac mac = mac();
    parts.forEach(mac::update);
    return HexFormat.of().formatHex(mac.doFinal());
  }

  /** Whether a received signature is the right one, compared in constant time. */
  boolean verify(String received, List<byte[]> parts) {
    return key.isEmpty()
        || MessageDigest.isEqual(
            sign(parts).getBytes(StandardCharsets.US_ASCII),
            received.getBytes(StandardCharsets.UTF_8));
  }

  private Mac mac() {
    try {
      Mac mac = Mac.getInstance(algorithm);
      mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), algorithm));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("signature scheme '" + algorithm + "' is not known", e);
    }
  }
}
