// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.display;

import java.util.List;

/**
 * Writes a table in HTML: everything escaped, numbers to the right, colours of the theme, and a
 * line that says what is not shown.
 */
public final class HtmlTable {

  private static final String STYLE =
      "border-collapse:collapse;font-size:12px;color:inherit;background:transparent";
  private static final String CELL =
      "padding:2px 8px;border:none;white-space:pre;max-width:40em;"
          + "overflow:hidden;text-overflow:ellipsis;";
  private static final String LINE = "border-bottom:1px solid rgba(128,128,128,.35);";

  private HtmlTable() {}

  /**
   * One column.
   *
   * @param name shown in the head
   * @param type shown small under the name; empty for none
   * @param number whether its values stand to the right
   */
  public record Column(String name, String type, boolean number) {}

  /**
   * Writes a table.
   *
   * @param columns what is in the head
   * @param rows the cells that are shown, as text
   * @param totalRows number of rows that there are
   * @param totalColumns number of columns that there are
   */
  public static String write(
      List<Column> columns, List<List<String>> rows, long totalRows, int totalColumns) {
    StringBuilder html = new StringBuilder();
    html.append("<table class=\"decisionlab-table\" style=\"").append(STYLE).append("\">");
    html.append("<thead><tr>");
    for (Column column : columns) {
      html.append("<th style=\"").append(CELL).append(LINE).append(align(column)).append("\">");
      html.append(escape(column.name));
      if (!column.type.isEmpty()) {
        html.append("<br><span style=\"font-weight:normal;opacity:.6\">");
        html.append(escape(column.type)).append("</span>");
      }
      html.append("</th>");
    }
    html.append("</tr></thead><tbody>");
    for (List<String> row : rows) {
      html.append("<tr>");
      for (int i = 0; i < columns.size(); i++) {
        html.append("<td style=\"").append(CELL).append(align(columns.get(i))).append("\">");
        html.append(escape(row.get(i))).append("</td>");
      }
      html.append("</tr>");
    }
    html.append("</tbody></table>");
    return html.append(remark(columns.size(), rows.size(), totalRows, totalColumns)).toString();
  }

  /** Text as HTML shows it: no character of it is markup. */
  public static String escape(String text) {
    StringBuilder escaped = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> escaped.append("&amp;");
        case '<' -> escaped.append("&lt;");
        case '>' -> escaped.append("&gt;");
        case '"' -> escaped.append("&quot;");
        case '\'' -> escaped.append("&#39;");
        // Mathematics is not looked for in data.
        case '$' -> escaped.append("<span>$</span>");
        default -> escaped.append(c);
      }
    }
    return escaped.toString();
  }

  private static String align(Column column) {
    return column.number ? "text-align:right" : "text-align:left";
  }

  private static String remark(int columns, int rows, long totalRows, int totalColumns) {
    StringBuilder remark = new StringBuilder();
    if (totalRows > rows) {
      remark.append(String.format("%,d more rows", totalRows - rows));
    }
    if (totalColumns > columns) {
      remark.append(remark.isEmpty() ? "" : ", ").append(totalColumns - columns);
      remark.append(" more columns");
    }
    return remark.isEmpty()
        ? ""
        : "<div style=\"font-size:12px;opacity:.7;padding:2px 8px\">" + remark + "</div>";
  }
}
