// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * An issuer whose tokens can say anything: written with nothing but the JDK's own cryptography, so
 * that what checks them is not what made them.
 */
final class LocalIssuer implements AutoCloseable {

  static final String AUDIENCE = "https://sidecar.example.org";
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Base64.Encoder URL = Base64.getUrlEncoder().withoutPadding();
  private static final KeyPair KEY = key();

  final AtomicInteger asked = new AtomicInteger();
  final AtomicInteger keysFetched = new AtomicInteger();
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private volatile CountDownLatch stall = new CountDownLatch(0);

  LocalIssuer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/.well-known/openid-configuration", each -> answer(each, this::metadata));
    server.createContext("/jwk", each -> answer(each, this::keys));
    server.start();
  }

  private static KeyPair key() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      return generator.generateKeyPair();
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
  }

  /** Answers nothing from now on, until told otherwise. */
  void stall() {
    stall = new CountDownLatch(1);
  }

  void goOn() {
    stall.countDown();
  }

  /** Claims that hold for an hour, with some of them others; a null takes one away. */
  String token(Map<String, Object> more) {
    Instant now = Instant.now();
    ObjectNode claims = JSON.createObjectNode();
    claims.put("iss", uri().toString()).put("sub", "ada-1").put("aud", AUDIENCE);
    claims.put("iat", now.getEpochSecond()).put("exp", now.getEpochSecond() + 3600);
    claims.put("jti", "id-" + more.hashCode()).put("preferred_username", "ada");
    more.forEach(
        (name, value) -> {
          if (value == null) {
            claims.remove(name);
          } else {
            claims.set(name, JSON.valueToTree(value));
          }
        });
    return sign(Map.of("alg", "RS256", "kid", "k1"), claims.toString());
  }

  static String sign(Map<String, String> header, String claims) {
    try {
      String text = part(JSON.writeValueAsString(header)) + "." + part(claims);
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(KEY.getPrivate());
      signature.update(text.getBytes(StandardCharsets.US_ASCII));
      return text + "." + URL.encodeToString(signature.sign());
    } catch (IOException | java.security.GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static String part(String json) {
    return URL.encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }

  private String metadata() {
    return JSON.createObjectNode()
        .put("issuer", uri().toString())
        .put("jwks_uri", uri() + "jwk")
        .toString();
  }

  private String keys() {
    keysFetched.incrementAndGet();
    RSAPublicKey known = (RSAPublicKey) KEY.getPublic();
    ObjectNode set = JSON.createObjectNode();
    set.putArray("keys")
        .addObject()
        .put("kty", "RSA")
        .put("kid", "k1")
        .put("n", number(known.getModulus()))
        .put("e", number(known.getPublicExponent()));
    return set.toString();
  }

  private static String number(BigInteger value) {
    byte[] bytes = value.toByteArray();
    int from = bytes[0] == 0 ? 1 : 0;
    return URL.encodeToString(java.util.Arrays.copyOfRange(bytes, from, bytes.length));
  }

  private void answer(HttpExchange exchange, Supplier<String> body) throws IOException {
    asked.incrementAndGet();
    try (exchange) {
      if (!stall.await(120, TimeUnit.SECONDS)) {
        throw new IOException("nobody let it go on");
      }
      byte[] bytes = body.get().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, bytes.length);
      exchange.getResponseBody().write(bytes);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    goOn();
    server.stop(0);
    threads.shutdownNow();
  }
}
