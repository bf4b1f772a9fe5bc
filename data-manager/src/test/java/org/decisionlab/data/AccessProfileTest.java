// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.decisionlab.core.access.AccessRecord;
import org.decisionlab.core.name.LogicalFileName;
import org.decisionlab.data.AccessProfile.DayTraffic;
import org.decisionlab.data.AccessProfile.GapBin;
import org.decisionlab.data.AccessProfile.GapQuantile;
import org.decisionlab.testing.SeededAccesses;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessProfileTest {

  private static final Instant T0 = Instant.parse("2018-07-01T23:00:00Z");

  @TempDir Path folder;

  private AccessProfile profile(List<AccessRecord> records) throws IOException {
    try (AccessTable table =
        Worlds.data().read(Worlds.write(folder, "f.json", records).toString())) {
      return table.profile();
    }
  }

  private static AccessRecord open(String lfn, double hours, Long size, Long read) {
    Instant at = T0.plusMillis((long) (hours * 3_600_000));
    return new AccessRecord(lfn, size, read, at, null, null, null, null, null);
  }

  @Test
  void aSmallWorldByHand() throws IOException {
    AccessProfile profile =
        profile(
            List.of(
                open("/a", 0, 10L, 3L),
                open("/a", 0, 10L, 3L),
                open("/a", 2, 12L, null),
                open("/b", 0.5, null, null),
                open("/b", 10.5, 5L, 5L),
                open("/c", 3, 7L, null),
                open("/d", 26, Long.MAX_VALUE / 2, 1L)));
    assertThat(profile.records()).isEqualTo(7);
    assertThat(profile.files()).isEqualTo(4);
    assertThat(profile.first()).isEqualTo(T0);
    assertThat(profile.last()).isEqualTo(T0.plus(Duration.ofHours(26)));
    assertThat(profile.withoutSize()).isEqualTo(1);
    assertThat(profile.requestedBytes()).isEqualTo(44 + Long.MAX_VALUE / 2);
    assertThat(profile.footprintBytes()).isEqualTo(12 + 5 + 7 + Long.MAX_VALUE / 2);
    assertThat(profile.popularity().ranks()).containsExactly(1L, 2L, 3L, 4L);
    assertThat(profile.popularity().accesses()).containsExactly(3L, 2L, 1L, 1L);
    assertThat(profile.gaps().count()).isEqualTo(2);
    assertThat(profile.gaps().quantiles())
        .contains(new GapQuantile(0.25, Duration.ofHours(2)))
        .contains(new GapQuantile(0.99, Duration.ofHours(10)));
    assertThat(profile.days())
        .containsExactly(
            new DayTraffic(LocalDate.of(2018, 7, 1), 3, 20, 6),
            new DayTraffic(LocalDate.of(2018, 7, 2), 3, 24, 5),
            new DayTraffic(LocalDate.of(2018, 7, 3), 1, Long.MAX_VALUE / 2, 1));
  }

  @Test
  void agreesWithALoopOverAllRecords() throws IOException {
    long seed = 9;
    List<AccessRecord> records = SeededAccesses.inTimeOrder(seed, 3_000, 20);
    AccessProfile profile = profile(records);
    Map<String, List<Instant>> openings = new HashMap<>();
    for (AccessRecord record : Worlds.readByCore(List.of(folder.resolve("f.json")))) {
      openings
          .computeIfAbsent(LogicalFileName.parse(record.lfn()).path(), f -> new ArrayList<>())
          .add(record.openedAt());
    }
    List<Long> counts =
        openings.values().stream()
            .map(list -> (long) list.size())
            .sorted(Comparator.reverseOrder())
            .toList();
    for (int i = 0; i < profile.popularity().ranks().size(); i++) {
      int rank = Math.toIntExact(profile.popularity().ranks().get(i));
      assertThat(profile.popularity().accesses().get(i)).isEqualTo(counts.get(rank - 1));
    }
    assertThat(profile.popularity().ranks()).isSorted().last().isEqualTo((long) counts.size());

    List<Double> gaps = new ArrayList<>();
    for (List<Instant> times : openings.values()) {
      Instant before = null;
      for (Instant time : new TreeSet<>(times)) {
        if (before != null) {
          gaps.add(Duration.between(before, time).toMillis() / 3.6e6);
        }
        before = time;
      }
    }
    Collections.sort(gaps);
    assertThat(profile.gaps().count()).isEqualTo(gaps.size());
    for (GapBin bin : profile.gaps().bins()) {
      assertThat(bin.toHours() / bin.fromHours()).isCloseTo(Math.pow(10, 0.2), within(1e-9));
      assertThat(bin.count())
          .as("seed %d, %s", seed, bin)
          .isEqualTo(gaps.stream().filter(g -> g >= bin.fromHours() && g < bin.toHours()).count());
    }
    assertThat(profile.gaps().bins().stream().mapToLong(GapBin::count).sum())
        .isEqualTo(gaps.size());
    for (GapQuantile quantile : profile.gaps().quantiles()) {
      double exact = gaps.get((int) Math.ceil(quantile.share() * gaps.size()) - 1);
      assertThat(quantile.gap().toMillis() / 3.6e6).isCloseTo(exact, within(1e-9));
    }
  }
}
