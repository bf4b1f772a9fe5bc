// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.progress;

import java.util.Optional;

/**
 * A place where trainings are shown, such as the output of a notebook's cell. Found by {@link
 * java.util.ServiceLoader}.
 */
public interface TrainingDisplays {

  /**
   * Makes a display for a training that begins.
   *
   * @return nothing where this place is not there, such as a notebook in a program without one
   */
  Optional<TrainingDisplay> open(TrainingOutline outline);
}
