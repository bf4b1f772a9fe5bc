// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.assist;

/**
 * Whether a cell can run as it is, in the words of the protocol.
 *
 * @param status {@code complete}, {@code incomplete}, {@code invalid} or {@code unknown}
 * @param indent white space with which the next line of an incomplete cell should begin
 */
public record Completeness(String status, String indent) {

  static final Completeness COMPLETE = new Completeness("complete", "");
  static final Completeness INVALID = new Completeness("invalid", "");
  static final Completeness UNKNOWN = new Completeness("unknown", "");

  static Completeness incomplete(String indent) {
    return new Completeness("incomplete", indent);
  }

  /** The body of a cell magic ends with a blank line, as in IPython. */
  static Completeness ofCellMagic(String code) {
    int last = code.lastIndexOf('\n');
    boolean blank = last >= 0 && code.substring(last).isBlank();
    return blank ? COMPLETE : incomplete("");
  }
}
