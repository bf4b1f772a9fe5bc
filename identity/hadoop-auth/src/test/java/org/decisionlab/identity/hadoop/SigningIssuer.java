// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.hadoop;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Date;
import java.util.UUID;

/** An issuer on loopback that publishes its key and signs tokens. */
final class SigningIssuer implements AutoCloseable {

  private final HttpServer server;
  private final ECKey key;

  SigningIssuer() throws Exception {
    key = new ECKeyGenerator(Curve.P_256).keyID("first").generate();
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    serve(
        "/.well-known/openid-configuration",
        "{\"issuer\":\"" + name() + "\",\"jwks_uri\":\"" + name() + "jwk\"}");
    serve("/jwk", new JWKSet(key).toString(true));
    server.start();
  }

  private void serve(String path, String body) {
    server.createContext(
        path,
        exchange -> {
          try (exchange) {
            byte[] bytes = body.getBytes(UTF_8);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
          } catch (IOException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  String name() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
  }

  /** A token of the WLCG profile. */
  String token(String user, String audience, String scope, Instant end) throws Exception {
    Date began = Date.from(end.minusSeconds(3600));
    JWTClaimsSet claims =
        new JWTClaimsSet.Builder()
            .issuer(name())
            .subject("subject-of-" + user)
            .audience(audience)
            .issueTime(began)
            .notBeforeTime(began)
            .expirationTime(Date.from(end))
            .jwtID(UUID.randomUUID().toString())
            .claim("wlcg.ver", "1.0")
            .claim("preferred_username", user)
            .claim("scope", scope)
            .build();
    SignedJWT jwt =
        new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("first").build(), claims);
    jwt.sign(new ECDSASigner(key));
    return jwt.serialize();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
