// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.hadoop;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import javax.servlet.http.HttpServletResponse;
import org.decisionlab.identity.tokens.verify.BearerError;
import org.jspecify.annotations.Nullable;

/**
 * A request that is refused. It is answered in the words of RFC 6750, with a body from which
 * Hadoop's clients make their exception. It holds no part of a token.
 */
final class Refusal extends Exception {

  private static final long serialVersionUID = 1L;
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String REALM = "hdfs";
  private static final int UNAVAILABLE = 503;

  private final int status;
  private final transient @Nullable String challenge;

  private Refusal(int status, String message, @Nullable String challenge) {
    super(message, null, false, false);
    this.status = status;
    this.challenge = challenge;
  }

  /** As RFC 6750 says it. */
  static Refusal of(BearerError error) {
    return new Refusal(error.code().status(), error.description(), error.challenge(REALM));
  }

  /** There is no token. */
  static Refusal unauthorized(String message) {
    return new Refusal(401, message, "Bearer realm=\"" + REALM + "\"");
  }

  /** The token holds, but does not permit this. */
  static Refusal forbidden(String message) {
    return forbidden(message, null);
  }

  /** The token holds, but does not permit this; {@code scope} would. */
  static Refusal forbidden(String message, @Nullable String scope) {
    return of(new BearerError(BearerError.Code.INSUFFICIENT_SCOPE, message, scope));
  }

  /** The request cannot be understood in one way only. */
  static Refusal malformed(String message) {
    return of(new BearerError(BearerError.Code.INVALID_REQUEST, message, null));
  }

  /** The issuer cannot be asked now. */
  static Refusal unavailable(String message) {
    return new Refusal(UNAVAILABLE, message, null);
  }

  int status() {
    return status;
  }

  /** Answers, so that Hadoop's filter has nothing to add. */
  void send(HttpServletResponse response) throws IOException {
    boolean denied = status == 401 || status == 403;
    ObjectNode body = JSON.createObjectNode();
    body.putObject("RemoteException")
        .put("exception", denied ? "AccessControlException" : "IOException")
        .put(
            "javaClassName",
            denied ? "org.apache.hadoop.security.AccessControlException" : "java.io.IOException")
        .put("message", getMessage());
    byte[] bytes = body.toString().getBytes(StandardCharsets.UTF_8);
    response.setStatus(status);
    if (challenge != null) {
      response.setHeader("WWW-Authenticate", challenge);
    }
    if (status == UNAVAILABLE) {
      response.setHeader("Retry-After", "5");
    }
    response.setHeader("Cache-Control", "no-store");
    response.setContentType("application/json");
    response.setContentLength(bytes.length);
    response.getOutputStream().write(bytes);
    response.flushBuffer();
  }
}
