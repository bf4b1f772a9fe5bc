// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark.sql;

import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.decisionlab.kernel.magic.MagicUsageException;
import org.decisionlab.kernel.magic.Suggestion;
import org.decisionlab.magics.workbench.Charts;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.Histogram;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * A chart of two columns of a result, or of how the values of one are spread.
 *
 * @param kind how it is drawn
 * @param x column of the values along the page
 * @param y column of the values up the page; null where there is none
 */
public record SqlChart(Kind kind, String x, @Nullable String y) {

  /** More marks than a chart can show; what it leaves out it would hide. */
  private static final int MOST_ROWS = 20_000;

  private static final int MOST_BARS = 200;
  private static final int BINS = 30;

  /** How a result is drawn. */
  public enum Kind {
    /** A line through the rows in their order. */
    LINE,
    /** A bar for each row. */
    BAR,
    /** A mark for each row. */
    SCATTER,
    /** How often values of one column occur. */
    HIST
  }

  /**
   * Reads the arguments of {@code --plot}.
   *
   * @param words the kind and the columns
   * @throws MagicUsageException when these are others
   */
  public static SqlChart of(List<String> words) throws MagicUsageException {
    List<String> kinds =
        Arrays.stream(Kind.values()).map(kind -> kind.name().toLowerCase(Locale.ROOT)).toList();
    String name = words.get(0);
    if (!kinds.contains(name)) {
      throw new MagicUsageException(
          "%%sql: --plot knows "
              + kinds
              + ", not '"
              + name
              + "'"
              + Suggestion.question("", name, kinds));
    }
    Kind kind = Kind.valueOf(name.toUpperCase(Locale.ROOT));
    int columns = kind == Kind.HIST ? 1 : 2;
    if (words.size() - 1 != columns) {
      throw new MagicUsageException(
          "%%sql: --plot "
              + name
              + (columns == 1 ? " takes one column" : " takes columns X and Y"));
    }
    return new SqlChart(kind, words.get(1), columns == 1 ? null : words.get(2));
  }

  /**
   * Draws a result: one Spark job.
   *
   * @throws MagicUsageException when a column is missing or cannot be drawn, or when there are too
   *     many rows to be seen
   */
  public Chart<?, ?> draw(Dataset<Row> result) throws MagicUsageException {
    List<String> columns = List.of(result.columns());
    for (String column : y == null ? List.of(x) : List.of(x, y)) {
      if (!columns.contains(column)) {
        throw new MagicUsageException(
            "%%sql: --plot: the result has no column '" + column + "', but " + columns);
      }
    }
    List<Row> rows = rows(result);
    return switch (kind) {
      case HIST -> histogram(rows);
      case BAR -> bars(rows);
      default -> points(rows);
    };
  }

  private List<Row> rows(Dataset<Row> result) throws MagicUsageException {
    int most = kind == Kind.BAR ? MOST_BARS : MOST_ROWS;
    Dataset<Row> wanted =
        y == null ? result.select(quoted(x)) : result.select(quoted(x), quoted(y));
    List<Row> rows = wanted.takeAsList(most + 1);
    if (rows.size() > most) {
      throw new MagicUsageException(
          "%%sql: --plot: the result has more than "
              + most
              + " rows, of which only the first would be drawn; aggregate them, sample with -r, or"
              + " say LIMIT");
    }
    return rows;
  }

  private XYChart points(List<Row> rows) throws MagicUsageException {
    List<Object> xs = new ArrayList<>();
    List<Number> ys = new ArrayList<>();
    for (Row row : rows) {
      Object along = along(row.get(0));
      Number up = number(String.valueOf(y), row.get(1));
      if (along != null && up != null) {
        xs.add(along);
        ys.add(up);
      }
    }
    XYChart chart = Charts.lines(title(rows.size(), ys.size()), x, String.valueOf(y));
    if (kind == Kind.SCATTER) {
      chart.getStyler().setDefaultSeriesRenderStyle(XYSeriesRenderStyle.Scatter);
    }
    if (!ys.isEmpty()) {
      var series = chart.addSeries(String.valueOf(y), xs, ys);
      series.setMarker(kind == Kind.LINE ? SeriesMarkers.NONE : SeriesMarkers.CIRCLE);
    }
    chart.getStyler().setLegendVisible(false);
    return chart;
  }

  private CategoryChart bars(List<Row> rows) throws MagicUsageException {
    List<String> names = new ArrayList<>();
    List<Number> heights = new ArrayList<>();
    for (Row row : rows) {
      Number height = number(String.valueOf(y), row.get(1));
      if (height != null) {
        names.add(String.valueOf(row.get(0)));
        heights.add(height);
      }
    }
    CategoryChart chart = Charts.bars(title(rows.size(), heights.size()), String.valueOf(y));
    chart.setXAxisTitle(x);
    chart.getStyler().setXAxisLabelRotation(names.size() > 8 ? 60 : 0);
    chart.getStyler().setLegendVisible(false);
    if (!names.isEmpty()) {
      chart.addSeries(String.valueOf(y), names, heights);
    }
    return chart;
  }

  private CategoryChart histogram(List<Row> rows) throws MagicUsageException {
    List<Double> values = new ArrayList<>();
    for (Row row : rows) {
      Number value = number(x, row.get(0));
      if (value != null) {
        values.add(value.doubleValue());
      }
    }
    CategoryChart chart = Charts.bars(title(rows.size(), values.size()), "rows");
    chart.setXAxisTitle(x);
    chart.getStyler().setAvailableSpaceFill(0.98);
    chart.getStyler().setLegendVisible(false);
    chart.getStyler().setXAxisDecimalPattern("#,##0.###").setXAxisMaxLabelCount(8);
    if (!values.isEmpty()) {
      Histogram histogram = new Histogram(values, Math.min(BINS, values.size()));
      chart.addSeries("rows", histogram.getxAxisData(), histogram.getyAxisData());
    }
    return chart;
  }

  private static String title(int rows, int drawn) {
    return rows == drawn ? "" : (rows - drawn) + " rows without a value are left out";
  }

  private @Nullable Object along(@Nullable Object value) throws MagicUsageException {
    if (value instanceof Date date) {
      return date;
    }
    if (value instanceof Instant instant) {
      return Date.from(instant);
    }
    if (value instanceof LocalDate day) {
      return Date.from(day.atStartOfDay(ZoneOffset.UTC).toInstant());
    }
    if (value instanceof LocalDateTime time) {
      return Timestamp.from(time.toInstant(ZoneOffset.UTC));
    }
    return number(x, value);
  }

  private static @Nullable Number number(String column, @Nullable Object value)
      throws MagicUsageException {
    if (value == null) {
      return null;
    }
    if (!(value instanceof Number number)) {
      throw new MagicUsageException(
          "%%sql: --plot: column '" + column + "' holds no numbers: " + value);
    }
    return Double.isFinite(number.doubleValue()) ? number : null;
  }

  private static org.apache.spark.sql.Column quoted(String column) {
    return org.apache.spark.sql.functions.col("`" + column.replace("`", "``") + "`");
  }
}
