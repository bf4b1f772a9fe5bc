// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark;

import java.util.List;
import org.decisionlab.kernel.display.HtmlTable;

/**
 * A small table of texts.
 *
 * @param columns what is in the head
 * @param rows the cells
 * @param nothing what is said where there are no rows
 */
record Listing(List<HtmlTable.Column> columns, List<List<String>> rows, String nothing) {

  Listing {
    columns = List.copyOf(columns);
    rows = rows.stream().map(List::copyOf).toList();
  }

  /** A column of text. */
  static HtmlTable.Column text(String name) {
    return new HtmlTable.Column(name, "", false);
  }

  /** A column of numbers. */
  static HtmlTable.Column number(String name) {
    return new HtmlTable.Column(name, "", true);
  }

  /** The table as HTML. */
  String toHtml() {
    return rows.isEmpty()
        ? HtmlTable.escape(nothing)
        : HtmlTable.write(columns, rows, rows.size(), columns.size());
  }

  @Override
  public String toString() {
    if (rows.isEmpty()) {
      return nothing;
    }
    StringBuilder text = new StringBuilder();
    text.append(String.join("\t", columns.stream().map(HtmlTable.Column::name).toList()));
    rows.forEach(row -> text.append('\n').append(String.join("\t", row)));
    return text.toString();
  }
}
