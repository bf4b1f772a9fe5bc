// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.wire;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What rounding to floats of 32 bits has taken from rows as a client wrote them. Rows and columns
 * are those of the values. It may read the rows again, so it is asked where that matters only.
 */
@FunctionalInterface
public interface Rounding {

  /** Of rows that came as floats. */
  Rounding NONE = () -> new BigDecimal[0][];

  /**
   * The numbers as they are written; null where the float is all there is: where the value is
   * missing or no number, or the client said that it is a float of 32 bits or fewer. No rows where
   * all came as floats.
   */
  @Nullable BigDecimal[][] written();

  /**
   * 1 where the client said that a number is of a type of which this one is no float of 32 bits,
   * else 0. No rows where there is none.
   */
  default float[][] lost() {
    return new float[0][];
  }
}
