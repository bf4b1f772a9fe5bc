// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.decisionlab.core.access.AccessFormat;
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

  public static Trace nasaLog() {
    return read("nasa_http_19950801.raw.tsv.gz", AccessFormat.WEB_LOG);
  }

  private static Trace read(String name, AccessFormat format) {
    String folder = System.getProperty("decisionlab.traces", "");
    Path file = Path.of(folder, name);
    assumeTrue(
        !folder.isEmpty() && Files.isReadable(file),
        () -> "SKIPPED: the real trace " + file + " is not there; set -Ddecisionlab.traces=FOLDER");
    try (AccessSource source = format.open(file)) {
      return Trace.read(source.records(), TraceOptions.DEFAULT.keepingRecords());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
