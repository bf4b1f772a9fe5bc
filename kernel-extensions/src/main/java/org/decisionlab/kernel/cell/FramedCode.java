// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.cell;

/**
 * Code of a user between words that he has not written, such as a loop around what is measured.
 * Places in errors are those of his words alone.
 *
 * @param before what stands before the code, in one line
 * @param code the user's words
 * @param after what stands after them
 */
public record FramedCode(String before, String code, String after) {

  /** Checks that lines stay what they are. */
  public FramedCode {
    if (before.contains("\n") || before.contains("\r")) {
      throw new IllegalArgumentException("what stands before the code must be one line");
    }
  }

  /** Code without a frame. */
  public static FramedCode of(String code) {
    return new FramedCode("", code, "");
  }
}
