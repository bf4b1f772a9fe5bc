// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.iamsim;

import java.util.Set;
import java.util.stream.Stream;

/** What a token of IAM says: chosen by the scopes that its client is registered with. */
public enum Profile {
  /** IAM's own: by default neither scopes nor groups are in an access token. */
  IAM("iam"),
  /** WLCG Common JWT Profiles. */
  WLCG("wlcg");

  private final String scope;

  Profile(String scope) {
    this.scope = scope;
  }

  /** The scope that stands for it. */
  public String scope() {
    return scope;
  }

  /** The one profile among a client's scopes; the server's own when there is none, or several. */
  static Profile of(Set<String> scopes, Profile usual) {
    var named = Stream.of(values()).filter(each -> scopes.contains(each.scope)).toList();
    return named.size() == 1 ? named.get(0) : usual;
  }
}
