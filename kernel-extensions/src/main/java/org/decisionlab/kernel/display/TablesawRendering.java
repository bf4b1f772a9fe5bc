// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.display;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.dflib.jjava.jupyter.kernel.display.RenderContext;
import org.dflib.jjava.jupyter.kernel.display.mime.MIMEType;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.FloatColumn;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.AbstractColumn;
import tech.tablesaw.columns.Column;
import tech.tablesaw.table.Relation;

/** Shows Tablesaw tables: the first rows, with the types of the columns. */
final class TablesawRendering {

  private TablesawRendering() {}

  static void register(KernelRenderer renderer) {
    renderer
        .createRegistration(Relation.class)
        .preferring(MIMEType.TEXT_HTML)
        .register(TablesawRendering::render);
    renderer
        .createRegistration(AbstractColumn.class)
        .preferring(MIMEType.TEXT_HTML)
        .register((column, context) -> render(Table.create(column.name(), column), context));
  }

  private static void render(Relation table, RenderContext context) {
    TableView view = view(table, DisplayLimits.of(context));
    context.renderIfRequested(MIMEType.TEXT_HTML, () -> view.toHtml());
    context.renderIfRequested(MIMEType.TEXT_PLAIN, () -> view.toText() + shape(table));
  }

  private static TableView view(Relation table, DisplayLimits limits) {
    int shownColumns = Math.min(table.columnCount(), limits.columns());
    int shownRows = Math.min(table.rowCount(), limits.rows());
    List<HtmlTable.Column> columns = new ArrayList<>();
    for (int c = 0; c < shownColumns; c++) {
      Column<?> column = table.column(c);
      String type = column.type().name().toLowerCase(Locale.ROOT);
      columns.add(new HtmlTable.Column(column.name(), type, column instanceof NumericColumn));
    }
    List<List<String>> rows = new ArrayList<>();
    for (int r = 0; r < shownRows; r++) {
      List<String> row = new ArrayList<>();
      for (int c = 0; c < shownColumns; c++) {
        row.add(text(table.column(c), r, limits.digits()));
      }
      rows.add(row);
    }
    return TableView.of(columns, rows, table.rowCount(), table.columnCount());
  }

  private static String text(Column<?> column, int row, int digits) {
    try {
      boolean real = column instanceof DoubleColumn || column instanceof FloatColumn;
      if (!real || column.isMissing(row)) {
        return column.getString(row);
      }
      return NumberText.of(((NumericColumn<?>) column).getDouble(row), digits);
    } catch (RuntimeException e) {
      return "(cannot be read: " + PlainText.message(e) + ")";
    }
  }

  private static String shape(Relation table) {
    String rows = NumberText.counted(table.rowCount(), "row");
    return "\n[" + rows + ", " + NumberText.counted(table.columnCount(), "column") + "]";
  }
}
