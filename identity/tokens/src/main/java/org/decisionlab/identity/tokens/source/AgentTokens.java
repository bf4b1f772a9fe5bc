// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.tokens.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Tokens of a running oidc-agent, over its socket and in its JSON: a request {@code access_token}
 * with an account or an issuer, answered by {@code status}, {@code access_token} and {@code
 * expires_at} in seconds.
 */
public final class AgentTokens implements TokenProvider {

  static final String NAME = "oidc-agent";

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final int MAX_BYTES = 128 << 10;
  private static final int MIN_LIFE_SECONDS = 60;

  private final Path socket;
  private final String account;
  private final String issuer;

  /**
   * An agent.
   *
   * @param socket its socket ({@code OIDC_SOCK})
   * @param account the account to use, empty to let the agent choose by the issuer
   * @param issuer the issuer wanted, empty with an account
   */
  public AgentTokens(Path socket, String account, String issuer) {
    if (account.isEmpty() && issuer.isEmpty()) {
      throw new IllegalArgumentException("an account or an issuer must be named");
    }
    this.socket = socket;
    this.account = account;
    this.issuer = issuer;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Optional<AccessToken> token(TokenRequest request)
      throws TokenUnavailableException, InterruptedException {
    ObjectNode question = JSON.createObjectNode();
    question.put("request", "access_token");
    question.put(account.isEmpty() ? "issuer" : "account", account.isEmpty() ? issuer : account);
    question.put("min_valid_period", MIN_LIFE_SECONDS);
    question.put("application_hint", "Decision Lab");
    if (!request.scopes().isEmpty()) {
      question.put("scope", request.scope());
    }
    if (request.audience() != null) {
      question.put("audience", request.audience());
    }
    JsonNode answer = ask(question);
    if (!answer.path("status").asText().equals("success")) {
      throw new TokenUnavailableException(
          answer.path("error").asText("no answer that it is known for"));
    }
    long end = answer.path("expires_at").asLong();
    String token = answer.path("access_token").asText();
    return Optional.of(
        end > 0 ? AccessToken.of(token, Instant.ofEpochSecond(end)) : AccessToken.of(token));
  }

  private JsonNode ask(JsonNode question) throws TokenUnavailableException, InterruptedException {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        Selector selector = Selector.open()) {
      channel.configureBlocking(false);
      ByteBuffer out = ByteBuffer.wrap(question.toString().getBytes(StandardCharsets.UTF_8));
      long end = System.nanoTime() + LIMIT.toNanos();
      SelectionKey key = channel.register(selector, SelectionKey.OP_WRITE);
      while (out.hasRemaining()) {
        await(selector, end);
        channel.write(out);
      }
      key.interestOps(SelectionKey.OP_READ);
      ByteArrayOutputStream in = new ByteArrayOutputStream();
      ByteBuffer piece = ByteBuffer.allocate(8192);
      while (in.size() < MAX_BYTES) {
        await(selector, end);
        int read = channel.read(piece.clear());
        in.write(piece.array(), 0, Math.max(0, read));
        JsonNode answer = whole(in.toByteArray());
        if (!answer.isMissingNode() || read < 0) {
          return answer;
        }
      }
      throw new TokenUnavailableException("its answer is longer than " + MAX_BYTES + " bytes");
    } catch (IOException e) {
      throw new TokenUnavailableException(
          "no word with it over " + socket + ": " + e.getMessage(), e);
    }
  }

  private static void await(Selector selector, long end)
      throws TokenUnavailableException, InterruptedException, IOException {
    long left = (end - System.nanoTime()) / 1_000_000;
    if (left <= 0) {
      throw new TokenUnavailableException("it gave no answer in " + LIMIT.toSeconds() + " s");
    }
    selector.select(left);
    selector.selectedKeys().clear();
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }

  /** An agent sends one object and may leave the connection open. */
  private static JsonNode whole(byte[] bytes) {
    try {
      return bytes.length == 0 ? JSON.missingNode() : JSON.readTree(bytes);
    } catch (IOException e) {
      return JSON.missingNode();
    }
  }
}
