// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.cell;

import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** How the code of cells reaches executors. */
public interface CarriedCode {

  /** The directory from which executors load the classes of cells. */
  Path cellClasses();

  /**
   * Registers who hears of every function that is serialized with what it needs.
   *
   * @param listener called on the thread that serializes, while it does; must be quick
   */
  void onCarried(Consumer<? super CarriedMoment> listener);

  /** The variables and methods as they are now. */
  CarriedPresent present();

  /**
   * Calls a listener before code of a cell calls a method of Spark that may compute something.
   *
   * @param listener called on the thread of that code with the object whose method is called, or
   *     {@code null}; gives back the object whose method is to be called
   */
  void beforeActions(UnaryOperator<@Nullable Object> listener);
}
