// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import org.decisionlab.sidecar.auth.Authenticator;
import org.decisionlab.sidecar.auth.IssuerTokens;
import org.decisionlab.sidecar.auth.TokenFile;
import org.jspecify.annotations.Nullable;

/** Who tells who asks, by the settings. */
final class Authenticators {

  private static final String ISSUER_KEYS = "issuer-keys";

  private Authenticators() {}

  /**
   * Reads the files of tokens and of issuers. What issuers' tokens need is not even loaded where no
   * issuer is trusted.
   *
   * @return null when nobody has to say who they are
   * @throws StartException when a file cannot be used, saying what is wrong where
   */
  static @Nullable Authenticator of(SidecarSettings settings) throws StartException {
    Clock clock = Clock.systemUTC();
    TokenFile listed = listed(settings.access().tokens(), clock);
    Path issuers = settings.access().issuers();
    if (issuers == null) {
      return listed;
    }
    Path state = settings.observing().directory();
    try {
      return new IssuerTokens(
          issuers, listed, state == null ? null : state.resolve(ISSUER_KEYS), clock);
    } catch (IOException e) {
      throw new StartException("the file of issuers cannot be used: " + e.getMessage(), e);
    }
  }

  private static @Nullable TokenFile listed(@Nullable Path file, Clock clock)
      throws StartException {
    try {
      return file == null ? null : new TokenFile(file, clock);
    } catch (IOException e) {
      throw new StartException("the file of tokens cannot be used: " + e.getMessage(), e);
    }
  }
}
