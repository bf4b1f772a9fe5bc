// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.core.access;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The flat CSV of the CMS cache simulation studies: 25 columns found by the names in the header
 * row.
 *
 * <p>The format resolves whole days: {@code reqDay} is midnight (UTC) of the day of the request in
 * seconds, and the order within a day is the order of the rows. The rows of a day are spread evenly
 * over it in their order, at whole milliseconds, so that what a file's earlier row of the day means
 * for a later one is seen: reuse within a day is reuse. For that they are counted in a pass of its
 * own.
 *
 * <p>A file in which most values of {@code reqDay} are no midnights tells times: each row was
 * opened at the value itself. In a file of days, a value that is no midnight is malformed.
 *
 * <p>{@code JobStart} and {@code JobEnd} are milliseconds. {@code Protocol} is 1 for a local and 0
 * for a remote read.
 */
final class CmsCsv implements LineParser {

  static final List<String> COLUMNS =
      List.of(
          "Filename",
          "SiteName",
          "UserID",
          "TaskID",
          "TaskMonitorID",
          "JobID",
          "Protocol",
          "JobExecExitCode",
          "JobStart",
          "JobEnd",
          "NumCPU",
          "WrapWC",
          "WrapCPU",
          "Size",
          "DataType",
          "FileType",
          "JobLengthH",
          "JobLengthM",
          "JobSuccess",
          "CPUTime",
          "IOTime",
          "reqDay",
          "Region",
          "Campaign",
          "Process");

  /** The rows of one day: how many there are, and how many of them have been parsed. */
  private static final class Day {
    private long rows;
    private long parsed;

    /** When the next row was opened: the day cut into as many parts as it has rows. */
    Instant next(Instant midnight) {
      return midnight.plusMillis(DAY_MILLIS * parsed++ / rows);
    }
  }

  private static final long DAY_MILLIS = Duration.ofDays(1).toMillis();

  private final Map<String, Integer> places;
  private final int width;
  private final Map<Instant, Day> days = new HashMap<>();

  /** Rows that tell a time within a day, and rows that tell a day. */
  private long timed;

  private long dated;

  private CmsCsv(List<String> header) {
    places = new HashMap<>();
    for (int i = 0; i < header.size(); i++) {
      places.put(header.get(i), i);
    }
    width = header.size();
  }

  static boolean matches(String text, byte[] bytes) {
    return text.lines()
        .findFirst()
        .map(CmsCsv::header)
        .filter(names -> names.containsAll(List.of("Filename", "Size", "reqDay")))
        .isPresent();
  }

  /** Names of the columns; none when the line is not a row. */
  private static List<String> header(String line) {
    try {
      return split(line).stream().map(String::strip).toList();
    } catch (RowException e) {
      return List.of();
    }
  }

  static RecordReader open(Path file, ReadLimits limits) throws IOException {
    CmsCsv csv;
    try (LineReader lines = new LineReader(Compression.open(file), limits.maxLineBytes())) {
      csv = new CmsCsv(header(file, lines));
      csv.count(lines, limits);
    }
    LineReader lines = new LineReader(Compression.open(file), limits.maxLineBytes());
    try {
      header(file, lines);
      return new TextRecordReader(file.toString(), lines, csv);
    } catch (IOException e) {
      lines.close();
      throw e;
    }
  }

  private static List<String> header(Path file, LineReader lines) throws IOException {
    LineReader.@Nullable Line first = lines.next();
    List<String> header = first == null ? List.of() : header(first.text());
    if (!header.containsAll(COLUMNS)) {
      List<String> missing = COLUMNS.stream().filter(c -> !header.contains(c)).toList();
      throw new IOException(file + ":1: the header row lacks the columns " + missing);
    }
    return header;
  }

  /**
   * Counts the rows of each day. It ends early only where the reading gives the file up too: every
   * row that is malformed here is malformed there.
   */
  private void count(LineReader lines, ReadLimits limits) throws IOException {
    long rows = 0;
    long malformed = 0;
    for (LineReader.Line line = lines.next(); line != null; line = lines.next()) {
      if (line.fault() == null && line.text().isBlank()) {
        continue;
      }
      rows++;
      if (!count(line)) {
        malformed++;
        if (limits.hopeless(malformed, rows)) {
          return;
        }
      }
    }
  }

  /** Whether the row tells a day; the reading meets one that does not and reports its place. */
  private boolean count(LineReader.Line line) {
    if (line.fault() != null) {
      return false;
    }
    try {
      Instant told = day(fields(line.text()));
      if (isMidnight(told)) {
        dated++;
        days.computeIfAbsent(told, day -> new Day()).rows++;
      } else {
        timed++;
      }
      return true;
    } catch (RowException e) {
      return false;
    }
  }

  private static boolean isMidnight(Instant told) {
    return told.toEpochMilli() % DAY_MILLIS == 0;
  }

  private List<String> fields(String line) throws RowException {
    List<String> fields = split(line);
    if (fields.size() != width) {
      throw new RowException("expected " + width + " columns, found " + fields.size());
    }
    return fields;
  }

  private Instant day(List<String> fields) throws RowException {
    return Fields.seconds("reqDay", Fields.number("reqDay", field(fields, "reqDay")));
  }

  @Override
  public RecordReader.Row parse(String line) throws RowException {
    List<String> fields = fields(line);
    JobTimes job =
        new JobTimes(
            time(fields, "JobStart"),
            time(fields, "JobEnd"),
            Fields.real("CPUTime", field(fields, "CPUTime")),
            Fields.real("IOTime", field(fields, "IOTime")));
    String size = field(fields, "Size");
    return new RecordReader.Row.Parsed(
        new AccessRecord(
            field(fields, "Filename"),
            size.isBlank() ? null : (Long) wholeBytes(size),
            null,
            openedAt(fields),
            null,
            orNull(field(fields, "SiteName")),
            orNull(field(fields, "UserID")),
            protocol(field(fields, "Protocol")),
            job));
  }

  private Instant openedAt(List<String> fields) throws RowException {
    Instant told = day(fields);
    if (timed > dated) {
      return told;
    }
    if (!isMidnight(told)) {
      throw new RowException(
          "reqDay is no midnight (UTC), as "
              + dated
              + " of the file's "
              + (dated + timed)
              + " are: "
              + told);
    }
    Day day = days.get(told);
    if (day == null || day.parsed == day.rows) {
      throw new RowException("the file changed while it was read: reqDay " + told + " is new");
    }
    return day.next(told);
  }

  /** Sizes are whole bytes, but spreadsheets and data frames write them with a point. */
  private static long wholeBytes(String text) throws RowException {
    Double value = Fields.real("Size", text);
    if (value == null || value != Math.rint(value) || Math.abs(value) > 1L << 53) {
      throw new RowException("Size is not a whole number of bytes: '" + text + "'");
    }
    return value.longValue();
  }

  private @Nullable Instant time(List<String> fields, String column) throws RowException {
    String text = field(fields, column);
    return text.isBlank() ? null : Fields.millis(column, Fields.number(column, text));
  }

  private String field(List<String> fields, String column) {
    Integer place = places.get(column);
    if (place == null) {
      throw new IllegalStateException("column " + column + " was checked at opening");
    }
    return fields.get(place);
  }

  private static @Nullable String orNull(String text) {
    return text.isBlank() ? null : text;
  }

  private static @Nullable String protocol(String text) throws RowException {
    return switch (text.strip()) {
      case "" -> null;
      case "1" -> "local";
      case "0" -> "remote";
      default -> throw new RowException("Protocol is neither 0 nor 1: '" + text + "'");
    };
  }

  /** Fields of one line of RFC 4180 text; a field that spans lines is not part of the format. */
  private static List<String> split(String line) throws RowException {
    if (line.indexOf('"') < 0) {
      return Arrays.asList(line.split(",", -1));
    }
    List<String> fields = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '"') {
        if (quoted && i + 1 < line.length() && line.charAt(i + 1) == '"') {
          field.append('"');
          i++;
        } else {
          quoted = !quoted;
        }
      } else if (c == ',' && !quoted) {
        fields.add(field.toString());
        field.setLength(0);
      } else {
        field.append(c);
      }
    }
    if (quoted) {
      throw new RowException("a quoted field is not closed");
    }
    fields.add(field.toString());
    return fields;
  }
}
