// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.data;

import java.io.Serializable;
import org.decisionlab.core.access.AccessFormat;

/**
 * One file to read.
 *
 * @param index its place among the files of a reading, from 0
 * @param path absolute path
 * @param format its format
 */
record InputFile(int index, String path, AccessFormat format) implements Serializable {

  /** Rows of one file that can be numbered; the numbers of the next file start above. */
  private static final int ROW_BITS = 40;

  /** The number of a row, unique in a reading and rising with file and row. */
  long sequence(long row) {
    return ((long) index << ROW_BITS) + row;
  }
}
