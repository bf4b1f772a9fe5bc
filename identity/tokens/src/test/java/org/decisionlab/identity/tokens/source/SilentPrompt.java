// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.tokens.source;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Notes what a user would see. */
final class SilentPrompt implements LoginPrompt {

  final List<String> shown = new CopyOnWriteArrayList<>();

  @Override
  public void show(URI address, URI direct, String code, Instant until) {
    shown.add(code + " at " + address.getPath() + " or " + direct.getPath() + " until " + until);
  }

  @Override
  public void done(String outcome) {
    shown.add(outcome);
  }
}
