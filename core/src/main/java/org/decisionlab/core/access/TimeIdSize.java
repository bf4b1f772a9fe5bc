// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.core.access;

import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Text lines of {@code time id size}, separated by blanks; columns after the third are ignored. */
final class TimeIdSize {

  private static final Pattern BLANKS = Pattern.compile("\\s+");
  private static final Pattern FIRST_LINE =
      Pattern.compile("\\A\\s*\\d+[ \\t]+\\S+[ \\t]+\\d+[^\\n]*\\R?");

  private TimeIdSize() {}

  static boolean matches(String text, byte[] bytes) {
    return FIRST_LINE.matcher(text).lookingAt();
  }

  static RecordReader open(Path file, ReadLimits limits) throws IOException {
    LineReader lines = new LineReader(Compression.open(file), limits.maxLineBytes());
    return new TextRecordReader(file.toString(), lines, TimeIdSize::parse);
  }

  private static RecordReader.Row parse(String line) throws RowException {
    String[] fields = BLANKS.split(line.strip(), 4);
    if (fields.length < 3) {
      throw new RowException("expected 'time id size', found " + fields.length + " field(s)");
    }
    long size = Fields.number("size", fields[2]);
    return new RecordReader.Row.Parsed(
        AccessRecord.of(fields[1], Fields.seconds("time", Fields.number("time", fields[0])), size));
  }
}
