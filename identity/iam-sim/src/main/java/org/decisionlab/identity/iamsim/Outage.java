// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.iamsim;

/** How the provider is away. */
public enum Outage {
  /** It is there. */
  NONE,
  /** It answers with status 503. */
  REFUSING,
  /** It takes requests and answers them when the outage is over, or with 503 after a minute. */
  STALLED,
  /** It answers each request after three seconds, or when the outage is over. */
  SLOW
}
