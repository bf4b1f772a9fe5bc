// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.iamsim;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyType;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;

/** The keys that tokens are signed with: the newest signs, the others are still published. */
public final class SigningKeys implements JWKSource<SecurityContext> {

  private volatile List<JWK> keys = List.of();

  SigningKeys() {
    rotate("RS256", false);
  }

  /**
   * Makes a new key, which signs from now on.
   *
   * @param algorithm {@code RS256} or {@code ES256}
   * @param keepOld whether the old keys are published any longer
   * @return its identifier
   */
  public synchronized String rotate(String algorithm, boolean keepOld) {
    JWK fresh = key(algorithm);
    List<JWK> all = new ArrayList<>();
    all.add(fresh);
    if (keepOld) {
      all.addAll(keys);
    }
    keys = List.copyOf(all);
    return fresh.getKeyID();
  }

  @Override
  public List<JWK> get(JWKSelector selector, SecurityContext context) {
    return selector.select(new JWKSet(keys));
  }

  /** The key that signs. */
  JWK current() {
    return keys.get(0);
  }

  /** The algorithm of a key of these. */
  static SignatureAlgorithm algorithm(JWK key) {
    return key.getKeyType().equals(KeyType.EC)
        ? SignatureAlgorithm.ES256
        : SignatureAlgorithm.RS256;
  }

  private static JWK key(String algorithm) {
    String id = UUID.randomUUID().toString();
    try {
      return switch (algorithm) {
        case "RS256" ->
            new RSAKeyGenerator(2048)
                .keyID(id)
                .keyUse(KeyUse.SIGNATURE)
                .algorithm(JWSAlgorithm.RS256)
                .generate();
        case "ES256" ->
            new ECKeyGenerator(Curve.P_256)
                .keyID(id)
                .keyUse(KeyUse.SIGNATURE)
                .algorithm(JWSAlgorithm.ES256)
                .generate();
        default ->
            throw new IllegalArgumentException("keys are RS256 or ES256, not '" + algorithm + "'");
      };
    } catch (JOSEException e) {
      throw new IllegalStateException("no key can be made: " + e.getMessage(), e);
    }
  }
}
