// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.testing;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.decisionlab.core.access.AccessRecord;

/**
 * Random access records for tests: few files so that they come again, CMS names and others, several
 * spellings of one file, many openings at one instant, long silences, missing and changing sizes.
 */
public final class SeededAccesses {

  private static final Instant START = Instant.parse("2018-06-01T00:00:00Z");

  private SeededAccesses() {}

  /**
   * Records in time order.
   *
   * @param seed the same seed gives the same records
   * @param count how many
   * @param days time span; shorter spans have more openings at one instant
   */
  public static List<AccessRecord> inTimeOrder(long seed, int count, int days) {
    Random random = new Random(seed);
    List<AccessRecord> records = new ArrayList<>();
    long seconds = days * 86_400L;
    while (records.size() < count) {
      // Times on a coarse grid tie often; some have microseconds.
      long second = random.nextLong(seconds / 30) * 30;
      Instant at = START.plusSeconds(second);
      if (random.nextInt(8) == 0) {
        at = at.plus(random.nextLong(1_000_000), ChronoUnit.MICROS);
      }
      int burst = 1 + random.nextInt(4);
      for (int i = 0; i < burst && records.size() < count; i++) {
        records.add(AccessRecord.of(name(random), at, size(random)));
      }
    }
    records.sort(Comparator.comparing(AccessRecord::openedAt));
    return records;
  }

  private static Long size(Random random) {
    return random.nextInt(5) == 0 ? null : (Long) (1_000_000L * (1 + random.nextInt(4_000)));
  }

  private static String name(Random random) {
    int file = (int) Math.min(59, Math.abs(random.nextGaussian()) * 15);
    return switch (random.nextInt(6)) {
      case 0 -> String.format(Locale.ROOT, "/images/%d/logo-%d.gif", file % 5, file);
      case 1 -> "block" + file % 20;
      case 2 ->
          String.format(
              Locale.ROOT, "/store/user/ada/run%d/000%d/tree_%d.root", file % 3, file % 2, file);
      default -> prefix(random) + cms(file);
    };
  }

  private static String prefix(Random random) {
    return switch (random.nextInt(5)) {
      case 0 -> "root://xrootd.example.org//eos/cms";
      case 1 -> "/eos/cms/";
      default -> "";
    };
  }

  private static String cms(int file) {
    if (file % 2 == 0) {
      return String.format(
          Locale.ROOT,
          "/store/data/Run2018%c/SingleMuon/MINIAOD/17Sep2018-v%d/000/315/%03d/00000/F%d.root",
          'A' + file % 4,
          1 + file % 2,
          file,
          file);
    }
    return String.format(
        Locale.ROOT,
        "/store/mc/RunIIAutumn18MiniAOD/TTTo2L2Nu_%d/MINIAODSIM/102X_upgrade2018-v1/%05d/A%d.root",
        file % 3,
        10_000 * (file % 7),
        file);
  }
}
