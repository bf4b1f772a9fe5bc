// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.hadoop;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import javax.servlet.ServletException;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.apache.hadoop.security.authentication.server.AuthenticationHandler;
import org.apache.hadoop.security.authentication.server.AuthenticationToken;
import org.decisionlab.identity.tokens.verify.BearerError;
import org.decisionlab.identity.tokens.verify.InvalidTokenException;
import org.decisionlab.identity.tokens.verify.IssuerUnavailableException;
import org.decisionlab.identity.tokens.verify.TokenValidator;
import org.decisionlab.identity.tokens.verify.VerifiedToken;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hadoop's authentication by access token (RFC 6750), for HttpFS: who shows a token of a trusted
 * issuer is the account that the {@link HdfsIssuers} name, for this one request. Every request is
 * checked, no cookie is given out and none is taken, so that nothing outlives the token.
 *
 * <p>It is named by {@code httpfs.authentication.type}, and reads its file from {@link #ISSUERS}.
 */
public final class BearerAuthenticationHandler implements AuthenticationHandler {

  /** The type of its tokens. */
  public static final String TYPE = "decisionlab-bearer";

  /** The property with the file of issuers. */
  public static final String ISSUERS = "bearer.issuers.file";

  /** The property with a folder for copies of the issuers' public keys; none without it. */
  public static final String KEYS = "bearer.keys.dir";

  private static final Logger LOG = LoggerFactory.getLogger(BearerAuthenticationHandler.class);

  /** Where a name node keeps itself for its own pages. */
  private static final String NAME_NODE = "name.node";

  private @Nullable HdfsIssuers issuers;
  private @Nullable TokenValidator validator;

  /** Who asks, for one request: Hadoop makes no cookie of what has expired. */
  private static final class OneRequest extends AuthenticationToken {

    OneRequest(String account) {
      super(account, account, TYPE);
    }

    @Override
    public boolean isExpired() {
      return true;
    }
  }

  @Override
  public String getType() {
    return TYPE;
  }

  @Override
  public void init(Properties config) throws ServletException {
    String file = config.getProperty(ISSUERS, "").strip();
    String keys = config.getProperty(KEYS, "").strip();
    if (file.isEmpty()) {
      throw new ServletException(
          "the property '"
              + ISSUERS
              + "' must name the file of issuers, such as"
              + " httpfs.authentication."
              + ISSUERS
              + " for HttpFS");
    }
    try {
      HdfsIssuers read = HdfsIssuers.read(Path.of(file), System.getProperty("user.name"));
      issuers = read;
      validator =
          new TokenValidator(
              read.trusted(),
              keys.isEmpty() ? null : Path.of(keys),
              Duration.ZERO,
              Clock.systemUTC());
    } catch (IOException | IllegalArgumentException e) {
      throw new ServletException("access tokens cannot be checked: " + e.getMessage(), e);
    }
  }

  @Override
  public void destroy() {
    TokenValidator open = validator;
    if (open != null) {
      open.close();
    }
  }

  /** Refuses who comes with a cookie: none was given out here. */
  @Override
  public boolean managementOperation(
      @Nullable AuthenticationToken token, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (token == null) {
      return true;
    }
    Refusal.unauthorized("a cookie is no access token").send(response);
    return false;
  }

  /**
   * Checks the token of a request and what it asks for.
   *
   * @return who asks; null where that was refused, and the response is complete
   */
  @Override
  public @Nullable AuthenticationToken authenticate(
      HttpServletRequest request, HttpServletResponse response) throws IOException {
    String who = "somebody";
    try {
      VerifiedToken token = validated(request);
      who = token.name();
      HdfsIssuers known = opened(issuers);
      String account = known.account(token);
      FileRequest asked =
          FileRequest.of(
              request.getMethod(),
              request.getRequestURI(),
              request.getQueryString(),
              request.getContentType());
      known.requirePermitted(token, asked);
      LOG.info("{} as {}: {}", who, account, asked.words());
      return new OneRequest(account);
    } catch (Refusal e) {
      LOG.info("{} was refused with {}: {}", who, e.status(), e.getMessage());
      e.send(response);
      return null;
    }
  }

  private VerifiedToken validated(HttpServletRequest request) throws Refusal {
    if (request.getServletContext().getAttribute(NAME_NODE) != null) {
      throw Refusal.forbidden(
          "a name node lets others in past its filter, and asks nobody at its data nodes; access"
              + " tokens are for HttpFS");
    }
    String secret = secret(Collections.list(request.getHeaders("Authorization")));
    try {
      return opened(validator).validate(secret);
    } catch (InvalidTokenException e) {
      throw Refusal.of(e.error());
    } catch (IssuerUnavailableException e) {
      throw Refusal.unavailable(String.valueOf(e.getMessage()));
    }
  }

  private static String secret(List<String> headers) throws Refusal {
    if (headers.size() > 1) {
      throw Refusal.of(
          new BearerError(
              BearerError.Code.INVALID_REQUEST, "more than one header 'Authorization'", null));
    }
    String header = headers.isEmpty() ? "" : headers.get(0).strip();
    if (!header.toLowerCase(Locale.ROOT).startsWith("bearer ")) {
      throw Refusal.unauthorized("an access token is needed: Authorization: Bearer TOKEN");
    }
    return header.substring("bearer ".length()).strip();
  }

  private static <T> T opened(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException("init was not called, or failed");
    }
    return part;
  }
}
