// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark;

import java.util.List;
import org.decisionlab.kernel.display.HtmlTable;
import org.decisionlab.kernel.display.Markup;
import org.decisionlab.kernel.display.TableView;
import org.dflib.jjava.jupyter.kernel.display.DisplayDataRenderable;

/** Small tables of texts. */
final class Listing {

  private Listing() {}

  /**
   * A table of all rows.
   *
   * @param columns what is in the head
   * @param rows the cells
   * @param nothing what is said where there are no rows
   */
  static DisplayDataRenderable of(
      List<HtmlTable.Column> columns, List<List<String>> rows, String nothing) {
    return rows.isEmpty()
        ? Markup.plain(nothing)
        : new TableView(columns, rows, TableView.Rest.NONE);
  }

  /** A column of text. */
  static HtmlTable.Column text(String name) {
    return new HtmlTable.Column(name, "", false);
  }

  /** A column of numbers. */
  static HtmlTable.Column number(String name) {
    return new HtmlTable.Column(name, "", true);
  }
}
