// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.iamsim;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * How the simulator behaves now. Everything here can be changed while it runs.
 *
 * @param profile the profile of clients whose scopes name none, or several
 * @param issuerSlash whether the issuer in tokens ends with a slash; in the discovery document it
 *     always does
 * @param accessSeconds life of access tokens
 * @param idSeconds life of ID tokens
 * @param refreshSeconds life of refresh tokens
 * @param deviceSeconds life of device codes
 * @param refresh what becomes of a used refresh token
 * @param iamScope whether access tokens of the profile {@code iam} have {@code scope}
 * @param iamNbf whether they have {@code nbf}
 * @param iamGroups whether they have {@code groups}
 * @param outage how the provider is away
 * @param exchange whether tokens may be exchanged at all
 * @param exchangeIgnoresScope whether an exchanged token has all scopes of the login, whichever
 *     were asked for
 * @param exchangeRefusals audiences for which no token is exchanged, each with the code of the
 *     refusal
 * @param suspended names of suspended users
 * @param unsigned names of users who have to sign the acceptable use policy again
 */
public record Terms(
    Profile profile,
    boolean issuerSlash,
    int accessSeconds,
    int idSeconds,
    int refreshSeconds,
    int deviceSeconds,
    RefreshRule refresh,
    boolean iamScope,
    boolean iamNbf,
    boolean iamGroups,
    Outage outage,
    boolean exchange,
    boolean exchangeIgnoresScope,
    Map<String, String> exchangeRefusals,
    Set<String> suspended,
    Set<String> unsigned) {

  /** IAM's defaults. */
  public static final Terms USUAL =
      new Terms(
          Profile.IAM,
          true,
          3600,
          600,
          2_592_000,
          600,
          RefreshRule.REUSE,
          false,
          false,
          false,
          Outage.NONE,
          true,
          false,
          Map.of(),
          Set.of(),
          Set.of());

  /** Checks the lives. */
  public Terms {
    positive("accessSeconds", accessSeconds);
    positive("idSeconds", idSeconds);
    positive("refreshSeconds", refreshSeconds);
    positive("deviceSeconds", deviceSeconds);
    exchangeRefusals = Map.copyOf(exchangeRefusals);
    suspended = Set.copyOf(suspended);
    unsigned = Set.copyOf(unsigned);
  }

  /** With another policy on who has signed. */
  Terms signed(String user) {
    Set<String> left = new TreeSet<>(unsigned);
    left.remove(user);
    return new Terms(
        profile,
        issuerSlash,
        accessSeconds,
        idSeconds,
        refreshSeconds,
        deviceSeconds,
        refresh,
        iamScope,
        iamNbf,
        iamGroups,
        outage,
        exchange,
        exchangeIgnoresScope,
        exchangeRefusals,
        suspended,
        left);
  }

  private static void positive(String name, int seconds) {
    if (seconds < 1) {
      throw new IllegalArgumentException(name + " must be at least 1, not " + seconds);
    }
  }
}
