// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.cell;

import java.nio.file.Path;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.jspecify.annotations.Nullable;

/**
 * What an extension may ask of this kernel beyond the magics registry and the renderer. An
 * extension gets it in {@code install(kernel)} by {@link #of(BaseKernel)}.
 */
public interface KernelScope {

  /** The running cell, or the last one when none runs. */
  CellContext cell();

  /**
   * Evaluates Java in the scope of the cells, on the cell thread: imports, declarations,
   * expressions. Called from another thread, it waits until the running cell has ended.
   *
   * @return the value of the last expression, {@code null} where there is none
   * @throws Exception what the code threw, or the reason why it does not compile
   */
  @Nullable Object evaluate(String code) throws Exception;

  /**
   * Declares a variable of the cells, or replaces it. Assigning anew under the same type keeps the
   * code that uses the variable valid.
   *
   * @param name a Java identifier
   * @param type its declared type as Java source, such as {@code Dataset<Row>}; names must be
   *     qualified or imported in the cells
   * @param value its value
   * @throws Exception if the declaration does not compile or the value is of another type
   */
  void bind(String name, String type, @Nullable Object value) throws Exception;

  /**
   * The directory from which executors load the classes of cells; it is complete before a class is
   * used.
   */
  Path cellClasses();

  /** Adds a listener of cells; adding it twice has no further effect. */
  void addListener(CellListener listener);

  /** Removes a listener of cells. */
  void removeListener(CellListener listener);

  /**
   * The scope of a kernel.
   *
   * @throws IllegalArgumentException if the kernel is not a Decision Lab kernel
   */
  static KernelScope of(BaseKernel kernel) {
    if (kernel instanceof KernelScope scope) {
      return scope;
    }
    throw new IllegalArgumentException(
        "this extension needs the Decision Lab kernel, but was installed in "
            + kernel.getClass().getName());
  }
}
