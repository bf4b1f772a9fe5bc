// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.display;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.decisionlab.kernel.display.HtmlTable.Column;
import org.jspecify.annotations.Nullable;

/**
 * The components of a record type as columns. Records inside of records become columns of their
 * own, named {@code outer.inner}.
 */
final class RecordColumns {

  private static final int MAX_DEPTH = 3;

  private final List<Leaf> leaves = new ArrayList<>();
  private final int digits;

  /** A column and the accessors that lead to its value. */
  private record Leaf(Column column, List<RecordComponent> way) {}

  RecordColumns(Class<?> type, DisplayLimits limits) {
    this.digits = limits.digits();
    expand(type, "", List.of(), Set.of(type));
  }

  List<Column> columns() {
    return leaves.stream().map(Leaf::column).toList();
  }

  /** The values of a record, one text for each column. */
  List<String> texts(@Nullable Object row) {
    return leaves.stream().map(leaf -> text(leaf, row)).toList();
  }

  private void expand(
      Class<?> type, String prefix, List<RecordComponent> way, Set<Class<?>> outer) {
    for (RecordComponent component : type.getRecordComponents()) {
      List<RecordComponent> longer = new ArrayList<>(way);
      longer.add(component);
      String name = prefix + component.getName();
      Class<?> inner = component.getType();
      boolean split = inner.isRecord() && longer.size() < MAX_DEPTH && !outer.contains(inner);
      if (split && inner.getRecordComponents().length > 0) {
        Set<Class<?>> around = new HashSet<>(outer);
        around.add(inner);
        expand(inner, name + ".", longer, around);
      } else {
        leaves.add(
            new Leaf(new Column(name, typeName(component), CellText.isNumber(inner)), longer));
      }
    }
  }

  private static String typeName(RecordComponent component) {
    return component.getGenericType().getTypeName().replaceAll("[\\w$]+[.$]", "");
  }

  private String text(Leaf leaf, @Nullable Object row) {
    Object value = row;
    for (RecordComponent component : leaf.way) {
      if (value == null) {
        return "null";
      }
      try {
        component.getAccessor().setAccessible(true);
        value = component.getAccessor().invoke(value);
      } catch (InvocationTargetException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        ValueFailure.requireOwn(cause);
        return "(cannot be read: " + PlainText.message(cause) + ")";
      } catch (ReflectiveOperationException | RuntimeException e) {
        return "(cannot be read: " + PlainText.message(e) + ")";
      }
    }
    return CellText.of(value, digits);
  }
}
