// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.tokens.verify;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.decisionlab.identity.tokens.scope.StoragePath;
import org.decisionlab.identity.tokens.testing.SettableClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** For each test an issuer, a clock that stands, and a validator that trusts the issuer. */
abstract class IssuerAndValidator {

  /** The service that tokens are meant for. */
  static final String HERE = "https://sidecar.example.org";

  final SettableClock clock = new SettableClock();
  TestIssuer issuer;
  TokenValidator validator;

  @BeforeEach
  final void startIssuer() throws Exception {
    issuer = new TestIssuer();
    validator = trusting(usual(), null, Duration.ZERO);
  }

  @AfterEach
  final void stopIssuer() {
    validator.close();
    issuer.close();
  }

  /** The issuer on the terms of one that nothing is said of. */
  final TrustedIssuer usual() {
    return TrustedIssuer.of(issuer.uri(), Set.of(HERE));
  }

  /**
   * The issuer as one that is asked about tokens: about all of them or where they say too little.
   */
  final TrustedIssuer asked(String client, Path secret, boolean always) {
    return new TrustedIssuer(
        issuer.uri(),
        Set.of(HERE),
        false,
        true,
        StoragePath.ROOT,
        new Introspection(client, secret, always));
  }

  /** From here on another validator judges, which trusts an issuer on these terms. */
  final void trust(TrustedIssuer terms) {
    trust(terms, null, Duration.ZERO);
  }

  /** The same with a folder for copies of keys, or null, and a grace for tokens that are late. */
  final void trust(TrustedIssuer terms, Path keys, Duration grace) {
    validator.close();
    validator = trusting(terms, keys, grace);
  }

  private TokenValidator trusting(TrustedIssuer terms, Path keys, Duration grace) {
    return new TokenValidator(List.of(terms), keys, grace, clock);
  }
}
