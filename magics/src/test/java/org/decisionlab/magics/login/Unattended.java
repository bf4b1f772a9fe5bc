// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.login;

import java.net.URI;
import java.time.Instant;
import org.decisionlab.identity.tokens.source.LoginPrompt;

/** Nobody is there to log in: a test in which somebody is asked to fails. */
public final class Unattended implements LoginPrompt {

  @Override
  public void show(URI address, URI direct, String code, Instant until) {
    throw new AssertionError("nobody is there");
  }

  @Override
  public void done(String outcome) {
    throw new AssertionError("nobody is there");
  }
}
