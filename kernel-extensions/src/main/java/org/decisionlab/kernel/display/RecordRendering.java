// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.display;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.decisionlab.kernel.display.HtmlTable.Column;
import org.dflib.jjava.jupyter.kernel.display.RenderContext;
import org.dflib.jjava.jupyter.kernel.display.mime.MIMEType;
import org.jspecify.annotations.Nullable;

/**
 * Shows a record, and collections and maps of records of one type, as tables. A record with a text
 * of its own is shown by that text.
 */
final class RecordRendering {

  private RecordRendering() {}

  static void register(KernelRenderer renderer) {
    renderer
        .createRegistration(Record.class)
        .preferring(MIMEType.TEXT_HTML)
        .register(
            (row, context) -> {
              if (!speaksForItself(row)) {
                put(context, () -> one(row, DisplayLimits.of(context)));
              }
            });
    renderer
        .createRegistration(Collection.class)
        .preferring(MIMEType.TEXT_HTML)
        .register((rows, context) -> all((Collection<?>) rows, context));
    renderer
        .createRegistration(Map.class)
        .preferring(MIMEType.TEXT_HTML)
        .register((rows, context) -> byKey((Map<?, ?>) rows, context));
  }

  /**
   * Whether the record has a text of its own, other than the list of components it is born with.
   */
  private static boolean speaksForItself(Record row) {
    RecordComponent[] components = row.getClass().getRecordComponents();
    String first = components.length == 0 ? "]" : components[0].getName() + "=";
    try {
      return !row.toString().startsWith(row.getClass().getSimpleName() + "[" + first);
    } catch (RuntimeException | Error e) {
      ValueFailure.requireOwn(e);
      return false;
    }
  }

  private static void put(RenderContext context, Supplier<TableView> table) {
    context.renderIfRequested(MIMEType.TEXT_HTML, () -> table.get().toHtml());
  }

  private static TableView one(Record row, DisplayLimits limits) {
    RecordColumns record = new RecordColumns(row.getClass(), limits);
    List<Column> names = record.columns();
    List<String> values = record.texts(row);
    List<List<String>> rows = new ArrayList<>();
    for (int i = 0; i < Math.min(names.size(), limits.columns()); i++) {
      rows.add(List.of(names.get(i).name(), names.get(i).type(), values.get(i)));
    }
    boolean numbers = !names.isEmpty() && names.stream().allMatch(Column::number);
    List<Column> head =
        List.of(
            new Column(row.getClass().getSimpleName(), "", false),
            new Column("type", "", false),
            new Column("value", "", numbers));
    int more = names.size() - rows.size();
    String how = TableView.how(0, more == 0 ? 0 : names.size());
    return new TableView(head, rows, new TableView.Rest(more, 0, how));
  }

  private static void all(Collection<?> rows, RenderContext context) {
    DisplayLimits limits = DisplayLimits.of(context);
    List<@Nullable Object> first = first(rows.iterator(), limits.rows());
    Class<?> type = commonRecord(first);
    if (type != null) {
      RecordColumns record = new RecordColumns(type, limits);
      List<List<String>> texts = first.stream().map(record::texts).toList();
      put(context, () -> table(record.columns(), texts, rows.size(), limits));
    }
  }

  private static void byKey(Map<?, ?> rows, RenderContext context) {
    DisplayLimits limits = DisplayLimits.of(context);
    List<@Nullable Object> first = first(rows.entrySet().iterator(), limits.rows());
    Class<?> type = commonRecord(first.stream().map(RecordRendering::valueOf).toList());
    if (type == null) {
      return;
    }
    RecordColumns record = new RecordColumns(type, limits);
    List<Column> columns = new ArrayList<>();
    columns.add(new Column("key", "", false));
    columns.addAll(record.columns());
    List<List<String>> texts = new ArrayList<>();
    for (Object each : first) {
      List<String> row = new ArrayList<>();
      Object key = each instanceof Map.Entry<?, ?> entry ? entry.getKey() : null;
      row.add(CellText.of(key, limits.digits()));
      row.addAll(record.texts(valueOf(each)));
      texts.add(row);
    }
    put(context, () -> table(columns, texts, rows.size(), limits));
  }

  private static @Nullable Object valueOf(@Nullable Object entry) {
    return entry instanceof Map.Entry<?, ?> each ? each.getValue() : null;
  }

  private static TableView table(
      List<Column> columns, List<List<String>> rows, long totalRows, DisplayLimits limits) {
    int shown = Math.min(columns.size(), limits.columns());
    return TableView.of(
        columns.subList(0, shown),
        rows.stream().map(row -> row.subList(0, shown)).toList(),
        totalRows,
        columns.size());
  }

  private static List<@Nullable Object> first(Iterator<?> elements, int most) {
    List<@Nullable Object> first = new ArrayList<>();
    while (first.size() < most && elements.hasNext()) {
      first.add(elements.next());
    }
    return first;
  }

  /** The record type of all elements that are not null; null when there is no such type. */
  private static @Nullable Class<?> commonRecord(List<?> elements) {
    Class<?> common = null;
    for (Object each : elements) {
      if (each == null) {
        continue;
      }
      if (!(each instanceof Record) || (common != null && common != each.getClass())) {
        return null;
      }
      common = each.getClass();
    }
    return common == null || common.getRecordComponents().length == 0 ? null : common;
  }
}
