// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.workbench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.decisionlab.kernel.display.DisplayLimits;
import org.decisionlab.kernel.display.HtmlTable;
import org.decisionlab.kernel.display.HtmlTable.Column;
import org.decisionlab.kernel.display.NumberText;
import org.decisionlab.kernel.display.PlainText;
import org.decisionlab.kernel.display.TableView;
import org.dflib.jjava.jupyter.kernel.display.RenderContext;
import org.dflib.jjava.jupyter.kernel.display.Renderer;
import org.dflib.jjava.jupyter.kernel.display.mime.MIMEType;

/**
 * Shows arrays of DJL: their shape and type, and the first values of those with one or two axes as
 * a table. Only what is shown is copied from the device. A closed array says that it is closed.
 */
final class ArrayRendering {

  private ArrayRendering() {}

  static void register(Renderer renderer) {
    renderer
        .createRegistration(NDArray.class)
        .preferring(MIMEType.TEXT_HTML)
        .register(ArrayRendering::render);
    renderer
        .createRegistration(NDList.class)
        .preferring(MIMEType.TEXT_HTML)
        .register(ArrayRendering::renderList);
  }

  private static void render(NDArray array, RenderContext context) {
    String head = head(array);
    if (array.isReleased() || array.getDataType() == DataType.STRING || array.isSparse()) {
      context.renderIfRequested(MIMEType.TEXT_PLAIN, () -> head);
      return;
    }
    DisplayLimits limits = DisplayLimits.of(context);
    int axes = array.getShape().dimension();
    if (axes == 1 || axes == 2) {
      TableView table = table(array, limits);
      context.renderIfRequested(
          MIMEType.TEXT_HTML,
          () ->
              "<div style=\"font-size:12px;padding:2px 8px\">"
                  + HtmlTable.escape(head)
                  + "</div>"
                  + table.toHtml());
      context.renderIfRequested(MIMEType.TEXT_PLAIN, () -> head + "\n" + table.toText());
    } else {
      context.renderIfRequested(MIMEType.TEXT_PLAIN, () -> head + "\n" + beginning(array, limits));
    }
  }

  private static void renderList(NDList list, RenderContext context) {
    DisplayLimits limits = DisplayLimits.of(context);
    List<List<String>> rows = new ArrayList<>();
    for (NDArray array : list.subList(0, Math.min(list.size(), limits.rows()))) {
      boolean closed = array.isReleased();
      String name = closed || array.getName() == null ? "" : array.getName();
      rows.add(List.of(name, head(array)));
    }
    List<Column> columns = List.of(new Column("name", "", false), new Column("array", "", false));
    TableView table = TableView.of(columns, rows, list.size(), 2);
    context.renderIfRequested(MIMEType.TEXT_HTML, table::toHtml);
    context.renderIfRequested(MIMEType.TEXT_PLAIN, table::toText);
  }

  private static String head(NDArray array) {
    return array.isReleased()
        ? "NDArray, closed"
        : "NDArray " + array.getShape() + " " + array.getDataType() + " " + array.getDevice();
  }

  /** A vector is shown as one row. */
  private static TableView table(NDArray array, DisplayLimits limits) {
    Shape shape = array.getShape();
    boolean vector = shape.dimension() == 1;
    long totalRows = vector ? 1 : shape.get(0);
    long totalColumns = shape.get(vector ? 0 : 1);
    int rows = (int) Math.min(totalRows, limits.rows());
    int columns = (int) Math.min(totalColumns, limits.columns());
    List<String> values =
        rows == 0 || columns == 0
            ? List.of()
            : texts(array, vector ? ":" + columns : ":" + rows + ",:" + columns, limits.digits());
    List<List<String>> lines =
        IntStream.range(0, values.isEmpty() ? 0 : rows)
            .mapToObj(r -> values.subList(r * columns, (r + 1) * columns))
            .toList();
    List<Column> heads =
        IntStream.range(0, columns).mapToObj(c -> new Column("" + c, "", true)).toList();
    return TableView.of(heads, lines, totalRows, (int) Math.min(totalColumns, Integer.MAX_VALUE));
  }

  private static String beginning(NDArray array, DisplayLimits limits) {
    if (array.size() == 0) {
      return "[]";
    }
    try (NDArray flat = array.flatten()) {
      long shown = Math.min(flat.size(), limits.elements());
      String values = String.join(", ", texts(flat, ":" + shown, limits.digits()));
      long more = flat.size() - shown;
      String rest = more == 0 ? "" : ", ... " + NumberText.count(more) + " more";
      return "[" + values + rest + "]";
    }
  }

  private static List<String> texts(NDArray array, String range, int digits) {
    try (NDArray part = array.get(new NDIndex(range))) {
      if (part.getDataType() == DataType.BOOLEAN) {
        boolean[] flags = part.toBooleanArray();
        return IntStream.range(0, flags.length).mapToObj(i -> String.valueOf(flags[i])).toList();
      }
      return Arrays.stream(part.toArray()).map(value -> text(value, digits)).toList();
    }
  }

  private static String text(Number value, int digits) {
    return value instanceof Float || value instanceof Double
        ? NumberText.of(Double.parseDouble(value.toString()), digits)
        : PlainText.of(value);
  }
}
