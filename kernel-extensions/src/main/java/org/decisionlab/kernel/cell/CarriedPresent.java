// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.cell;

import java.util.Set;

/** The variables and methods of the notebook at one moment; each is looked at once at most. */
public interface CarriedPresent {

  /** The names of what a function would take with it in another state now. */
  Set<String> changedSince(CarriedMoment moment);
}
