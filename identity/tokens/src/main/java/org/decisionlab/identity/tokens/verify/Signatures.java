// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.tokens.verify;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.EncryptedJWT;
import com.nimbusds.jwt.JWT;
import com.nimbusds.jwt.JWTParser;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The form and the signature of tokens: RS256 or ES256, and nothing else. */
final class Signatures {

  private static final int MAX_TOKEN = 16 << 10;
  private static final int MIN_RSA_BITS = 2048;
  private static final Set<JWSAlgorithm> ALGORITHMS =
      Set.of(JWSAlgorithm.RS256, JWSAlgorithm.ES256);
  private static final Set<String> TYPES = Set.of("jwt", "at+jwt", "application/at+jwt");

  private Signatures() {}

  /** Reads a signed token of an accepted algorithm and type; nothing in it is trusted yet. */
  static SignedJWT parse(String token) throws InvalidTokenException {
    if (token.isEmpty() || token.length() > MAX_TOKEN) {
      throw new InvalidTokenException("the token is empty or longer than " + MAX_TOKEN + " bytes");
    }
    JWT jwt;
    try {
      jwt = JWTParser.parse(token);
    } catch (ParseException | IllegalArgumentException e) {
      throw new InvalidTokenException("the token is not a JSON Web Token");
    }
    if (jwt instanceof PlainJWT) {
      throw new InvalidTokenException("the token is not signed");
    }
    if (jwt instanceof EncryptedJWT || !(jwt instanceof SignedJWT signed)) {
      throw new InvalidTokenException("the token is encrypted; a signed one is wanted");
    }
    JWSHeader header = signed.getHeader();
    if (!ALGORITHMS.contains(header.getAlgorithm())) {
      throw new InvalidTokenException("the token must be signed by RS256 or ES256");
    }
    JOSEObjectType type = header.getType();
    if (type != null && !TYPES.contains(type.getType().toLowerCase(Locale.ROOT))) {
      throw new InvalidTokenException("the token is not an access token: its type is another one");
    }
    return signed;
  }

  /** Checks the signature by the first of some keys that made it. */
  static void verify(SignedJWT token, List<JWK> keys) throws InvalidTokenException {
    if (keys.isEmpty()) {
      throw new InvalidTokenException("the token is signed by a key that its issuer does not have");
    }
    List<JWK> strong = keys.stream().filter(Signatures::isStrong).toList();
    if (strong.isEmpty()) {
      throw new InvalidTokenException("the token is signed by an RSA key of less than 2048 bits");
    }
    for (JWK key : strong) {
      try {
        if (isCanonical(token.getSignature()) && token.verify(verifier(key))) {
          return;
        }
      } catch (JOSEException e) {
        throw new InvalidTokenException("the token's signature cannot be checked");
      }
    }
    throw new InvalidTokenException("the token's signature is wrong");
  }

  /**
   * Whether a signature is written as RFC 7515 (2) says: who reads base64 with more patience takes
   * several texts for the same, and a token has one only.
   */
  private static boolean isCanonical(Base64URL signature) {
    return Base64URL.encode(signature.decode()).equals(signature);
  }

  private static boolean isStrong(JWK key) {
    return !(key instanceof RSAKey rsa) || rsa.size() >= MIN_RSA_BITS;
  }

  private static JWSVerifier verifier(JWK key) throws JOSEException {
    return key instanceof ECKey curve
        ? new ECDSAVerifier(curve)
        : new RSASSAVerifier(key.toRSAKey());
  }
}
