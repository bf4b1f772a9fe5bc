// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A piece of a cell: one declaration, one statement, one expression.
 *
 * @param cell the cell
 * @param source its Java source, with what stands before it
 * @param offset where the source begins in the cell, in characters
 * @param form what it is
 * @param variable name of the variable, if it declares a single one with a value and nothing else
 * @param constructors where in the source constructors of its record stand without a modifier
 */
record Fragment(
    CellText cell,
    String source,
    int offset,
    Form form,
    @Nullable String variable,
    List<Integer> constructors) {

  private static final String PUBLIC = "public ";

  Fragment(CellText cell, String source, int offset, Form form) {
    this(cell, source, offset, form, null, List.of());
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

  /**
   * The source as JShell takes it. JShell makes records public; their canonical constructors must
   * then be public, too.
   */
  String compiled() {
    StringBuilder text = new StringBuilder(source);
    for (int i = constructors.size() - 1; i >= 0; i--) {
      text.insert(constructors.get(i), PUBLIC);
    }
    return text.toString();
  }

  /** Place in the cell of an offset into the compiled source. */
  int place(int compiledOffset) {
    int sourceOffset = compiledOffset;
    for (int each : constructors) {
      if (sourceOffset > each) {
        sourceOffset = Math.max(each, sourceOffset - PUBLIC.length());
      }
    }
    return offset + sourceOffset;
  }

  /** Line in the cell of an offset into the compiled source, from 1. */
  int line(int compiledOffset) {
    return cell.lineOf(place(compiledOffset));
  }

  /** Where in the source its first character stands that is not white space. */
  int leadingSpace() {
    return source.length() - source.stripLeading().length();
  }
}
