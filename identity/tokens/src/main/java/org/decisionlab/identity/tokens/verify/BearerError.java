// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.tokens.verify;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Why a request with a bearer token is refused, as RFC 6750 section 3 wants it said. It never holds
 * a token or a part of one.
 *
 * @param code which kind of refusal
 * @param description the reason, in words for the one who asked
 * @param scope scopes that would do, or null
 */
public record BearerError(Code code, String description, @Nullable String scope) {

  /** The kinds of RFC 6750 section 3.1. */
  public enum Code {
    /** The request is malformed, such as one with two tokens. */
    INVALID_REQUEST("invalid_request", 400),
    /** The token is malformed, expired, revoked, or not for this service. */
    INVALID_TOKEN("invalid_token", 401),
    /** The token holds, but grants too little. */
    INSUFFICIENT_SCOPE("insufficient_scope", 403);

    private final String word;
    private final int status;

    Code(String word, int status) {
      this.word = word;
      this.status = status;
    }

    /** The word on the wire. */
    public String word() {
      return word;
    }

    /** The HTTP status that goes with it. */
    public int status() {
      return status;
    }
  }

  /** A token that does not hold. */
  public static BearerError invalidToken(String description) {
    return new BearerError(Code.INVALID_TOKEN, description, null);
  }

  /**
   * The value of the header {@code WWW-Authenticate}.
   *
   * @param realm name of what is protected
   */
  public String challenge(String realm) {
    StringBuilder value = new StringBuilder("Bearer realm=").append(quoted(realm));
    value.append(", error=").append(quoted(code.word()));
    value.append(", error_description=").append(quoted(description));
    if (scope != null) {
      value.append(", scope=").append(quoted(scope));
    }
    return value.toString();
  }

  /** The same as members of a JSON object. */
  public Map<String, String> json() {
    Map<String, String> members = new LinkedHashMap<>();
    members.put("error", code.word());
    members.put("error_description", description);
    if (scope != null) {
      members.put("scope", scope);
    }
    return members;
  }

  /** A quoted string of printable ASCII without quotes and backslashes, as RFC 6750 allows. */
  private static String quoted(String text) {
    StringBuilder clean = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      clean.append(c == '"' || c == '\\' ? '\'' : c < 0x20 || c > 0x7e ? '?' : c);
    }
    return clean.append('"').toString();
  }
}
