// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.wire;

/**
 * Tells which numbers of rows a client wrote otherwise than floats of 32 bits have them. It is
 * asked for models that take numbers of 64 bits only, because it reads the rows again.
 */
@FunctionalInterface
public interface Rounding {

  /** Of rows that came as floats. */
  Rounding NONE = () -> new float[0][];

  /**
   * Rows and columns like those of the values: 1 where a number was rounded, 0 where it was not. No
   * rows where none was.
   */
  float[][] rounded();
}
