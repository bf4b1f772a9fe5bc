// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.decisionlab.core.access.AccessRecord;
import org.decisionlab.core.feature.FeatureMap;
import org.decisionlab.simulator.cache.CacheSize;
import org.decisionlab.simulator.replay.Contender;
import org.decisionlab.simulator.replay.Misses;
import org.decisionlab.simulator.replay.Replay;
import org.decisionlab.simulator.trace.Trace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tech.tablesaw.api.Table;

/** From a file of days through Spark and a table to the misses of a replay, as in the notebooks. */
class MissesOfATableTest {

  private static final String HEADER =
      "Filename,SiteName,UserID,TaskID,TaskMonitorID,JobID,Protocol,JobExecExitCode,JobStart,"
          + "JobEnd,NumCPU,WrapWC,WrapCPU,Size,DataType,FileType,JobLengthH,JobLengthM,JobSuccess,"
          + "CPUTime,IOTime,reqDay,Region,Campaign,Process";
  private static final String ROW = "%d,,,,,,,,,,,,,%d,,,,,,,,%d,,,";
  private static final long DAY = 86_400;
  private static final long FIRST_DAY = 1_530_403_200;

  @TempDir Path folder;

  /** Ten days of 137 rows: no row but the first of a day falls on a whole second. */
  private Path days(long seed) throws IOException {
    Random random = new Random(seed);
    StringBuilder csv = new StringBuilder(HEADER);
    for (int row = 0; row < 1370; row++) {
      int file = (int) (120 * Math.pow(random.nextDouble(), 2));
      csv.append('\n').append(ROW.formatted(file, 1 + file % 7, FIRST_DAY + row / 137 * DAY));
    }
    return Files.writeString(folder.resolve("days.csv"), csv);
  }

  @Test
  void areThoseOfTheReplay() throws IOException {
    long seed = 4;
    try (AccessTable accesses = Worlds.data().read(List.of(days(seed)))) {
      List<AccessRecord> all = accesses.inTimeOrder().toList();
      Trace trace = Trace.of(all);
      TimeSplit split = TimeSplit.shares(0.5, 0.2);
      TimeWindows windows = split.over(all.get(0).openedAt(), all.get(all.size() - 1).openedAt());
      Duration horizon = Duration.ofMillis(1);
      Table validation =
          accesses
              .features(FeatureMap.standard().select("file_accesses"), horizon, split)
              .toTablesaw(Split.VALIDATION);
      assertThat(validation.rowCount()).isGreaterThan(200);

      boolean[] missed =
          Misses.of(trace, CacheSize.parse("15%"))
              .among(
                  validation.stringColumn("lfn").asList(),
                  validation.instantColumn("opened_at").asList());

      long expected = misses(all, windows.validationFrom()) - misses(all, windows.testFrom());
      long told = 0;
      for (boolean one : missed) {
        told += one ? 1 : 0;
      }
      assertThat(told).as("seed %d", seed).isEqualTo(expected).isPositive();
    }
  }

  /** Misses from an instant on, in a replay that is warm by then. */
  private static long misses(List<AccessRecord> records, Instant from) {
    return Replay.of(records)
        .warmUpUntil(from)
        .cache("15%")
        .run(Contender.lru())
        .row("LRU")
        .tally()
        .misses();
  }
}
