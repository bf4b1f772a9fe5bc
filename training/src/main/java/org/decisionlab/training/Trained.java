// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training;

import java.util.List;
import org.decisionlab.core.feature.FeatureMap;

/**
 * A model that estimates probabilities, whatever it was trained with, and the story of its
 * training: what the export of a model needs.
 */
public interface Trained {

  /** The features, in the order the model sees them. */
  FeatureMap features();

  /** How it was trained. */
  TrainingRecord training();

  /** One result per epoch or round, in order. */
  default List<EpochResult> history() {
    return training().history();
  }

  /** The epoch or round that was kept. */
  default EpochResult best() {
    return training().best();
  }

  /**
   * For each row the probability of reuse, or of each of the outcomes that {@link
   * TrainingRecord#outcomes} names, in that order.
   *
   * @param rows values in the order of {@link #features()}, row after row
   * @return the answers, row after row
   */
  float[] predict(float[] rows);
}
