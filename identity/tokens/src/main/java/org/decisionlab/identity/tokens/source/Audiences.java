// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.tokens.source;

import java.util.List;
import org.decisionlab.identity.tokens.verify.TrustedIssuer;

/** Whether a token that was not made for a request may be used for it. */
final class Audiences {

  private Audiences() {}

  /** The token, unless it says that it is for other services only. */
  static AccessToken fitting(AccessToken token, TokenRequest request)
      throws TokenUnavailableException {
    if (fits(token, request)) {
      return token;
    }
    throw new TokenUnavailableException(
        "its token is for "
            + String.join(" ", token.audiences())
            + ", not for "
            + request.audience());
  }

  /** Whether a token does not say that it is for other services only. */
  static boolean fits(AccessToken token, TokenRequest request) {
    List<String> audiences = token.audiences();
    return request.audience() == null
        || audiences.isEmpty()
        || audiences.contains(request.audience())
        || audiences.contains(TrustedIssuer.ANY_AUDIENCE);
  }
}
