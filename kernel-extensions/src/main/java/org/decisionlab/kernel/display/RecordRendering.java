// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.display;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.decisionlab.kernel.display.HtmlTable.Column;
import org.dflib.jjava.jupyter.kernel.display.RenderContext;
import org.dflib.jjava.jupyter.kernel.display.mime.MIMEType;
import org.jspecify.annotations.Nullable;

/** Shows collections of records of one type as tables. */
final class RecordRendering {

  private static final int MAX_ROWS = 20;

  private RecordRendering() {}

  static void register(KernelRenderer renderer) {
    renderer
        .createRegistration(Collection.class)
        .preferring(MIMEType.TEXT_HTML)
        .register(RecordRendering::render);
  }

  private static void render(Collection<?> collection, RenderContext context) {
    Object first = collection.isEmpty() ? null : collection.iterator().next();
    if (first instanceof Record row) {
      Class<?> type = row.getClass();
      if (collection.stream()
          .limit(MAX_ROWS)
          .allMatch(each -> each != null && each.getClass() == type)) {
        context.renderIfRequested(MIMEType.TEXT_HTML, () -> table(type, collection));
      }
    }
  }

  private static String table(Class<?> type, Collection<?> collection) {
    RecordComponent[] components = type.getRecordComponents();
    List<Column> columns =
        Arrays.stream(components)
            .map(c -> new Column(c.getName(), c.getType().getSimpleName(), isNumber(c.getType())))
            .toList();
    List<List<String>> rows = new ArrayList<>();
    collection.stream()
        .limit(MAX_ROWS)
        .forEach(each -> rows.add(Arrays.stream(components).map(c -> text(c, each)).toList()));
    return HtmlTable.write(columns, rows, collection.size(), columns.size());
  }

  private static boolean isNumber(Class<?> type) {
    return Number.class.isAssignableFrom(type)
        || (type.isPrimitive() && type != boolean.class && type != char.class);
  }

  private static String text(RecordComponent component, @Nullable Object row) {
    try {
      component.getAccessor().setAccessible(true);
      return PlainText.of(component.getAccessor().invoke(row));
    } catch (ReflectiveOperationException e) {
      return "(cannot be read: " + e.getCause() + ")";
    }
  }
}
