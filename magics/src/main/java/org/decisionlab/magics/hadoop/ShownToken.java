// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.hadoop;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.ipc.RemoteException;
import org.apache.hadoop.security.AccessControlException;
import org.decisionlab.identity.tokens.source.AccessToken;
import org.decisionlab.identity.tokens.source.TokenRequest;
import org.decisionlab.identity.tokens.source.TokenUnavailableException;
import org.decisionlab.magics.login.KernelTokens;
import org.jspecify.annotations.Nullable;

/**
 * The token that one server of WebHDFS is shown for one question, or why it is shown none. It goes
 * to that server only: a server to which it sends the reader of a file on is shown none. Used by
 * one thread.
 */
final class ShownToken {

  private final @Nullable KernelTokens tokens;
  private final TokenRequest request;
  private final boolean asking;
  private final String why;
  private boolean toNamedServer;
  private @Nullable AccessToken last;

  /**
   * @param tokens the tokens of the kernel
   * @param request which token
   * @param asking whether the user may be asked to log in
   */
  ShownToken(KernelTokens tokens, TokenRequest request, boolean asking) {
    this(tokens, request, asking, "");
  }

  private ShownToken(
      @Nullable KernelTokens tokens, TokenRequest request, boolean asking, String why) {
    this.tokens = tokens;
    this.request = request;
    this.asking = asking;
    this.why = why;
  }

  /**
   * No token is shown.
   *
   * @param why what is said when the server wants one; empty where it is of no use to it
   */
  static ShownToken none(String why) {
    return new ShownToken(null, TokenRequest.ANY, false, why);
  }

  /**
   * Opens the file system of an address.
   *
   * @param settings those to connect with
   */
  FileSystem open(URI address, Configuration settings) throws IOException {
    // An instance of its own: Spark's shared ones are more patient, and know no token.
    return FileSystem.newInstance(
        address, tokens == null ? settings : new TokenSettings(settings, this));
  }

  /** Whether the next connection goes to the server itself; the one after it does not. */
  void toNamedServer(boolean itself) {
    toNamedServer = itself;
  }

  /** What the next connection shows; empty where it goes to another server. */
  String secret() throws IOException {
    boolean shown = toNamedServer;
    toNamedServer = false;
    if (!shown || tokens == null) {
      return "";
    }
    try {
      AccessToken token = asking ? tokens.token(request) : tokens.tokenWithoutAsking(request);
      last = token;
      return token.secret();
    } catch (TokenUnavailableException e) {
      throw new IOException(e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      InterruptedIOException interrupted = new InterruptedIOException("interrupted");
      interrupted.initCause(e);
      throw interrupted;
    }
  }

  /**
   * Whether a server of WebHDFS has refused what it was shown (HTTP 401). Where the file system
   * forbids something it says so itself, and another token would not help.
   */
  boolean isRefused(AccessControlException refusal) {
    return (tokens != null || !why.isEmpty()) && !(refusal.getCause() instanceof RemoteException);
  }

  /**
   * Forgets the token that the server has refused, so that the next one is new.
   *
   * @throws IOException when there is none for this server, or no other one, with the reason
   */
  void renew(URI server, AccessControlException refusal) throws IOException, InterruptedException {
    AccessToken refused = last;
    if (tokens == null || refused == null) {
      throw new IOException(said(server, refusal) + (why.isEmpty() ? "" : "; " + why), refusal);
    }
    AccessToken next;
    try {
      tokens.refused(request, refused);
      next = asking ? tokens.token(request) : tokens.tokenWithoutAsking(request);
    } catch (TokenUnavailableException e) {
      throw new IOException(said(server, refusal) + "; " + e.getMessage(), e);
    }
    if (next.secret().equals(refused.secret())) {
      throw new IOException(
          said(server, refusal) + "; there is no other token than the one refused", refusal);
    }
  }

  /** What a server said that has refused the new token, too. */
  IOException refusedAgain(URI server, AccessControlException refusal) {
    return new IOException(
        said(server, refusal)
            + "; the token, which is new, is for "
            + request.audience()
            + ": '%login --audience "
            + request.audience()
            + "' tells what it says",
        refusal);
  }

  private static String said(URI server, AccessControlException refusal) {
    return server.getScheme()
        + "://"
        + server.getAuthority()
        + " answered 401 ("
        + refusal.getMessage()
        + ")";
  }
}
