// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.iamsim;

import java.util.List;

/**
 * A registered client.
 *
 * @param id its name
 * @param confidential whether it has a secret; others log in by device code only
 * @param redirects where the browser may be sent after a login; none for no login in the browser
 * @param scopes what it may ask for: exact names, and {@code storage.read:/x} for paths that begin
 *     so
 * @param exchangesFrom clients whose tokens it may exchange (RFC 8693)
 */
public record SimClient(
    String id,
    boolean confidential,
    List<String> redirects,
    List<String> scopes,
    List<String> exchangesFrom) {

  /** Keeps copies. */
  public SimClient {
    redirects = List.copyOf(redirects);
    scopes = List.copyOf(scopes);
    exchangesFrom = List.copyOf(exchangesFrom);
    if (!id.matches("[A-Za-z0-9][A-Za-z0-9_.-]*")) {
      throw new IllegalArgumentException("a client's name has letters, digits, dashes: " + id);
    }
  }
}
