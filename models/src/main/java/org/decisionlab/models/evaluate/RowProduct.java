// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.evaluate;

import java.util.Optional;
import java.util.ServiceLoader;

/**
 * A row times a matrix, plus a bias: for each output the bias, then the products input by input, in
 * this order, each rounded. All ways to do it give the same bits.
 */
interface RowProduct {

  /** The module that the one with vectors needs; a JVM has it when it is told to. */
  String VECTOR_MODULE = "jdk.incubator.vector";

  /**
   * Multiplies.
   *
   * @param row the inputs
   * @param weights an array of the outputs' weights for each input
   * @param bias one number for each output
   * @param sums where the outputs go
   */
  void into(float[] row, float[][] weights, float[] bias, float[] sums);

  /** The one with vectors where the JVM has them, else loops. */
  static RowProduct best() {
    if (ModuleLayer.boot().findModule(VECTOR_MODULE).isEmpty()) {
      return new LoopProduct();
    }
    Optional<RowProduct> vectors =
        ServiceLoader.load(RowProduct.class, RowProduct.class.getClassLoader()).findFirst();
    return vectors.orElseGet(LoopProduct::new);
  }
}
