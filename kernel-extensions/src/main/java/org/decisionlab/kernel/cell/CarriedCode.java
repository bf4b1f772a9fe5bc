// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.cell;

import java.nio.file.Path;

/** How the code of cells reaches executors. */
public interface CarriedCode {

  /** The directory from which executors load the classes of cells. */
  Path cellClasses();

  /** Adds a listener; adding it twice has no further effect. */
  void addListener(CarriedListener listener);

  /** Removes a listener. */
  void removeListener(CarriedListener listener);

  /** The variables and methods as they are now. */
  CarriedPresent present();
}
