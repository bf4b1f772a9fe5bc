// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.spark.sql.SparkSession;
import org.decisionlab.core.access.AccessFormat;
import org.decisionlab.core.access.AccessRecord;
import org.decisionlab.core.access.AccessSource;
import org.decisionlab.core.access.XrootdJsonWriter;

/** One Spark session for all tests of the module, and files of records. */
final class Worlds {

  /** Masters of the sessions that the guard told of. */
  static final List<String> HEARD = new CopyOnWriteArrayList<>();

  static final SparkSession SPARK = session();

  private Worlds() {}

  private static SparkSession session() {
    SessionGuard.tell(context -> HEARD.add(context.master()));
    return LocalSpark.session("local[4]", Map.of());
  }

  static DataManager data() {
    return DataManager.on(SPARK);
  }

  static Path write(Path folder, String name, List<AccessRecord> records) throws IOException {
    Path file = folder.resolve(name);
    try (XrootdJsonWriter writer = new XrootdJsonWriter(Files.newOutputStream(file))) {
      for (AccessRecord record : records) {
        writer.write(record);
      }
    }
    return file;
  }

  /** What core's own reader finds in the files, one after another. */
  static List<AccessRecord> readByCore(List<Path> files) throws IOException {
    List<AccessRecord> records = new ArrayList<>();
    for (Path file : files) {
      try (AccessSource source = AccessFormat.detect(file).open(file)) {
        source.records().forEach(records::add);
      }
    }
    return records;
  }
}
