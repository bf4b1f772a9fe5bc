// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.cell;

import java.util.Set;

/** What a function of a cell took with it when it was serialized. */
public interface CarriedMoment {

  /**
   * The names of the variables and methods that the function would take with it in another state
   * now. It costs about what serializing the function costs.
   */
  Set<String> changed();
}
