// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.decisionlab.core.access.AccessFormat;
import org.decisionlab.core.access.AccessRecord;
import org.decisionlab.core.access.AccessSource;
import org.decisionlab.simulator.trace.Trace;
import org.decisionlab.simulator.trace.TraceOptions;

/** The real traces that tests read where they are present. */
public final class Goldens {

  private Goldens() {}

  public static Trace cloudphysics() {
    return read("cloudphysics_io.oracleGeneral.bin", AccessFormat.ORACLE_GENERAL);
  }

  public static Trace nasa() {
    return read("nasa_http_19950801.tr.gz", AccessFormat.TIME_ID_SIZE);
  }

  /** The log as it stands, with two files under two spellings each. */
  public static Trace nasaLog() {
    return read("nasa_http_19950801.raw.tsv.gz", AccessFormat.WEB_LOG);
  }

  /** The log with every URL as an object of its own, as in the cleaned trace. */
  public static Trace nasaLogByUrl() {
    Map<String, Integer> ids = new HashMap<>();
    return read(
        "nasa_http_19950801.raw.tsv.gz",
        AccessFormat.WEB_LOG,
        access ->
            AccessRecord.of(
                String.valueOf(ids.computeIfAbsent(access.lfn(), url -> ids.size())),
                access.openedAt(),
                access.sizeBytes()));
  }

  private static Trace read(String name, AccessFormat format) {
    return read(name, format, UnaryOperator.identity());
  }

  private static Trace read(
      String name, AccessFormat format, UnaryOperator<AccessRecord> renaming) {
    String folder = System.getProperty("decisionlab.traces", "");
    Path file = Path.of(folder, name);
    assumeTrue(
        !folder.isEmpty() && Files.isReadable(file),
        () -> "SKIPPED: the real trace " + file + " is not there; set -Ddecisionlab.traces=FOLDER");
    try (AccessSource source = format.open(file)) {
      return Trace.read(source.records().map(renaming), TraceOptions.DEFAULT.keepingRecords());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
