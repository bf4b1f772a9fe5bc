// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.core.access;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tab-separated web server log with a header row that names its columns.
 *
 * <p>Rows kept: method GET with status 200 or 304. The object is the URL. A 304 carries no bytes,
 * so an object's size is the largest reply seen for it anywhere in the file, taken in a pass of its
 * own: it stands for the catalogue that a web log lacks. Objects that never had bytes are left out.
 */
final class WebLog implements LineParser {

  private static final List<String> NEEDED =
      List.of("host", "time", "method", "url", "response", "bytes");

  private final int[] columns;
  private final Map<String, Long> sizes;

  private WebLog(int[] columns, Map<String, Long> sizes) {
    this.columns = columns;
    this.sizes = sizes;
  }

  static boolean matches(String text, byte[] bytes) {
    return text.lines()
        .findFirst()
        .map(line -> Arrays.asList(line.split("\t", -1)))
        .filter(names -> names.containsAll(NEEDED))
        .isPresent();
  }

  static RecordReader open(Path file, ReadLimits limits) throws IOException {
    Map<String, Long> sizes = new HashMap<>();
    try (LineReader lines = new LineReader(Compression.open(file), limits.maxLineBytes())) {
      WebLog log = new WebLog(header(file, lines), sizes);
      for (LineReader.Line line = lines.next(); line != null; line = lines.next()) {
        log.learnSize(line);
      }
    }
    LineReader lines = new LineReader(Compression.open(file), limits.maxLineBytes());
    try {
      return new TextRecordReader(file.toString(), lines, new WebLog(header(file, lines), sizes));
    } catch (IOException e) {
      lines.close();
      throw e;
    }
  }

  private static int[] header(Path file, LineReader lines) throws IOException {
    LineReader.@Nullable Line first = lines.next();
    List<String> names = first == null ? List.of() : Arrays.asList(first.text().split("\t", -1));
    if (!names.containsAll(NEEDED)) {
      throw new IOException(
          file
              + ":1: expected a header row with the tab-separated columns "
              + NEEDED
              + ", found "
              + names);
    }
    return NEEDED.stream().mapToInt(names::indexOf).toArray();
  }

  private void learnSize(LineReader.Line line) {
    if (line.fault() != null || line.text().isBlank()) {
      return;
    }
    try {
      Request request = request(line.text());
      if (request.kept()) {
        sizes.merge(request.url, request.bytes, Math::max);
      }
    } catch (RowException e) {
      // The second pass meets the same line and reports it with its place.
      return;
    }
  }

  @Override
  public RecordReader.Row parse(String line) throws RowException {
    Request request = request(line);
    if (!request.kept()) {
      return new RecordReader.Row.PassedOver("not a GET with status 200 or 304");
    }
    long size = sizes.getOrDefault(request.url, 0L);
    if (size == 0) {
      return new RecordReader.Row.PassedOver("object without bytes");
    }
    return new RecordReader.Row.Parsed(
        new AccessRecord(
            request.url,
            size,
            request.bytes,
            request.time,
            null,
            null,
            request.host,
            "http",
            null));
  }

  private Request request(String line) throws RowException {
    String[] fields = line.split("\t", -1);
    for (int column : columns) {
      if (column >= fields.length) {
        throw new RowException(
            "expected at least " + (column + 1) + " columns, found " + fields.length);
      }
    }
    String url = fields[columns[3]];
    if (url.isBlank()) {
      throw new RowException("url is blank");
    }
    String bytes = fields[columns[5]];
    return new Request(
        fields[columns[0]],
        Fields.seconds("time", Fields.number("time", fields[columns[1]])),
        fields[columns[2]],
        url,
        Fields.number("response", fields[columns[4]]),
        bytes.isEmpty() || bytes.equals("-") ? 0 : Fields.number("bytes", bytes));
  }

  private record Request(
      String host, Instant time, String method, String url, long status, long bytes) {
    boolean kept() {
      return method.equals("GET") && (status == 200 || status == 304);
    }
  }
}
