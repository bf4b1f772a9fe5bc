// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.tfaas;

import java.io.IOException;
import java.util.Optional;
import org.decisionlab.identity.tokens.source.AccessToken;
import org.decisionlab.identity.tokens.source.TokenRequest;
import org.decisionlab.identity.tokens.source.TokenUnavailableException;
import org.decisionlab.magics.login.KernelTokens;
import org.decisionlab.models.tfaas.TfaasException;
import org.jspecify.annotations.Nullable;

/** The token that one server is shown, for the requests of one command. */
final class ServerToken {

  private final @Nullable KernelTokens tokens;
  private final TokenRequest request;
  private final Runnable told;
  private final String why;
  private boolean wanted;
  private @Nullable AccessToken token;

  /**
   * @param tokens the tokens of the kernel
   * @param request which token
   * @param wanted whether the server is known to want one
   * @param told hears that it does
   */
  ServerToken(KernelTokens tokens, TokenRequest request, boolean wanted, Runnable told) {
    this(tokens, request, wanted, told, "");
  }

  private ServerToken(
      @Nullable KernelTokens tokens,
      TokenRequest request,
      boolean wanted,
      Runnable told,
      String why) {
    this.tokens = tokens;
    this.request = request;
    this.wanted = wanted;
    this.told = told;
    this.why = why;
  }

  /** No token is sent, whatever the server says. */
  static ServerToken none() {
    return refusing("");
  }

  /**
   * No token is sent to this server.
   *
   * @param why what is said when it wants one
   */
  static ServerToken refusing(String why) {
    return new ServerToken(null, TokenRequest.ANY, false, () -> {}, why);
  }

  /** Whether the server may be shown one. */
  boolean mayBeSent() {
    return tokens != null;
  }

  /** Whether the server may be shown one, and is known to want it. */
  boolean isWanted() {
    return wanted && tokens != null;
  }

  /** What the next request shows. */
  Optional<String> secret() {
    return Optional.ofNullable(token).map(AccessToken::secret);
  }

  /** Makes a token ready for the next request, where the server wants one and there is one. */
  void prepare() throws InterruptedException {
    if (isWanted() && tokens != null) {
      try {
        token = tokens.tokenWithoutAsking(request);
      } catch (TokenUnavailableException e) {
        // Whether the server can do without is for it to say; where not, renew tells the reasons.
        token = null;
      }
    }
  }

  /**
   * Takes another token, after the server has refused a request.
   *
   * @throws IOException when there is no other one
   */
  void renew(TfaasException refusal) throws IOException, InterruptedException {
    if (tokens == null) {
      throw why.isEmpty() ? refusal : new IOException(refusal.getMessage() + "; " + why, refusal);
    }
    AccessToken before = token;
    if (before != null) {
      tokens.refused(request, before);
    }
    AccessToken next = fresh(tokens, refusal);
    if (before != null && before.secret().equals(next.secret())) {
      throw new IOException(
          refusal.getMessage() + "; there is no other token than the one refused", refusal);
    }
    token = next;
    wanted = true;
    told.run();
  }

  private AccessToken fresh(KernelTokens from, TfaasException refusal)
      throws IOException, InterruptedException {
    try {
      return from.token(request);
    } catch (TokenUnavailableException e) {
      throw new IOException(refusal.getMessage() + "; " + e.getMessage(), refusal);
    }
  }
}
