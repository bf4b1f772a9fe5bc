// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture.runtime;

import java.io.ObjectOutputStream;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/**
 * The driver's side of the cells: it knows the variables as they are now. The class loader of the
 * cells, or one above it, implements this on the driver; on executors none does.
 */
public interface CellHome {

  /**
   * Reads or assigns a variable as it is now on the driver, also after its redefinition.
   *
   * @return a handle of the type of the site
   */
  MethodHandle live(VariableSite site);

  /** Calls a method of the notebook as it is now on the driver. */
  MethodHandle live(MethodSite site);

  /**
   * A copy of a class of a cell that is linked with the classes declared now.
   *
   * @param name its binary name
   */
  Class<?> copy(String name) throws ClassNotFoundException;

  /**
   * Code of a cell is about to call a method of Spark that may compute something.
   *
   * @param data the object whose method is called; {@code null} if there is none
   * @return the object to call the method of
   */
  @Nullable Object action(@Nullable Object data);

  /**
   * Where the search for the variables of a function begins whose objects can hold no snapshot.
   *
   * @param type a class of the cells
   * @return {@code null} if libraries do not know of such functions, or they reach nothing
   */
  @Nullable CellRoot bare(Class<?> type);

  /**
   * Why a function must not run on the driver, where it is not linked with what is declared now;
   * {@code null} if it may.
   */
  @Nullable String former(CellRoot root);

  /**
   * The values that a function reaches now, each written on its own. One stream gets one copy of
   * each value.
   */
  Carried carry(CellRoot root, ObjectOutputStream out);

  /** The home of the classes of a loader, or {@code null} on an executor. */
  static @Nullable CellHome of(@Nullable ClassLoader loader) {
    for (ClassLoader each = loader; each != null; each = each.getParent()) {
      if (each instanceof CellHome home) {
        return home;
      }
    }
    return null;
  }
}
