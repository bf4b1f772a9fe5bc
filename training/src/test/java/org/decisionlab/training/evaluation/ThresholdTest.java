// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import tech.tablesaw.api.BooleanColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.Table;

class ThresholdTest {

  private static final boolean[] LABELS = {true, false, true, false, true, false};
  private static final double[] PROBABILITIES = {0.9, 0.8, 0.6, 0.4, 0.2, 0.1};
  private static final double[] BYTES = {60, 10, 36, 50, 4, 40};

  @Test
  void keepsAShareOfTheBytesAskedAgainWithTheFewestWrites() {
    // Above 0.5 lie 96 of the 100 bytes asked again and 106 of all 200.
    Threshold threshold = Threshold.keeping(LABELS, PROBABILITIES, BYTES, 0.95);
    assertThat(threshold.value()).isCloseTo(0.5, within(1e-12));
    assertThat(threshold.keptBytes()).isEqualTo(0.96);
    assertThat(threshold.storedBytes()).isEqualTo(0.53);
  }

  @Test
  void keepingEverythingStoresDownToTheLastReusedFile() {
    Threshold threshold = Threshold.keeping(LABELS, PROBABILITIES, BYTES, 1);
    assertThat(threshold.value()).isCloseTo(0.15, within(1e-12));
    assertThat(threshold.keptBytes()).isEqualTo(1);
    assertThat(threshold.storedBytes()).isEqualTo(0.8);
  }

  @Test
  void tiesAreStoredTogether() {
    double[] tied = {0.5, 0.5, 0.5, 0.5, 0.5, 0.5};
    Threshold threshold = Threshold.keeping(LABELS, tied, BYTES, 0.5);
    assertThat(threshold.value()).isZero();
    assertThat(threshold.storedBytes()).isEqualTo(1);
  }

  @Test
  void youdenSplitsWhereTheTwoSharesAreFurthestApart() {
    // Kept of asked again minus kept of asked once, falling: .60, .50, .86, .36, .40, 0.
    Threshold threshold = Threshold.byYouden(LABELS, PROBABILITIES, BYTES);
    assertThat(threshold.value()).isCloseTo(0.5, within(1e-12));
    assertThat(threshold.keptBytes()).isEqualTo(0.96);
  }

  @Test
  void aTableGivesLabelsAndSizes() {
    LongColumn sizes = LongColumn.create("size_bytes", 60, 10, 36, 50, 4, 40);
    Table table = Table.create(sizes, BooleanColumn.create("label", LABELS));
    float[] probabilities = {0.9f, 0.8f, 0.6f, 0.4f, 0.2f, 0.1f};
    Threshold threshold = Threshold.keeping(table, "label", probabilities, 0.95);
    assertThat(threshold.keptBytes()).isEqualTo(0.96);
    assertThat(Threshold.byYouden(table, "label", probabilities)).isEqualTo(threshold);
    sizes.setMissing(0);
    assertThat(Threshold.keeping(table, "label", probabilities, 0.95).keptBytes())
        .as("a file of unknown size weighs nothing; 36 of 40 bytes are not enough")
        .isEqualTo(1);
  }

  /**
   * On all openings 0.5 keeps 96 of 100 bytes; of the 40 that were missed and asked for again it
   * keeps 36, so a cache that asks on misses only needs the lower threshold for 95 %.
   */
  @Test
  void onMissesOnlyTheMissedRowsCount() {
    LongColumn sizes = LongColumn.create("size_bytes", 60, 10, 36, 50, 4, 40);
    Table table = Table.create(sizes, BooleanColumn.create("label", LABELS));
    float[] probabilities = {0.9f, 0.8f, 0.6f, 0.4f, 0.2f, 0.1f};
    boolean[] missed = {false, true, true, true, true, true};
    Threshold threshold = Threshold.keeping(table, "label", probabilities, missed, 0.95);
    assertThat(threshold.value()).isCloseTo(0.15, within(1e-6));
    assertThat(threshold.keptBytes()).isEqualTo(1);
    assertThat(threshold.storedBytes()).isEqualTo(100 / 140.0);
    assertThat(Threshold.keeping(table, "label", probabilities, missed, 0.9).keptBytes())
        .isEqualTo(0.9);
    assertThatThrownBy(() -> Threshold.keeping(table, "label", probabilities, new boolean[5], 0.95))
        .hasMessageContaining("6 rows, 6 probabilities and 5 entries");
    assertThatThrownBy(() -> Threshold.keeping(table, "label", probabilities, new boolean[6], 0.95))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesWhatCannotBeChosen() {
    assertThatThrownBy(() -> Threshold.keeping(LABELS, PROBABILITIES, BYTES, 0))
        .hasMessageContaining("above 0");
    assertThatThrownBy(() -> Threshold.byYouden(new boolean[6], PROBABILITIES, BYTES))
        .hasMessageContaining("asked for again (0.0)");
    assertThatThrownBy(
            () -> Threshold.byYouden(LABELS, PROBABILITIES, new double[] {1, 1, -1, 1, 1, 1}))
        .hasMessageContaining("row 2: -1.0 bytes");
    assertThatThrownBy(() -> new Threshold(Double.NaN, 1, 1)).hasMessageContaining("probability");
  }
}
