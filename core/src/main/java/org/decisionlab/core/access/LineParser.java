// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.core.access;

/** Turns one line of a text format into a row. It never keeps the line. */
@FunctionalInterface
interface LineParser {

  /**
   * Parses one line that is not blank.
   *
   * @throws RowException when the line is not a record of the format
   */
  RecordReader.Row parse(String line) throws RowException;
}
