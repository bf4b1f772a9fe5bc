// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training;

/** Why a training run ended. */
public enum StopReason {
  /** All epochs, or rounds of trees, asked for were run. */
  COMPLETE("run to its end"),
  /** The validation loss had not fallen for as many epochs or rounds as patience allows. */
  NO_IMPROVEMENT("validation loss no longer falling"),
  /** The thread was interrupted; the best epoch or round until then was kept. */
  INTERRUPTED("interrupted, best until then kept");

  private final String words;

  StopReason(String words) {
    this.words = words;
  }

  @Override
  public String toString() {
    return words;
  }
}
