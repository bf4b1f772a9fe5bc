// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.cell;

import java.nio.file.Path;
import java.util.Collection;
import java.util.OptionalLong;
import java.util.function.Predicate;

/** How the code of cells reaches executors. */
public interface CarriedCode {

  /** The directory from which executors load the classes of cells. */
  Path cellClasses();

  /** Adds a listener; adding it twice has no further effect. */
  void addListener(CarriedListener listener);

  /** Removes a listener. */
  void removeListener(CarriedListener listener);

  /**
   * What functions hold by themselves, fields and captured local variables, as a number that tells
   * it from others; variables of the notebook are no part of it.
   *
   * @param functions the functions, in their order, and what else is around them
   * @param left what of that is no part of them
   * @return empty where no code of a cell is among them, or they cannot be serialized
   */
  OptionalLong stateOf(Collection<?> functions, Predicate<Object> left);

  /** The variables and methods as they are now. */
  CarriedPresent present();
}
