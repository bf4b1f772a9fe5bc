// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.display;

import java.util.List;
import java.util.Set;
import org.decisionlab.kernel.display.HtmlTable.Column;
import org.dflib.jjava.jupyter.kernel.display.DisplayDataRenderable;
import org.dflib.jjava.jupyter.kernel.display.RenderContext;
import org.dflib.jjava.jupyter.kernel.display.mime.MIMEType;

/**
 * The part of a table that is shown, and what is known of the rest.
 *
 * @param columns the columns shown
 * @param rows the rows shown: one text for each column
 * @param rest what is not shown
 */
public record TableView(List<Column> columns, List<List<String>> rows, Rest rest)
    implements DisplayDataRenderable {

  private static final int MOST_CHARACTERS = 48;
  private static final int WIDTH = 160;

  /**
   * What a table has beyond what is shown.
   *
   * @param rows number of rows not shown; {@link #UNKNOWN} where there are more and nobody has
   *     counted them
   * @param columns number of columns not shown
   * @param how how to see them, as code of a cell; empty for nothing to say
   */
  public record Rest(long rows, int columns, String how) {

    /** There are more rows, and counting them is not for free. */
    public static final long UNKNOWN = -1;

    /** Nothing is left out. */
    public static final Rest NONE = new Rest(0, 0, "");

    /** The line that tells it; empty when nothing is left out. */
    public String text() {
      String more = rows == UNKNOWN ? "more rows" : rows == 0 ? "" : counted(rows, "row");
      String both = columns == 0 ? more : join(more, counted(columns, "column"));
      return both.isEmpty() || how.isEmpty() ? both : both + ": " + how;
    }

    private static String counted(long count, String what) {
      return NumberText.counted(count, "more " + what);
    }

    private static String join(String rows, String columns) {
      return rows.isEmpty() ? columns : rows + ", " + columns;
    }
  }

  /** Copies its lists. */
  public TableView {
    columns = List.copyOf(columns);
    rows = rows.stream().map(List::copyOf).toList();
    for (List<String> row : rows) {
      if (row.size() != columns.size()) {
        throw new IllegalArgumentException(
            "a row has " + row.size() + " cells, the table " + columns.size() + " columns");
      }
    }
  }

  /**
   * A view of a table whose size is known.
   *
   * @param columns the columns shown
   * @param rows the rows shown
   * @param totalRows number of rows that there are
   * @param totalColumns number of columns that there are
   */
  public static TableView of(
      List<Column> columns, List<List<String>> rows, long totalRows, int totalColumns) {
    long moreRows = Math.max(0, totalRows - rows.size());
    int moreColumns = Math.max(0, totalColumns - columns.size());
    String how = how(moreRows == 0 ? 0 : totalRows, moreColumns == 0 ? 0 : totalColumns);
    return new TableView(columns, rows, new Rest(moreRows, moreColumns, how));
  }

  /**
   * The code that shows more of a value.
   *
   * @param rows how many rows are wanted; 0 for no more than now
   * @param columns how many columns are wanted; 0 for no more than now
   */
  public static String how(long rows, int columns) {
    String wanted =
        (rows == 0 ? "" : ".rows(" + Math.min(rows, 1_000) + ")")
            + (columns == 0 ? "" : ".columns(" + columns + ")");
    return wanted.isEmpty() ? "" : "display(x, limits()" + wanted + ")";
  }

  @Override
  public Set<MIMEType> getSupportedRenderTypes() {
    return Set.of(MIMEType.TEXT_HTML, MIMEType.TEXT_PLAIN);
  }

  @Override
  public void render(RenderContext context) {
    context.renderIfRequested(MIMEType.TEXT_HTML, this::toHtml);
    context.renderIfRequested(MIMEType.TEXT_PLAIN, this::toText);
  }

  @Override
  public String toString() {
    return toText();
  }

  /** The table as HTML; everything in it is escaped. */
  public String toHtml() {
    return HtmlTable.write(this);
  }

  /** The table as lines of text, columns under each other; as many columns as fit. */
  public String toText() {
    int[] widths = new int[columns.size()];
    int shown = 0;
    int used = 0;
    for (int c = 0; c < widths.length; c++) {
      widths[c] = width(c);
      used += widths[c] + 2;
      if (c > 0 && used > WIDTH) {
        break;
      }
      shown++;
    }
    StringBuilder text = new StringBuilder();
    appendLine(text, columns.stream().map(Column::name).toList(), widths, shown);
    if (columns.stream().anyMatch(column -> !column.type().isEmpty())) {
      appendLine(text, columns.stream().map(Column::type).toList(), widths, shown);
    }
    for (List<String> row : rows) {
      appendLine(text, row, widths, shown);
    }
    int hidden = columns.size() - shown + rest.columns();
    String left = new Rest(rest.rows(), hidden, rest.how()).text();
    return left.isEmpty() ? text.toString().stripTrailing() : text.append(left).toString();
  }

  private int width(int column) {
    Column head = columns.get(column);
    int width = Math.max(cell(head.name()).length(), cell(head.type()).length());
    for (List<String> row : rows) {
      width = Math.max(width, cell(row.get(column)).length());
    }
    return width;
  }

  private void appendLine(StringBuilder text, List<String> cells, int[] widths, int shown) {
    int start = text.length();
    for (int c = 0; c < shown; c++) {
      String cell = cell(cells.get(c));
      String padding = " ".repeat(widths[c] - cell.length());
      text.append(c == 0 ? "" : "  ");
      text.append(columns.get(c).number() ? padding + cell : cell + padding);
    }
    while (text.length() > start && text.charAt(text.length() - 1) == ' ') {
      text.setLength(text.length() - 1);
    }
    text.append('\n');
  }

  private static String cell(String text) {
    return TextCut.line(text, MOST_CHARACTERS);
  }
}
