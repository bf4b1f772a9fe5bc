// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.broker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.decisionlab.identity.tokens.http.JsonDoor;
import org.decisionlab.identity.tokens.http.Redaction;
import org.decisionlab.identity.tokens.http.SafeUri;
import org.decisionlab.identity.tokens.source.AccessToken;
import org.decisionlab.identity.tokens.source.TokenUnavailableException;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.client.endpoint.OAuth2RefreshTokenGrantRequest;
import org.springframework.security.oauth2.client.endpoint.RestClientRefreshTokenTokenResponseClient;
import org.springframework.security.oauth2.client.endpoint.RestClientTokenExchangeTokenResponseClient;
import org.springframework.security.oauth2.client.endpoint.TokenExchangeGrantRequest;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.OAuth2RefreshToken;
import org.springframework.security.oauth2.core.endpoint.OAuth2AccessTokenResponse;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;

/** The provider of the logins: refreshes and exchanges tokens at its token endpoint. */
final class Provider {

  /** A refusal in the words of OAuth: it does not help to ask again. */
  static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;
    private final String said;

    RefusedException(String said, String words) {
      super(words);
      this.said = said;
    }

    /** The code, or {@code refused} for one that OAuth does not know. */
    String code() {
      return REFUSALS.contains(said) ? said : "refused";
    }

    /** Code and words of the provider. */
    String words() {
      String code = REFUSALS.contains(said) ? said : Redaction.words(said);
      String words = String.valueOf(getMessage());
      return words.isEmpty() ? code : code + " (" + words + ")";
    }
  }

  /**
   * What came of an exchange.
   *
   * @param token the token
   * @param scopes what the provider says beside it that it is good for; none where it says nothing
   */
  record Exchanged(AccessToken token, Set<String> scopes) {
    Exchanged {
      scopes = Set.copyOf(scopes);
    }
  }

  /** Where its token endpoint is, and whether it says that it exchanges tokens. */
  private record Document(URI token, boolean exchange, Instant until) {

    Document keptUntil(Instant later) {
      return new Document(token, exchange, later);
    }
  }

  private static final Set<String> REFUSALS =
      Set.of(
          "invalid_request",
          "invalid_client",
          "invalid_grant",
          "unauthorized_client",
          "unsupported_grant_type",
          "invalid_scope",
          "invalid_target",
          "access_denied");
  private static final String EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
  private static final Duration KEEP = Duration.ofMinutes(10);
  private static final Duration KEEP_AFTER_FAILURE = Duration.ofSeconds(30);
  private static final Duration PAUSE = Duration.ofSeconds(2);

  private static final System.Logger LOG = System.getLogger(Provider.class.getName());

  private final BrokerSettings settings;
  private final Clock clock;
  private final JsonDoor door = new JsonDoor(Waits.ANSWER);
  private final ProviderDoors doors = new ProviderDoors();
  private volatile @Nullable Document document;
  private volatile Instant awayUntil = Instant.MIN;

  Provider(BrokerSettings settings, Clock clock) {
    this.settings = settings;
    this.clock = clock;
  }

  /** Its name. */
  URI issuer() {
    return settings.issuer();
  }

  /** Whether it says that it exchanges tokens. */
  boolean exchanges(Deadline deadline) throws BrokerProblem {
    return document(deadline).exchange();
  }

  /**
   * A login with new tokens. This has a time of its own, longer than any question: the provider may
   * have replaced the refresh token while its answer is on the way.
   */
  Login refreshed(Login login, String refreshToken) throws BrokerProblem, RefusedException {
    Instant now = clock.instant();
    OAuth2AccessToken old =
        new OAuth2AccessToken(
            OAuth2AccessToken.TokenType.BEARER, login.accessToken(), null, now.plusSeconds(1));
    RestClientRefreshTokenTokenResponseClient client =
        new RestClientRefreshTokenTokenResponseClient();
    Deadline deadline = Deadline.in(Waits.REFRESH);
    client.setRestClient(doors.patient());
    OAuth2RefreshTokenGrantRequest request =
        new OAuth2RefreshTokenGrantRequest(
            client(AuthorizationGrantType.REFRESH_TOKEN, List.of(), deadline),
            old,
            new OAuth2RefreshToken(refreshToken, null));
    OAuth2AccessTokenResponse answer = asked(true, () -> client.getTokenResponse(request));
    OAuth2RefreshToken rotated = answer.getRefreshToken();
    return login.with(
        answer.getAccessToken().getTokenValue(),
        rotated == null ? null : rotated.getTokenValue(),
        answer.getAccessToken().getExpiresAt(),
        answer.getAccessToken().getScopes());
  }

  /** A token that is to be good for one service and some scopes only. */
  Exchanged exchanged(Login login, Asked asked, Deadline deadline)
      throws BrokerProblem, RefusedException {
    Instant now = clock.instant();
    RestClientTokenExchangeTokenResponseClient client =
        new RestClientTokenExchangeTokenResponseClient();
    if (asked.audience() != null) {
      MultiValueMap<String, String> more = new LinkedMultiValueMap<>();
      more.add("audience", asked.audience());
      client.addParametersConverter(request -> more);
    }
    TokenExchangeGrantRequest request =
        new TokenExchangeGrantRequest(
            client(AuthorizationGrantType.TOKEN_EXCHANGE, asked.scopes(), deadline),
            new OAuth2AccessToken(
                OAuth2AccessToken.TokenType.BEARER, login.accessToken(), null, now.plusSeconds(1)),
            null);
    Duration limit = deadline.atMost(Waits.ANSWER);
    client.setRestClient(doors.within(limit));
    OAuth2AccessToken token =
        asked(limit.equals(Waits.ANSWER), () -> client.getTokenResponse(request)).getAccessToken();
    try {
      AccessToken known = AccessToken.of(token.getTokenValue());
      return new Exchanged(
          known.expiresAt() == null
              ? AccessToken.of(token.getTokenValue(), token.getExpiresAt())
              : known,
          token.getScopes());
    } catch (TokenUnavailableException e) {
      throw BrokerProblem.later("the provider's answer holds no token: " + e.getMessage(), e);
    }
  }

  /**
   * Asks at the token endpoint. Only what keeps everybody out stops further questions for a while:
   * a provider that is not reached, or not read to the end, or whose gateway says that it is down.
   * An answer to one question never does.
   */
  private <T> T asked(boolean whole, Supplier<@Nullable T> question)
      throws BrokerProblem, RefusedException {
    try {
      T answer = question.get();
      if (answer == null) {
        throw BrokerProblem.later(settings.issuer() + " gave an empty answer");
      }
      return answer;
    } catch (ErrorAnswer e) {
      if (e.isRefusal()) {
        throw new RefusedException(e.code(), Redaction.words(e.words()));
      }
      throw e.isOutage()
          ? away("it answered with status " + e.status(), e)
          : later("it answered with status " + e.status(), e);
    } catch (RuntimeException e) {
      throw whole && isOfTheWay(e)
          ? away("it was not reached, or not heard to the end", e)
          : later("it gave no answer that can be read", e);
    }
  }

  /** Whether something could not be sent or received; what came and makes no sense is no such. */
  private static boolean isOfTheWay(Throwable problem) {
    for (Throwable cause = problem; cause != null; cause = cause.getCause()) {
      if (cause instanceof IOException && !(cause instanceof JsonProcessingException)) {
        return true;
      }
    }
    return false;
  }

  private ClientRegistration client(
      AuthorizationGrantType grant, List<String> scopes, Deadline deadline) throws BrokerProblem {
    ClientRegistration.Builder builder =
        ClientRegistration.withRegistrationId("provider")
            .clientId(settings.clientId())
            .authorizationGrantType(grant)
            .tokenUri(document(deadline).token().toString());
    if (!scopes.isEmpty()) {
      builder.scope(scopes);
    }
    String secret = settings.clientSecret();
    return secret == null
        ? builder.clientAuthenticationMethod(ClientAuthenticationMethod.NONE).build()
        : builder.clientSecret(secret).build();
  }

  private Document document(Deadline deadline) throws BrokerProblem {
    Instant now = clock.instant();
    if (now.isBefore(awayUntil)) {
      throw BrokerProblem.later(settings.issuer() + " did not answer a moment ago");
    }
    Document known = document;
    if (known != null && now.isBefore(known.until())) {
      return known;
    }
    Duration limit = deadline.atMost(Waits.ANSWER);
    JsonDoor.Reply reply;
    try {
      reply = door.within(limit).get(documentAddress(), Map.of());
    } catch (IOException e) {
      BrokerProblem problem =
          limit.equals(Waits.ANSWER)
              ? away(String.valueOf(e.getMessage()), e)
              : later(String.valueOf(e.getMessage()), e);
      return kept(known, problem);
    }
    try {
      Document fresh = read(reply, now);
      document = fresh;
      return fresh;
    } catch (IOException | IllegalArgumentException e) {
      return kept(
          known,
          known == null
              ? away(String.valueOf(e.getMessage()), e)
              : later(String.valueOf(e.getMessage()), e));
    }
  }

  /** What was known before goes on for a while, so that not each question waits for the next. */
  private Document kept(@Nullable Document known, BrokerProblem problem) throws BrokerProblem {
    if (known == null) {
      throw problem;
    }
    LOG.log(Level.WARNING, "addresses of before are used: {0}", problem.description());
    Document longer = known.keptUntil(clock.instant().plus(KEEP_AFTER_FAILURE));
    document = longer;
    return longer;
  }

  private URI documentAddress() {
    return URI.create(
        withoutSlash(settings.issuer().toString()) + "/.well-known/openid-configuration");
  }

  private Document read(JsonDoor.Reply reply, Instant now) throws IOException {
    if (!reply.isOk() || !reply.body().isObject()) {
      throw new IOException(
          documentAddress() + " answered with status " + reply.status() + " and no JSON object");
    }
    String issuer = withoutSlash(settings.issuer().toString());
    JsonNode said = reply.body();
    if (!withoutSlash(said.path("issuer").asText()).equals(issuer)) {
      throw new IOException(
          "its discovery document is of " + Redaction.words(said.path("issuer").asText()));
    }
    URI token = SafeUri.check(URI.create(said.path("token_endpoint").asText()));
    boolean exchange = false;
    for (JsonNode grant : said.path("grant_types_supported")) {
      exchange |= grant.asText().equals(EXCHANGE);
    }
    return new Document(token, exchange, now.plus(KEEP));
  }

  private BrokerProblem away(String why, Exception cause) {
    awayUntil = clock.instant().plus(PAUSE);
    return later(why, cause);
  }

  private BrokerProblem later(String why, Exception cause) {
    return BrokerProblem.later(settings.issuer() + " cannot be asked now: " + why, cause);
  }

  private static String withoutSlash(String issuer) {
    return issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
  }
}
