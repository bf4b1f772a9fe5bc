// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.tokens.source;

import java.net.URI;
import java.time.Instant;
import java.util.Optional;

/** Shows a user where to log in. */
public interface LoginPrompt {

  /**
   * Why the user cannot be asked on this thread, in words that say what to do instead; empty where
   * the user can.
   */
  default Optional<String> refusal() {
    return Optional.empty();
  }

  /**
   * Shows a code.
   *
   * @param address the page to open
   * @param direct the same page with the code filled in, or {@code address}
   * @param code the code to enter there
   * @param until when the code ends
   */
  void show(URI address, URI direct, String code, Instant until);

  /** Takes the code away again: the login is over, for better or worse. */
  void done(String outcome);
}
