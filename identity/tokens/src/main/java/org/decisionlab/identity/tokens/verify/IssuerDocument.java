// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.tokens.verify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.jwk.JWKSet;
import java.io.IOException;
import java.net.URI;
import java.text.ParseException;
import java.time.DateTimeException;
import java.time.Instant;
import org.decisionlab.identity.tokens.http.JsonDoor;
import org.decisionlab.identity.tokens.http.SafeUri;
import org.jspecify.annotations.Nullable;

/**
 * What an issuer publishes: its public keys (RFC 7517) and where it answers about tokens.
 *
 * @param keys its public keys
 * @param introspection where to ask about a token, or null when it does not say
 * @param fetchedAt when it said so
 */
record IssuerDocument(JWKSet keys, @Nullable URI introspection, Instant fetchedAt) {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String WELL_KNOWN = "/.well-known/openid-configuration";

  /** Asks the issuer: its discovery document (OpenID Connect Discovery), then its keys. */
  static IssuerDocument fetch(TrustedIssuer issuer, JsonDoor door, Instant now) throws IOException {
    URI discovery = URI.create(issuer.name() + WELL_KNOWN);
    try {
      JsonNode metadata = door.document(discovery);
      String named = metadata.path("issuer").asText();
      if (!TrustedIssuer.withoutSlash(named).equals(issuer.name())) {
        throw new IOException(discovery + " speaks for another issuer: " + named);
      }
      URI keySet = SafeUri.parse(metadata.path("jwks_uri").asText());
      if (keySet == null) {
        throw new IOException(discovery + " has no 'jwks_uri'");
      }
      return new IssuerDocument(
          keys(door.document(keySet).toString(), keySet.toString()),
          SafeUri.parse(metadata.path("introspection_endpoint").asText()),
          now);
    } catch (IllegalArgumentException e) {
      throw new IOException(discovery + ": " + e.getMessage(), e);
    }
  }

  /** Reads what {@link #bytes} wrote. */
  static IssuerDocument read(byte[] bytes, TrustedIssuer issuer) throws IOException {
    JsonNode json = JSON.readTree(bytes);
    if (!json.path("issuer").asText().equals(issuer.name())) {
      throw new IOException("it is of another issuer");
    }
    try {
      return new IssuerDocument(
          keys(json.path("keys").toString(), "the copy"),
          SafeUri.parse(json.path("introspection").asText()),
          Instant.parse(json.path("fetchedAt").asText()));
    } catch (DateTimeException | IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /** A copy for the disk. It holds public keys only. */
  byte[] bytes(TrustedIssuer issuer) throws IOException {
    ObjectNode json = JSON.createObjectNode();
    json.put("issuer", issuer.name());
    json.put("fetchedAt", fetchedAt.toString());
    json.put("introspection", introspection == null ? "" : introspection.toString());
    json.set("keys", JSON.readTree(keys.toString(true)));
    return JSON.writeValueAsBytes(json);
  }

  private static JWKSet keys(String text, String where) throws IOException {
    try {
      JWKSet keys = JWKSet.parse(text).toPublicJWKSet();
      if (keys.isEmpty()) {
        throw new IOException(where + " holds no public key");
      }
      return keys;
    } catch (ParseException e) {
      throw new IOException(where + " is not a set of keys", e);
    }
  }
}
