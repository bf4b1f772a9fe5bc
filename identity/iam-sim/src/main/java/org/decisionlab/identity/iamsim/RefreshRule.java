// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.iamsim;

/** What becomes of a refresh token that was used. */
public enum RefreshRule {
  /** It may be used again. */
  REUSE,
  /** It is replaced; the old one is refused. */
  ROTATE,
  /** It is replaced; whoever shows the old one ends the whole login. */
  STRICT
}
