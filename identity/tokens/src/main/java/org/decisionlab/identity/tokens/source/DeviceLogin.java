// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.tokens.source;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.decisionlab.identity.tokens.http.JsonDoor;
import org.decisionlab.identity.tokens.http.Redaction;
import org.decisionlab.identity.tokens.http.SafeUri;
import org.jspecify.annotations.Nullable;

/**
 * A login by device code (RFC 8628): the user opens a page anywhere and enters a code. The refresh
 * token that comes of it stays in the memory of this process and serves later requests; when the
 * provider refuses it, the user is asked again. A login without one serves by its access token,
 * until that ends, those requests that it was made for.
 */
public final class DeviceLogin implements TokenProvider {

  private static final String GRANT = "urn:ietf:params:oauth:grant-type:device_code";
  private static final int MAX_LIFE = 1800;
  private static final int SERVER_ERROR = 500;
  private static final int TOO_MANY = 429;
  private static final String ENDED = "the code ended before somebody logged in";

  private final URI issuer;
  private final String clientId;
  private final LoginPrompt prompt;
  private final JsonDoor door;
  private final Clock clock;
  private final Pause pause;

  /** Held by who shows a code and waits for the user, for minutes. */
  private final ReentrantLock asking = new ReentrantLock();

  /** Held by who changes the login, for one request at most; taken after the other one. */
  private final ReentrantLock changing = new ReentrantLock();

  private volatile @Nullable String refreshToken;
  private volatile @Nullable Kept kept;

  /** Waits between two questions. */
  interface Pause {
    void of(Duration time) throws InterruptedException;
  }

  /** The token of a login that cannot be refreshed, and the request that it was made for. */
  private record Kept(AccessToken token, TokenRequest made) {}

  /**
   * Logins at an issuer.
   *
   * @param issuer the issuer
   * @param clientId a public client that may use the device grant there
   * @param prompt shows the code
   */
  public DeviceLogin(URI issuer, String clientId, LoginPrompt prompt, JsonDoor door, Clock clock) {
    this(
        issuer,
        clientId,
        prompt,
        door,
        clock,
        time -> TimeUnit.MILLISECONDS.sleep(time.toMillis()));
  }

  /** Logins that wait between questions as told. */
  DeviceLogin(
      URI issuer, String clientId, LoginPrompt prompt, JsonDoor door, Clock clock, Pause pause) {
    this.issuer = SafeUri.check(issuer);
    this.clientId = clientId;
    this.prompt = prompt;
    this.door = door;
    this.clock = clock;
    this.pause = pause;
  }

  @Override
  public String name() {
    return "login by device code";
  }

  @Override
  public Optional<AccessToken> token(TokenRequest request)
      throws TokenUnavailableException, InterruptedException {
    Optional<AccessToken> known = ofLogin(request);
    if (known.isPresent()) {
      return known;
    }
    requireSomebody();
    // Whoever waits here while another one logs in is served by that login.
    asking.lockInterruptibly();
    try {
      known = ofLogin(request);
      return known.isPresent() ? known : Optional.of(login(request));
    } finally {
      asking.unlock();
    }
  }

  /** Who cannot be asked does not wait for who is. */
  private void requireSomebody() throws TokenUnavailableException {
    Optional<String> refusal = prompt.refusal();
    if (refusal.isPresent()) {
      throw new TokenUnavailableException(refusal.get());
    }
  }

  /** Whether somebody has logged in here, and it has not ended and was not refused since. */
  public boolean isLoggedIn() {
    Kept own = kept;
    return refreshToken != null || (own != null && !own.token().isExpired(clock.instant()));
  }

  /**
   * Has the user log in now, also where somebody is logged in already; who that was is forgotten
   * when the new login has come to an end.
   *
   * @param request the scopes that the login is to have
   */
  public AccessToken login(TokenRequest request)
      throws TokenUnavailableException, InterruptedException {
    requireSomebody();
    asking.lockInterruptibly();
    try {
      JsonNode metadata = door.document(discovery());
      URI tokens = endpoint(metadata, "token_endpoint");
      return shown(request, endpoint(metadata, "device_authorization_endpoint"), tokens);
    } catch (IOException e) {
      throw failed(e);
    } finally {
      asking.unlock();
    }
  }

  /** Forgets who has logged in. */
  public void forget() {
    changing.lock();
    try {
      refreshToken = null;
      kept = null;
    } finally {
      changing.unlock();
    }
  }

  /**
   * A token of the login that there is; nothing where there is none any more. Never asks the user,
   * and does not wait while somebody else is asked.
   */
  Optional<AccessToken> ofLogin(TokenRequest request)
      throws TokenUnavailableException, InterruptedException {
    changing.lockInterruptibly();
    try {
      return refreshToken == null
          ? ofKept(request)
          : refreshed(request, endpoint(door.document(discovery()), "token_endpoint"));
    } catch (IOException e) {
      throw failed(e);
    } finally {
      changing.unlock();
    }
  }

  private Optional<AccessToken> ofKept(TokenRequest request) {
    Kept own = kept;
    return own != null
            && !own.token().isExpired(clock.instant())
            && own.made().scopes().containsAll(request.scopes())
            && (Objects.equals(own.made().audience(), request.audience())
                || Audiences.fits(own.token(), request))
        ? Optional.of(own.token())
        : Optional.empty();
  }

  private static TokenUnavailableException failed(IOException e) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    return new TokenUnavailableException(String.valueOf(e.getMessage()), e);
  }

  private Optional<AccessToken> refreshed(TokenRequest request, URI tokens)
      throws IOException, TokenUnavailableException {
    String refresh = refreshToken;
    if (refresh == null) {
      return Optional.empty();
    }
    Map<String, String> form = form(request);
    form.put("grant_type", "refresh_token");
    form.put("refresh_token", refresh);
    JsonDoor.Reply reply = door.post(tokens, form, Map.of());
    if (reply.isOk()) {
      AccessToken token = accepted(reply);
      String next = reply.text("refresh_token");
      refreshToken = next.isEmpty() ? refresh : next;
      return Optional.of(token);
    }
    if (!reply.text("error").equals("invalid_grant")) {
      throw refused(reply);
    }
    refreshToken = null;
    return Optional.empty();
  }

  private AccessToken shown(TokenRequest request, URI codes, URI tokens)
      throws IOException, TokenUnavailableException, InterruptedException {
    Map<String, String> form = form(request);
    String scope = "offline_access " + request.scope();
    form.put("scope", scope.strip());
    JsonDoor.Reply reply = door.post(codes, form, Map.of());
    if (!reply.isOk()) {
      throw refused(reply);
    }
    URI page = SafeUri.check(URI.create(reply.text("verification_uri")));
    String complete = reply.text("verification_uri_complete");
    int life = Math.min(MAX_LIFE, Math.max(1, reply.body().path("expires_in").asInt(600)));
    Instant until = clock.instant().plusSeconds(life);
    prompt.show(
        page,
        complete.isEmpty() ? page : SafeUri.check(URI.create(complete)),
        reply.text("user_code"),
        until);
    String outcome = "the login did not come to an end";
    try {
      AccessToken token = poll(request, reply, tokens, until);
      outcome = "logged in";
      return token;
    } catch (TokenUnavailableException e) {
      outcome = String.valueOf(e.getMessage());
      throw e;
    } finally {
      prompt.done(outcome);
    }
  }

  /** The audience is said here too: not every issuer remembers it from the request for a code. */
  private Map<String, String> polling(TokenRequest request, JsonDoor.Reply code) {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", GRANT);
    form.put("device_code", code.text("device_code"));
    form.put("client_id", clientId);
    if (request.audience() != null) {
      form.put("audience", request.audience());
    }
    return form;
  }

  /**
   * Asks until the code ends. An issuer that cannot be reached, or has no answer of its own, is
   * asked again, more rarely each time (RFC 8628, 3.5): only what it says of the login ends it.
   */
  private AccessToken poll(TokenRequest request, JsonDoor.Reply code, URI tokens, Instant until)
      throws TokenUnavailableException, InterruptedException {
    Map<String, String> form = polling(request, code);
    PollingPace pace = new PollingPace(code.body().path("interval").asLong());
    String trouble = "";
    for (Instant now = clock.instant(); now.isBefore(until); now = clock.instant()) {
      Duration left = Duration.between(now, until);
      pause.of(pace.next().compareTo(left) < 0 ? pace.next() : left);
      JsonDoor.Reply reply;
      try {
        reply = door.post(tokens, form, Map.of());
      } catch (IOException e) {
        trouble = "; the last time " + failed(e).getMessage();
        pace.away();
        continue;
      }
      if (reply.isOk()) {
        return loggedIn(request, reply);
      }
      if (isNoAnswer(reply)) {
        trouble = "; the last time the issuer answered with status " + reply.status();
        pace.away();
        continue;
      }
      trouble = "";
      heed(reply, pace);
    }
    throw new TokenUnavailableException(ENDED + trouble);
  }

  /** Whether the issuer is in trouble, or something before it answered in its place. */
  private static boolean isNoAnswer(JsonDoor.Reply reply) {
    return reply.text("error").isEmpty()
        || reply.status() >= SERVER_ERROR
        || reply.status() == TOO_MANY;
  }

  /**
   * Takes in what the issuer says of a login that is not there yet.
   *
   * @throws TokenUnavailableException when it will not come any more
   */
  private static void heed(JsonDoor.Reply reply, PollingPace pace)
      throws TokenUnavailableException {
    switch (reply.text("error")) {
      case "authorization_pending" -> pace.pending();
      case "slow_down" -> pace.slowDown();
      case "access_denied" ->
          throw new TokenUnavailableException("the login was refused on the page");
      case "expired_token" -> throw new TokenUnavailableException(ENDED);
      default -> throw refused(reply);
    }
  }

  /** Nothing of the login before stays: it may have been somebody else's. */
  private AccessToken loggedIn(TokenRequest request, JsonDoor.Reply reply)
      throws TokenUnavailableException, InterruptedException {
    AccessToken token = accepted(reply);
    String refresh = reply.text("refresh_token");
    String scope = reply.text("scope").strip();
    // Where they are those that were asked for, the issuer need not say them (RFC 6749, 5.1).
    List<String> scopes = scope.isEmpty() ? request.scopes() : List.of(scope.split("\\s+", -1));
    changing.lockInterruptibly();
    try {
      kept =
          refresh.isEmpty() ? new Kept(token, new TokenRequest(request.audience(), scopes)) : null;
      refreshToken = refresh.isEmpty() ? null : refresh;
      return token;
    } catch (IllegalArgumentException e) {
      throw new TokenUnavailableException("the issuer answered with scopes that are none", e);
    } finally {
      changing.unlock();
    }
  }

  private AccessToken accepted(JsonDoor.Reply reply) throws TokenUnavailableException {
    long life = reply.body().path("expires_in").asLong();
    String token = reply.text("access_token");
    return life > 0
        ? AccessToken.of(token, clock.instant().plusSeconds(life))
        : AccessToken.of(token);
  }

  private Map<String, String> form(TokenRequest request) {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("client_id", clientId);
    if (!request.scopes().isEmpty()) {
      form.put("scope", request.scope());
    }
    if (request.audience() != null) {
      form.put("audience", request.audience());
    }
    return form;
  }

  private URI discovery() {
    String text = issuer.toString();
    return URI.create(
        (text.endsWith("/") ? text : text + "/") + ".well-known/openid-configuration");
  }

  private static URI endpoint(JsonNode metadata, String name) throws TokenUnavailableException {
    try {
      URI endpoint = SafeUri.parse(metadata.path(name).asText());
      if (endpoint != null) {
        return endpoint;
      }
    } catch (IllegalArgumentException e) {
      throw new TokenUnavailableException(name + ": " + e.getMessage(), e);
    }
    throw new TokenUnavailableException("the issuer offers no " + name);
  }

  private static TokenUnavailableException refused(JsonDoor.Reply reply) {
    String reason = Redaction.words(reply.text("error_description"));
    return new TokenUnavailableException(
        reason.isEmpty() ? "the issuer answered with status " + reply.status() : reason);
  }
}
