// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.core.feature;

import java.io.Serializable;

/**
 * One input of a model.
 *
 * @param quantity what it measures
 * @param scaling scale it is brought to
 * @param whenMissing its value, already on that scale, when the quantity is not known
 */
public record Feature(Quantity quantity, Scaling scaling, double whenMissing)
    implements Serializable {

  /** Refuses a value that is not finite. */
  public Feature {
    if (!Double.isFinite(whenMissing)) {
      throw new IllegalArgumentException(
          quantity.word() + ": whenMissing must be finite: " + whenMissing);
    }
  }

  /** Name of the feature. */
  public String name() {
    return quantity.word();
  }
}
