// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.display;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.decisionlab.kernel.display.HtmlTable.Column;
import org.dflib.jjava.jupyter.kernel.display.RenderContext;
import org.dflib.jjava.jupyter.kernel.display.mime.MIMEType;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.FloatColumn;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.AbstractColumn;
import tech.tablesaw.table.Relation;

/** Shows Tablesaw tables: the first rows, with the types of the columns. */
final class TablesawRendering {

  private static final int MAX_ROWS = 20;
  private static final int MAX_COLUMNS = 40;
  private static final int DIGITS = 6;

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
    int shownColumns = Math.min(table.columnCount(), MAX_COLUMNS);
    int shownRows = Math.min(table.rowCount(), MAX_ROWS);
    List<Column> columns = new ArrayList<>();
    for (int c = 0; c < shownColumns; c++) {
      var column = table.column(c);
      columns.add(
          new Column(
              column.name(),
              column.type().name().toLowerCase(Locale.ROOT),
              column instanceof NumericColumn));
    }
    List<List<String>> rows = new ArrayList<>();
    for (int r = 0; r < shownRows; r++) {
      List<String> row = new ArrayList<>();
      for (int c = 0; c < shownColumns; c++) {
        row.add(text(table.column(c), r));
      }
      rows.add(row);
    }
    context.renderIfRequested(
        MIMEType.TEXT_HTML,
        () -> HtmlTable.write(columns, rows, table.rowCount(), table.columnCount()));
    context.renderIfRequested(
        MIMEType.TEXT_PLAIN,
        () -> PlainText.of(table.first(shownRows).print(MAX_ROWS)) + shape(table));
  }

  /** Six digits tell a measured number; digits before the point are never cut. */
  private static String text(tech.tablesaw.columns.Column<?> column, int row) {
    boolean real = column instanceof DoubleColumn || column instanceof FloatColumn;
    if (!real || column.isMissing(row)) {
      return column.getString(row);
    }
    double value = ((NumericColumn<?>) column).getDouble(row);
    if (!Double.isFinite(value) || value == 0) {
      return column.getString(row);
    }
    BigDecimal exact = new BigDecimal(value);
    int whole = Math.max(exact.precision() - exact.scale(), DIGITS);
    BigDecimal shown = exact.round(new MathContext(whole)).stripTrailingZeros();
    boolean plain = Math.abs(value) >= 1e-4 && Math.abs(value) < 1e15;
    return plain ? shown.toPlainString() : shown.toString();
  }

  private static String shape(Relation table) {
    return "\n[" + table.rowCount() + " rows, " + table.columnCount() + " columns]";
  }
}
