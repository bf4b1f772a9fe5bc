// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.core.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.decisionlab.core.access.AccessRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FeatureMapTest {

  private static final Instant T0 = Instant.parse("2018-07-01T00:00:00Z");
  private static final FeatureMap STANDARD = FeatureMap.standard();
  private static final FeatureMap PLAIN =
      new FeatureMap(
          STANDARD.features().stream()
              .map(f -> new Feature(f.quantity(), Scaling.NONE, -7))
              .toList());

  @Test
  void valuesByHand() {
    String lfn = "/store/mc/Camp/Proc/MINIAODSIM/cond-v1/10000/f.root";
    GroupStats group = new GroupStats(9, T0, T0.plus(Duration.ofHours(30)), 4, 2.5, 6.25);
    FileStats stats =
        new FileStats(
            3,
            T0.plus(Duration.ofHours(1)),
            T0.plus(Duration.ofHours(20)),
            T0.plus(Duration.ofMinutes(90)),
            0.75,
            1000L,
            group);
    AccessRecord access = AccessRecord.of(lfn, T0.plus(Duration.ofHours(32)), null);
    assertThat(PLAIN.names())
        .containsExactly(
            "size",
            "file_accesses",
            "file_idle",
            "file_gap",
            "file_age",
            "file_day_rate",
            "group_accesses",
            "group_idle",
            "group_age",
            "group_files",
            "group_day_rate",
            "group_week_rate",
            "tier_event_size");
    assertThat(PLAIN.vectorOf(access, stats))
        .containsExactly(1000f, 3f, 12f, 18.5f, 31f, 0.75f, 9f, 2f, 32f, 4f, 2.5f, 6.25f, 40f);
    assertThat(STANDARD.vectorOf(access, stats)[2]).isEqualTo((float) Math.log1p(12));
    AccessRecord told = AccessRecord.of(lfn, access.openedAt(), 2000L);
    assertThat(PLAIN.vectorOf(told, stats)[0]).isEqualTo(2000f);
  }

  @Test
  void whatIsNotKnownHasTheMissingValue() {
    assertThat(PLAIN.vectorOf(AccessRecord.of("x", T0, null), FileStats.UNSEEN))
        .containsExactly(-7f, 0f, -7f, -7f, -7f, 0f, 0f, -7f, -7f, 0f, 0f, 0f, -7f);
    float never = (float) Math.log1p(2880);
    assertThat(STANDARD.vectorOf(AccessRecord.of("x", T0, null), FileStats.UNSEEN))
        .containsExactly(-1f, 0f, never, never, -1f, 0f, 0f, never, -1f, 0f, 0f, 0f, -1f);
  }

  /** Worked out by another program; a change here makes every model made before it unusable. */
  @Test
  void theHashOfTheStandardMapIsFixed() {
    assertThat(STANDARD.contentHash())
        .isEqualTo("7214a73e17e29f1252a16a9cecc3a5d0893347a55b0cfa4133bec1262e0486e9");
  }

  @Test
  void jsonRoundTrip() {
    FeatureMap odd =
        new FeatureMap(
            List.of(
                new Feature(Quantity.GROUP_IDLE, Scaling.NONE, 0.1 + 0.2),
                new Feature(Quantity.SIZE, Scaling.LOG1P, -1e-300)));
    for (FeatureMap map : List.of(STANDARD, PLAIN, odd, STANDARD.select("file_idle", "size"))) {
      assertThat(FeatureMap.fromJson(map.toJson().toString())).isEqualTo(map);
      assertThat(FeatureMap.fromJson(map.toJson()).contentHash()).isEqualTo(map.contentHash());
    }
  }

  @Test
  void theHashTellsEveryDifference() {
    List<FeatureMap> maps =
        List.of(
            STANDARD,
            PLAIN,
            STANDARD.select("size", "file_idle"),
            STANDARD.select("file_idle", "size"),
            new FeatureMap(List.of(new Feature(Quantity.SIZE, Scaling.LOG1P, 0))),
            new FeatureMap(List.of(new Feature(Quantity.SIZE, Scaling.LOG1P, -0.0))),
            new FeatureMap(List.of(new Feature(Quantity.SIZE, Scaling.NONE, 0))));
    assertThat(maps.stream().map(FeatureMap::contentHash)).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "version":1         | "version":2          | not a feature map of version 1
          "features"          | "inputs"             | not a feature map of version 1
          "file_idle"         | "file_rest"          | unknown feature 'file_rest'
          "hour"              | "day"                | file_idle is measured in hour, not in "day"
          "log1p"             | "sqrt"               | unknown scaling 'sqrt'
          "log1p"             | "none"               | does not match its hash
          "when_missing":-1.0 | "when_missing":-2.0  | does not match its hash
          "when_missing":-1.0 | "when_missing":"-1"  | size has no number when_missing
          "when_missing":-1.0 | "when_missing":1e999 | size: whenMissing must be finite
          "file_idle"         | "size"               | size is measured in byte, not in "hour"
          """)
  void refusesJsonThatIsNotWhatItSays(String part, String changed, String reason) {
    String json = STANDARD.select("size", "file_idle").toJson().toString();
    assertThat(json).contains(part);
    assertThatThrownBy(() -> FeatureMap.fromJson(json.replaceFirst(part, changed)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[]", "null", "{} {}", "{\"version\":1,\"features\":[]}"})
  void refusesOtherText(String text) {
    assertThatThrownBy(() -> FeatureMap.fromJson(text))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesMapsThatMakeNoSense() {
    Feature size = new Feature(Quantity.SIZE, Scaling.NONE, 0);
    assertThatThrownBy(() -> new FeatureMap(List.of())).hasMessageContaining("at least one");
    assertThatThrownBy(() -> new FeatureMap(List.of(size, size)))
        .hasMessageContaining("feature size occurs twice");
    assertThatThrownBy(() -> new Feature(Quantity.SIZE, Scaling.NONE, Double.NaN))
        .hasMessageContaining("size: whenMissing must be finite");
    assertThatThrownBy(() -> STANDARD.select("size", "colour"))
        .hasMessageContaining("no feature 'colour' among [size, ");
  }
}
