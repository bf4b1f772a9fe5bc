// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.dataset;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tech.tablesaw.api.DateTimeColumn;
import tech.tablesaw.api.InstantColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;
import tech.tablesaw.selection.Selection;

/** The time of rows: columns of instants, or of dates with times, which are taken as UTC. */
public final class TimeOrder {

  /** The column that says when a row was, in tables that the data manager makes. */
  public static final String OPENED_AT = "opened_at";

  private TimeOrder() {}

  /**
   * Two parts of a table.
   *
   * @param train the earlier rows
   * @param validation the later rows
   */
  public record Parts(Table train, Table validation) {}

  /**
   * First and last instant of rows.
   *
   * @param from the first
   * @param to the last
   */
  public record Span(Instant from, Instant to) {}

  /**
   * Refuses a validation window that begins before the last row that is learned from, where both
   * tables tell when their rows were opened.
   *
   * @throws IllegalArgumentException with both instants
   */
  public static void requireOrder(Table train, Table validation) {
    Optional<Span> learned = span(train);
    Optional<Span> judged = span(validation);
    if (learned.isPresent()
        && judged.isPresent()
        && judged.get().from().isBefore(learned.get().to())) {
      throw new IllegalArgumentException(
          "the validation window begins at %s, before the last training row at %s: the model would be judged by what it knows. Divide by time, as TrainingRun.of(table, share, horizon) does"
              .formatted(judged.get().from(), learned.get().to()));
    }
  }

  /**
   * The span of a table's column {@value #OPENED_AT}; nothing where it has none or no rows.
   *
   * @throws IllegalArgumentException when the column is no time, or a row has none
   */
  public static Optional<Span> span(Table table) {
    if (!table.containsColumn(OPENED_AT) || table.isEmpty()) {
      return Optional.empty();
    }
    List<Instant> sorted = instants(table, OPENED_AT).stream().sorted().toList();
    return Optional.of(new Span(sorted.get(0), sorted.get(sorted.size() - 1)));
  }

  /**
   * Divides a table by time: the last rows are for validation. Of the rows before them, those whose
   * horizon ends after the first row for validation are left out, since their labels were not known
   * by then.
   *
   * @param column with the time of each row
   * @param validation share of the rows, above 0 and below 1
   * @param horizon within which a label looks ahead
   * @throws IllegalArgumentException when the column is refused, or a part would be empty
   */
  public static Parts split(Table table, String column, double validation, Duration horizon) {
    if (!(validation > 0 && validation < 1) || horizon.isNegative()) {
      throw new IllegalArgumentException(
          "the share for validation must be above 0 and below 1, and the horizon not negative: "
              + validation
              + ", "
              + horizon);
    }
    List<Instant> times = instants(table, column);
    List<Instant> sorted = times.stream().sorted().toList();
    int first = (int) Math.floor(sorted.size() * (1 - validation));
    if (first >= sorted.size()) {
      throw new IllegalArgumentException("the table has no rows for validation");
    }
    Instant boundary = sorted.get(first);
    Selection train = Selection.with();
    Selection later = Selection.with();
    for (int row = 0; row < times.size(); row++) {
      if (!times.get(row).isBefore(boundary)) {
        later.add(row);
      } else if (!times.get(row).plus(horizon).isAfter(boundary)) {
        train.add(row);
      }
    }
    if (train.isEmpty()) {
      throw new IllegalArgumentException(
          "no row is early enough to be learned from: validation begins at %s, and a row counts when its horizon of %s ends before"
              .formatted(boundary, horizon));
    }
    return new Parts(table.where(train), table.where(later));
  }

  private static List<Instant> instants(Table table, String name) {
    if (!table.containsColumn(name)) {
      throw new IllegalArgumentException(
          "table '%s' has no column '%s'; it has %s"
              .formatted(table.name(), name, table.columnNames()));
    }
    Column<?> column = table.column(name);
    List<Instant> times = new ArrayList<>();
    for (int row = 0; row < column.size(); row++) {
      if (column.isMissing(row)) {
        throw new IllegalArgumentException("column '%s', row %d: missing".formatted(name, row));
      }
      times.add(instant(column, row));
    }
    return times;
  }

  private static Instant instant(Column<?> column, int row) {
    if (column instanceof InstantColumn instants) {
      return instants.get(row);
    }
    if (column instanceof DateTimeColumn dates) {
      return dates.get(row).toInstant(ZoneOffset.UTC);
    }
    throw new IllegalArgumentException(
        "column '%s' is %s, expected instants or dates with times"
            .formatted(column.name(), column.type().name()));
  }
}
