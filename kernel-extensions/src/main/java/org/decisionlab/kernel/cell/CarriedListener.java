// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.cell;

import org.jspecify.annotations.Nullable;

/** Hears of the code of cells on its way to executors. */
public interface CarriedListener {

  /**
   * Called when a function is serialized with what it needs, on the thread that does, while it
   * does; must be quick.
   */
  void carried(CarriedMoment moment);

  /**
   * Called before code of a cell calls a method of Spark that may compute something, on the thread
   * of that code.
   *
   * @param data the object whose method is called, or {@code null}
   * @return the object whose method is to be called
   */
  @Nullable Object beforeAction(@Nullable Object data);
}
