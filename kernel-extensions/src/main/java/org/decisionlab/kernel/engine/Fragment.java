// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A piece of a cell that is compiled as one: a declaration, a statement, an expression.
 *
 * @param cell the cell
 * @param source its Java source
 * @param offset where the source begins in the cell, in characters
 * @param form what it is
 * @param parts the fragments that were joined to this one; empty for one that was not joined
 */
record Fragment(CellText cell, String source, int offset, Form form, List<Fragment> parts) {

  Fragment(CellText cell, String source, int offset, Form form) {
    this(cell, source, offset, form, List.of());
  }

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

  /**
   * Joins statements that follow each other to one block, which the compiler sees once. The brace
   * stands before the first character, so that positions differ by one and lines not at all.
   */
  static List<Fragment> join(List<Fragment> fragments) {
    List<Fragment> joined = new ArrayList<>();
    List<Fragment> block = new ArrayList<>();
    for (Fragment fragment : fragments) {
      boolean follows = block.isEmpty() || block.get(block.size() - 1).end() == fragment.offset;
      if (fragment.form != Form.STATEMENT || !follows) {
        close(block, joined);
      }
      if (fragment.form == Form.STATEMENT) {
        block.add(fragment);
      } else {
        joined.add(fragment);
      }
    }
    close(block, joined);
    return joined;
  }

  private static void close(List<Fragment> block, List<Fragment> joined) {
    if (block.size() > 1) {
      Fragment first = block.get(0);
      String source =
          block.stream().map(Fragment::source).collect(Collectors.joining("", "{", "\n}"));
      joined.add(
          new Fragment(first.cell, source, first.offset - 1, Form.STATEMENT, List.copyOf(block)));
    } else {
      joined.addAll(block);
    }
    block.clear();
  }

  private int end() {
    return offset + source.length();
  }

  /** Line in the cell of an offset into the source, from 1. */
  int line(int sourceOffset) {
    return cell.lineOf(offset + sourceOffset);
  }
}
