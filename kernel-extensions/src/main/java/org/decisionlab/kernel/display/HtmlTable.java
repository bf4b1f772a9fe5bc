// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.display;

import java.util.List;

/**
 * Writes a table in HTML: everything escaped, numbers to the right, colours of the theme, and a
 * line that says what is not shown.
 */
public final class HtmlTable {

  private static final int MOST_CHARACTERS = 72;

  /** A longer text may be wider than its column: the whole of it is there for the pointer. */
  private static final int SURELY_SEEN = 50;

  private static final int MOST_CHARACTERS_OF_TITLE = 2_000;

  private static final String STYLE =
      """
      <style>\
      table.decisionlab-table.decisionlab-table{border-collapse:collapse;border:none;\
      font-size:12px;margin:0;color:var(--jp-content-font-color1,inherit);\
      font-variant-numeric:tabular-nums}\
      table.decisionlab-table.decisionlab-table :is(th,td){padding:2px 8px;border:none;\
      white-space:pre;vertical-align:top;text-align:left;max-width:60em;overflow:hidden;\
      text-overflow:ellipsis}\
      table.decisionlab-table.decisionlab-table th{background:transparent;\
      border-bottom:1px solid var(--jp-border-color1,rgba(128,128,128,.5))}\
      table.decisionlab-table.decisionlab-table .dl-n{text-align:right}\
      .decisionlab-table .dl-t{font-weight:normal;opacity:.7}\
      .decisionlab-rest{font-size:12px;opacity:.75;padding:2px 8px}\
      </style>""";

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
    return TableView.of(columns, rows, totalRows, totalColumns).toHtml();
  }

  static String write(TableView table) {
    StringBuilder html = new StringBuilder(STYLE);
    html.append("<table class=\"decisionlab-table\"><thead><tr>");
    for (Column column : table.columns()) {
      html.append("<th scope=\"col\"").append(align(column)).append('>');
      appendCut(html, column.name);
      if (!column.type.isEmpty()) {
        html.append("<br><span class=\"dl-t\">");
        appendCut(html, column.type);
        html.append("</span>");
      }
      html.append("</th>");
    }
    html.append("</tr></thead><tbody>");
    for (List<String> row : table.rows()) {
      html.append("<tr>");
      for (int i = 0; i < table.columns().size(); i++) {
        appendCell(html, table.columns().get(i), row.get(i));
      }
      html.append("</tr>");
    }
    html.append("</tbody></table>");
    String rest = table.rest().text();
    if (!rest.isEmpty()) {
      html.append("<div class=\"decisionlab-rest\">").append(escape(rest)).append("</div>");
    }
    return html.toString();
  }

  /** Text as HTML shows it: no character of it is markup. For content, not for attributes. */
  public static String escape(String text) {
    StringBuilder escaped = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        // Mathematics is not looked for in data: neither $...$ nor \(...\).
        case '$' -> escaped.append("<span>$</span>");
        case '\\' -> escaped.append("<span>\\</span>");
        default -> appendEscaped(escaped, c);
      }
    }
    return escaped.toString();
  }

  /** Text as the value of an HTML attribute in double quotes. */
  public static String escapeAttribute(String text) {
    StringBuilder escaped = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      appendEscaped(escaped, text.charAt(i));
    }
    return escaped.toString();
  }

  private static void appendEscaped(StringBuilder escaped, char c) {
    switch (c) {
      case '&' -> escaped.append("&amp;");
      case '<' -> escaped.append("&lt;");
      case '>' -> escaped.append("&gt;");
      case '"' -> escaped.append("&quot;");
      case '\'' -> escaped.append("&#39;");
      default -> escaped.append(c);
    }
  }

  private static void appendCell(StringBuilder html, Column column, String text) {
    html.append("<td").append(align(column));
    if (text.length() > SURELY_SEEN) {
      String title = TextCut.head(text, MOST_CHARACTERS_OF_TITLE);
      html.append(" title=\"").append(escapeAttribute(title)).append('"');
    }
    html.append('>');
    appendCut(html, text);
    html.append("</td>");
  }

  private static void appendCut(StringBuilder html, String text) {
    html.append(escape(TextCut.line(text, MOST_CHARACTERS)));
  }

  private static String align(Column column) {
    return column.number ? " class=\"dl-n\"" : "";
  }
}
