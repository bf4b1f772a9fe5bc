// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.core.access;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Everything a file gave: its records and the report. */
record Reading(List<AccessRecord> records, ReadReport report) {

  static Reading of(AccessFormat format, Path file, ReadLimits limits) throws IOException {
    try (AccessSource source = format.open(file, limits)) {
      List<AccessRecord> records = source.records().toList();
      return new Reading(records, source.report());
    }
  }

  /** Reads a file of which all rows may be malformed. */
  static Reading of(AccessFormat format, Path file) throws IOException {
    return of(format, file, ReadLimits.DEFAULT.withMaxMalformedShare(1));
  }

  /** Reads a text, written to a file of its own in the folder. */
  static Reading ofText(AccessFormat format, Path folder, String text) throws IOException {
    return of(format, write(folder, text));
  }

  static Path write(Path folder, String text) throws IOException {
    return Files.write(
        Files.createTempFile(folder, "log", ""), text.getBytes(StandardCharsets.UTF_8));
  }

  /** The only record. */
  AccessRecord record() {
    if (records.size() != 1 || report.malformed() != 0) {
      throw new AssertionError("expected one record: " + this);
    }
    return records.get(0);
  }

  /** The only malformed row. */
  MalformedRecord malformed() {
    if (report.malformed() != 1 || !records.isEmpty()) {
      throw new AssertionError("expected one malformed row: " + this);
    }
    return report.samples().get(0);
  }
}
