// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.progress;

/** Shows one training. It is called by the training's thread and must be quick. */
public interface TrainingDisplay {

  /**
   * Part of a round is done.
   *
   * @param done steps of the round that are done
   * @param total steps of the round
   */
  void progress(long done, long total);

  /** A round is done. */
  void round(TrainingRound round);

  /**
   * The training is over.
   *
   * @param outcome what became of it, a few words
   */
  void ended(String outcome);
}
