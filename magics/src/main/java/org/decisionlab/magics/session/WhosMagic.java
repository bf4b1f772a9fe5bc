// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.session;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.decisionlab.kernel.cell.Declaration;
import org.decisionlab.kernel.cell.KernelScope;
import org.decisionlab.kernel.display.NumberText;
import org.decisionlab.kernel.display.PlainText;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** {@code %whos}: what cells have declared, with types and values. */
@Command(
    name = "%whos",
    description =
        "Shows the variables, methods and types of the cells, with type, size or value, and cell.")
final class WhosMagic implements Callable<Table> {

  private static final int MOST_CHARACTERS = 60;
  private static final Pattern PACKAGES = Pattern.compile("\\b(?:[a-z_][a-z0-9_]*\\.)+(?=[A-Z])");

  private final KernelScope scope;

  WhosMagic(KernelScope scope) {
    this.scope = scope;
  }

  @Override
  public Table call() throws Exception {
    List<Declaration> all = new ArrayList<>(scope.session().declarations());
    all.sort(Comparator.comparing(Declaration::kind).thenComparing(Declaration::name));
    StringColumn names = StringColumn.create("name");
    StringColumn types = StringColumn.create("type");
    StringColumn values = StringColumn.create("value");
    StringColumn origins = StringColumn.create("declared in");
    for (Declaration each : all) {
      boolean variable = each.kind() == Declaration.Kind.VARIABLE;
      names.append(each.name());
      types.append(PACKAGES.matcher(each.type()).replaceAll(""));
      values.append(variable ? summary(each.value()) : "");
      // What is not of a cell, a magic has declared, such as 'spark'.
      origins.append(each.origin().startsWith("Cell ") ? each.origin() : "a magic");
    }
    return Table.create("names of the cells", names, types, values, origins);
  }

  /** The size of what has one, and the beginning of the text. */
  static String summary(@Nullable Object value) {
    String size = size(value);
    String text = PlainText.of(value).replaceAll("\\s+", " ").strip();
    String shown =
        text.length() <= MOST_CHARACTERS ? text : text.substring(0, MOST_CHARACTERS) + "...";
    return size.isEmpty() ? shown : size + ": " + shown;
  }

  private static String size(@Nullable Object value) {
    if (value instanceof Table table) {
      return NumberText.counted(table.rowCount(), "row")
          + " x "
          + NumberText.counted(table.columnCount(), "column");
    }
    if (value instanceof Collection<?> collection) {
      return "size " + collection.size();
    }
    if (value instanceof Map<?, ?> map) {
      return "size " + map.size();
    }
    if (value != null && value.getClass().isArray()) {
      return "length " + Array.getLength(value);
    }
    return value instanceof CharSequence text && text.length() > MOST_CHARACTERS
        ? text.length() + " characters"
        : "";
  }
}
