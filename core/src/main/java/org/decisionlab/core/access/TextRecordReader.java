// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.core.access;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads a line-based format: blank lines are not rows, every other line goes to the parser. */
final class TextRecordReader implements RecordReader {

  private final String file;
  private final LineReader lines;
  private final LineParser parser;

  TextRecordReader(String file, LineReader lines, LineParser parser) {
    this.file = file;
    this.lines = lines;
    this.parser = parser;
  }

  @Override
  public @Nullable Row next() throws IOException {
    LineReader.Line line = lines.next();
    while (line != null && line.fault() == null && line.text().isBlank()) {
      line = lines.next();
    }
    if (line == null) {
      return null;
    }
    String fault = line.fault();
    if (fault != null) {
      return malformed(line, fault);
    }
    try {
      return parser.parse(line.text());
    } catch (RowException e) {
      return malformed(line, String.valueOf(e.getMessage()));
    } catch (IllegalArgumentException e) {
      // AccessRecord itself refused the values.
      return malformed(line, String.valueOf(e.getMessage()));
    }
  }

  private Row.Malformed malformed(LineReader.Line line, String reason) {
    return new Row.Malformed(new MalformedRecord(file, line.number(), reason, line.text()));
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
