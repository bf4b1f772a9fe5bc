// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training;

/** Why a training run ended. */
public enum StopReason {
  /** All epochs asked for were run. */
  EPOCHS_DONE("all epochs done"),
  /** The validation loss had not fallen for as many epochs as patience allows. */
  NO_IMPROVEMENT("validation loss no longer falling"),
  /** The thread was interrupted; the best epoch until then was kept. */
  INTERRUPTED("interrupted, best epoch kept");

  private final String words;

  StopReason(String words) {
    this.words = words;
  }

  @Override
  public String toString() {
    return words;
  }
}
