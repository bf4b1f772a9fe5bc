// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

/**
 * A piece of a cell that is compiled as one: a declaration, a statement, an expression.
 *
 * @param cell the cell
 * @param source its Java source
 * @param offset where the source begins in the cell, in characters
 * @param form what it is
 */
record Fragment(CellText cell, String source, int offset, Form form) {

  /** What a fragment is, as far as its syntax tells. */
  enum Form {
    /** Import, method, field-like or type declaration. */
    DECLARATION,
    /** A statement that declares nothing and can stand beside others in a block. */
    STATEMENT,
    /** An expression without semicolon, whose value is shown. */
    EXPRESSION,
    /** Not Java. */
    BROKEN
  }

  /** Line in the cell of an offset into the source, from 1. */
  int line(int sourceOffset) {
    return cell.lineOf(offset + sourceOffset);
  }
}
