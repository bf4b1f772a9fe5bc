// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.core.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.decisionlab.core.access.AccessRecord;
import org.decisionlab.core.name.LogicalFileName;
import org.decisionlab.testing.SeededAccesses;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileHistoryTest {

  private static final Instant T0 = Instant.parse("2018-07-01T00:00:00Z");
  private static final FeatureMap MAP = FeatureMap.standard();

  private static AccessRecord open(String lfn, long hours) {
    return AccessRecord.of(lfn, T0.plus(Duration.ofHours(hours)), null);
  }

  private static List<FileStats> statsOf(FileHistory history, List<AccessRecord> records) {
    List<FileStats> stats = new ArrayList<>();
    for (AccessRecord record : records) {
      stats.add(history.before(record));
      assertThat(history.add(record)).isTrue();
    }
    return stats;
  }

  private static List<float[]> vectorsOf(List<AccessRecord> records) {
    FileHistory history = new FileHistory();
    List<float[]> vectors = new ArrayList<>();
    for (AccessRecord record : records) {
      vectors.add(MAP.vectorOf(record, history.before(record)));
      history.add(record);
    }
    return vectors;
  }

  /** Two days after each of four openings, worked out by hand. */
  @Test
  void aSmallWorldByHand() {
    FileHistory history = new FileHistory();
    history.add(AccessRecord.of("/d/a", T0, 5L));
    history.add(open("/d/a", 24));
    history.add(open("/d/b", 24));
    FileStats stats = history.before("/d/a", T0.plus(Duration.ofDays(2)));
    assertThat(stats.accesses()).isEqualTo(2);
    assertThat(stats.firstAccess()).isEqualTo(T0);
    assertThat(stats.lastAccess()).isEqualTo(T0.plus(Duration.ofDays(1)));
    assertThat(stats.secondLastAccess()).isEqualTo(T0);
    assertThat(stats.dayRate()).isEqualTo(0.25 + 0.5);
    assertThat(stats.sizeBytes()).isEqualTo(5);
    assertThat(stats.group().accesses()).isEqualTo(3);
    assertThat(stats.group().files()).isEqualTo(2);
    assertThat(stats.group().dayRate()).isEqualTo(0.25 + 0.5 + 0.5);
    assertThat(stats.group().weekRate())
        .isCloseTo(Math.pow(2, -2 / 7.0) + 2 * Math.pow(2, -1 / 7.0), within(1e-12));
    assertThat(history.before("/d/c", T0.plus(Duration.ofDays(2))).group())
        .isEqualTo(stats.group());
    assertThat(history.before("/e/a", T0.plus(Duration.ofDays(2)))).isEqualTo(FileStats.UNSEEN);
  }

  @ParameterizedTest
  @CsvSource({"1,400,3,60", "2,1500,40,5", "3,1500,10,2", "4,600,300,60", "5,1200,2,1"})
  void agreesWithTheNaiveReference(long seed, int count, int days, int retentionDays) {
    Duration retention = Duration.ofDays(retentionDays);
    List<AccessRecord> records = SeededAccesses.inTimeOrder(seed, count, days);
    List<FileStats> answers = statsOf(new FileHistory(retention, 1_000_000), records);
    NaiveHistory naive = new NaiveHistory(records, retention);
    for (int i = 0; i < records.size(); i++) {
      assertThat(answers.get(i))
          .as("seed %d, record %d: %s", seed, i, records.get(i))
          .usingRecursiveComparison()
          .withComparatorForType(nearly(), Double.class)
          .isEqualTo(naive.before(records.get(i)));
    }
  }

  private static Comparator<Double> nearly() {
    return (a, b) -> Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(b)) ? 0 : Double.compare(a, b);
  }

  @Test
  void theOrderOfSimultaneousOpeningsDoesNotMatter() {
    long seed = 11;
    List<AccessRecord> records = SeededAccesses.inTimeOrder(seed, 3_000, 2);
    Map<AccessRecord, float[]> expected = new HashMap<>();
    List<float[]> vectors = vectorsOf(records);
    for (int i = 0; i < records.size(); i++) {
      expected.put(records.get(i), vectors.get(i));
    }
    Random random = new Random(seed);
    for (int round = 0; round < 5; round++) {
      List<AccessRecord> shuffled = new ArrayList<>(records);
      Collections.shuffle(shuffled, random);
      shuffled.sort(Comparator.comparing(AccessRecord::openedAt));
      List<float[]> again = vectorsOf(shuffled);
      for (int i = 0; i < shuffled.size(); i++) {
        assertThat(again.get(i))
            .as("seed %d, round %d, %s", seed, round, shuffled.get(i))
            .containsExactly(expected.get(shuffled.get(i)));
      }
    }
  }

  /** What happens at or after an instant changes nothing at or before it. */
  @Test
  void noPeeking() {
    long seed = 12;
    List<AccessRecord> records = SeededAccesses.inTimeOrder(seed, 3_000, 20);
    List<float[]> vectors = vectorsOf(records);
    Random random = new Random(seed);
    for (int round = 0; round < 20; round++) {
      Instant t = records.get(random.nextInt(records.size())).openedAt();
      List<AccessRecord> changed = new ArrayList<>();
      int kept = 0;
      for (AccessRecord record : records) {
        if (record.openedAt().isBefore(t)) {
          changed.add(record);
          kept++;
        }
      }
      // Questions asked at t itself, with other records at t and after it.
      FileHistory history = new FileHistory();
      changed.forEach(history::add);
      for (AccessRecord other : SeededAccesses.inTimeOrder(seed + round, 200, 1)) {
        Duration shift = Duration.between(Instant.parse("2018-06-01T00:00:00Z"), other.openedAt());
        history.add(AccessRecord.of(other.lfn(), t, 77L));
        if (shift.toHours() == 0) {
          history.add(AccessRecord.of(other.lfn(), t, other.sizeBytes()));
        }
      }
      for (int i = kept; i < records.size() && records.get(i).openedAt().equals(t); i++) {
        AccessRecord record = records.get(i);
        assertThat(MAP.vectorOf(record, history.before(record)))
            .as("seed %d, t %s, %s", seed, t, record)
            .containsExactly(vectors.get(i));
      }
    }
  }

  /** A history of one group answers as a history of all. */
  @Test
  void theAnswerDependsOnTheOwnGroupOnly() {
    List<AccessRecord> records = SeededAccesses.inTimeOrder(13, 4_000, 200);
    List<FileStats> together = statsOf(new FileHistory(Duration.ofDays(20), 1_000), records);
    Map<String, FileHistory> histories = new HashMap<>();
    for (int i = 0; i < records.size(); i++) {
      AccessRecord record = records.get(i);
      FileHistory own =
          histories.computeIfAbsent(
              LogicalFileName.parse(record.lfn()).group(),
              group -> new FileHistory(Duration.ofDays(20), 1_000));
      assertThat(own.before(record)).isEqualTo(together.get(i));
      own.add(record);
    }
  }

  @Test
  void retentionEndsAfterItsLastMoment() {
    FileHistory history = new FileHistory(Duration.ofHours(10), 10);
    history.add(open("a", 0));
    assertThat(history.before(open("a", 10)).accesses()).isEqualTo(1);
    assertThat(history.before("a", T0.plus(Duration.ofHours(10)).plusNanos(1000)))
        .isEqualTo(FileStats.UNSEEN);
    history.add(open("b", 11));
    assertThat(history.files()).isEqualTo(1);
    assertThat(history.truncations()).isZero();
  }

  @Test
  void theBoundForgetsTheLongestIdleAndCountsIt() {
    FileHistory history = new FileHistory(Duration.ofDays(60), 2);
    history.add(open("/d/a", 0));
    history.add(open("/d/b", 1));
    history.add(open("/d/a", 2));
    history.add(open("/d/c", 3));
    assertThat(history.files()).isEqualTo(2);
    assertThat(history.truncations()).isEqualTo(1);
    assertThat(history.before(open("/d/a", 4)).accesses()).isEqualTo(2);
    assertThat(history.before(open("/d/b", 4)).accesses()).isZero();
    assertThat(history.before(open("/d/b", 4)).group().accesses()).isEqualTo(4);
  }

  @Test
  void recordsOlderThanTheirGroupAreRefusedAndCounted() {
    FileHistory history = new FileHistory();
    assertThat(history.add(open("/d/a", 5))).isTrue();
    assertThat(history.add(open("/d/b", 4))).isFalse();
    assertThat(history.add(open("/d/b", 5))).isTrue();
    assertThat(history.add(open("/e/b", 4))).isTrue();
    assertThat(history.late()).isEqualTo(1);
    assertThat(history.before(open("/d/b", 6)).accesses()).isEqualTo(1);
  }

  @Test
  void aLateQuestionGivesFiniteNumbers() {
    FileHistory history = new FileHistory();
    history.add(open("/d/a", 0));
    history.add(open("/d/a", 100));
    history.add(open("/d/a", 200));
    AccessRecord late = open("/d/a", 50);
    FileStats stats = history.before(late);
    assertThat(stats.dayRate()).isBetween(0.0, 2.0);
    for (float value : MAP.vectorOf(late, stats)) {
      assertThat(value).isFinite();
    }
  }

  @Test
  void spellingsOfOneFileAreOneFile() {
    FileHistory history = new FileHistory();
    history.add(open("root://host//eos/cms/store/user/a/f.root", 0));
    assertThat(history.before(open("/store/user/a/f.root", 1)).accesses()).isEqualTo(1);
  }

  @Test
  void refusesBoundsThatMakeNoSense() {
    assertThatThrownBy(() -> new FileHistory(Duration.ZERO, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new FileHistory(Duration.ofDays(1), 0))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
