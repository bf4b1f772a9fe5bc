// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import org.jspecify.annotations.Nullable;

/**
 * A piece of a cell: one declaration, one statement, one expression.
 *
 * @param cell the cell
 * @param source its Java source, with what stands before it
 * @param offset where the source begins in the cell, in characters
 * @param form what it is
 * @param variable name of the variable, if it declares a single one with a value and nothing else
 */
record Fragment(CellText cell, String source, int offset, Form form, @Nullable String variable) {

  Fragment(CellText cell, String source, int offset, Form form) {
    this(cell, source, offset, form, null);
  }

  /** What a fragment is, as far as its syntax tells. */
  enum Form {
    /** Declaration of variables. */
    VARIABLE,
    /** Declaration of a type. */
    TYPE,
    /** What stands in no body: a method, or a declaration with modifiers. */
    MEMBER,
    /** An import. */
    IMPORT,
    /** A statement that declares nothing and can stand beside others in a block. */
    STATEMENT,
    /** An expression without semicolon, whose value is shown. */
    EXPRESSION,
    /** A statement with a return in it, which a cell has nowhere to go to. */
    RETURN,
    /** Not Java. */
    BROKEN
  }

  /** Whether it declares something. */
  boolean declares() {
    return form == Form.VARIABLE || form == Form.TYPE || form == Form.MEMBER || form == Form.IMPORT;
  }

  /** Line in the cell of an offset into the source, from 1; lines may be longer than they were. */
  int line(int sourceOffset) {
    long further = source.substring(0, sourceOffset).chars().filter(each -> each == '\n').count();
    return cell.lineOf(offset) + (int) further;
  }

  /** Where in the source its first character stands that is not white space. */
  int leadingSpace() {
    return source.length() - source.stripLeading().length();
  }
}
