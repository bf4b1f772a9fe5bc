// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.fuzz;

import java.util.SplittableRandom;

/**
 * An endless, reproducible row of cells: the same seed and number give the same cell.
 *
 * @param seed any number
 */
record RandomCells(long seed) {

  /** The cell with this number. */
  String cell(int number) {
    SplittableRandom random = random(number);
    JavaCells java = new JavaCells(random);
    OddCells odd = new OddCells(random);
    int kind = random.nextInt(100);
    if (kind < 40) {
      return java.cell();
    }
    if (kind < 65) {
      return odd.mutated(java.cell());
    }
    if (kind < 80) {
      return odd.magics(java.cell());
    }
    if (kind < 88) {
      return odd.noise();
    }
    if (kind < 94) {
      return odd.unbalanced(java.cell());
    }
    return kind < 99 ? odd.excess() : odd.endless();
  }

  /** What else is random about this number. */
  SplittableRandom random(int number) {
    return new SplittableRandom(seed * 1_000_003 + number);
  }
}
