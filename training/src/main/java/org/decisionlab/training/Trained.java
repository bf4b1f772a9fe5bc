// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training;

import org.decisionlab.core.feature.FeatureMap;

/**
 * A model that estimates the probability of reuse, whatever it was trained with, and the story of
 * its training: what the export of a model needs.
 */
public interface Trained {

  /** The features, in the order the model sees them. */
  FeatureMap features();

  /** How it was trained. */
  TrainingRecord training();

  /**
   * Probability of reuse for each row.
   *
   * @param rows values in the order of {@link #features()}, row after row
   */
  float[] predict(float[] rows);
}
