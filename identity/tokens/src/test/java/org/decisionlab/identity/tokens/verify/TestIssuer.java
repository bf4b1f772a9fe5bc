// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.tokens.verify;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;

/** An issuer on a port of its own: publishes its keys, signs tokens, answers about them. */
final class TestIssuer implements AutoCloseable {

  /** Made once: it takes a while. */
  private static final List<JWK> FIRST_KEYS = firstKeys();

  final List<JWK> keys = new CopyOnWriteArrayList<>();
  final AtomicInteger keysFetched = new AtomicInteger();
  final AtomicInteger asked = new AtomicInteger();
  final AtomicInteger introspections = new AtomicInteger();
  final Map<String, Object> introspection = new LinkedHashMap<>();
  volatile boolean slash = true;
  volatile boolean down;
  volatile boolean introspects = true;
  volatile String introspectionCredentials = "";
  volatile String introspectionForm = "";

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final String name;

  TestIssuer() throws Exception {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    name = "http://127.0.0.1:" + server.getAddress().getPort() + "/realm";
    server.setExecutor(threads);
    server.createContext("/realm/.well-known/openid-configuration", json(this::metadata));
    server.createContext("/realm/jwk", json(this::keySet));
    server.createContext("/realm/introspect", json(this::introspect));
    server.start();
    keys.addAll(FIRST_KEYS);
  }

  private static List<JWK> firstKeys() {
    try {
      return List.of(
          new RSAKeyGenerator(2048).keyID("rsa1").generate(),
          new ECKeyGenerator(Curve.P_256).keyID("ec1").generate());
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  URI uri() {
    return URI.create(name);
  }

  String issuer() {
    return slash ? name + "/" : name;
  }

  void addRsaKey(String id) throws Exception {
    keys.add(new RSAKeyGenerator(2048).keyID(id).generate());
  }

  void addEcKey(String id) throws Exception {
    keys.add(new ECKeyGenerator(Curve.P_256).keyID(id).generate());
  }

  JWK key(String id) {
    return keys.stream().filter(key -> key.getKeyID().equals(id)).findFirst().orElseThrow();
  }

  /** Claims as IAM's WLCG profile has them, for a user with the scopes given. */
  JWTClaimsSet.Builder wlcg(Instant now, String scope) {
    return new JWTClaimsSet.Builder()
        .issuer(issuer())
        .subject("ada")
        .audience("https://sidecar.example.org")
        .issueTime(Date.from(now))
        .notBeforeTime(Date.from(now.minusSeconds(60)))
        .expirationTime(Date.from(now.plusSeconds(3600)))
        .jwtID("id-" + now + scope)
        .claim("wlcg.ver", "1.0")
        .claim("client_id", "notebooks")
        .claim("scope", scope);
  }

  static String sign(JWK key, JWTClaimsSet claims) throws Exception {
    return sign(key, claims, header -> {});
  }

  static String sign(JWK key, JWTClaimsSet claims, Consumer<JWSHeader.Builder> header)
      throws Exception {
    boolean rsa = key instanceof RSAKey;
    JWSHeader.Builder builder =
        new JWSHeader.Builder(rsa ? JWSAlgorithm.RS256 : JWSAlgorithm.ES256).keyID(key.getKeyID());
    header.accept(builder);
    SignedJWT jwt = new SignedJWT(builder.build(), claims);
    jwt.sign(rsa ? new RSASSASigner((RSAKey) key) : new ECDSASigner((ECKey) key));
    return jwt.serialize();
  }

  static JOSEObjectType type(String name) {
    return new JOSEObjectType(name);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private String metadata(HttpExchange exchange) {
    return JSONObjectUtils.toJSONString(
        Map.of(
            "issuer", name + "/",
            "jwks_uri", name + "/jwk",
            "introspection_endpoint", introspects ? name + "/introspect" : ""));
  }

  private String keySet(HttpExchange exchange) {
    keysFetched.incrementAndGet();
    return new JWKSet(keys).toString(true);
  }

  private String introspect(HttpExchange exchange) {
    introspections.incrementAndGet();
    introspectionCredentials = exchange.getRequestHeaders().getFirst("Authorization");
    try {
      introspectionForm =
          URLDecoder.decode(
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8),
              StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return JSONObjectUtils.toJSONString(introspection);
  }

  private HttpHandler json(Function<HttpExchange, String> body) {
    return exchange -> {
      asked.incrementAndGet();
      try (exchange) {
        byte[] bytes = (down ? "down" : body.apply(exchange)).getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(down ? 503 : 200, bytes.length);
        exchange.getResponseBody().write(bytes);
      }
    };
  }
}
