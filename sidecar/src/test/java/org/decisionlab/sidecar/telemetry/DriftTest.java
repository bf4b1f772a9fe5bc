// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.decisionlab.models.bundle.FeatureStatistics;
import org.junit.jupiter.api.Test;

class DriftTest {

  private static final FeatureStatistics FEATURE =
      new FeatureStatistics(
          "x", 0, 1, -4, 4, List.of(-1.0, 0.0, 1.0), List.of(0.16, 0.34, 0.34, 0.16));

  private static Drift.Report after(int rows, double shift) {
    Drift drift = new Drift(List.of(FEATURE));
    Random random = new Random(3);
    for (int i = 0; i < rows; i++) {
      drift.add(new float[] {(float) (random.nextGaussian() + shift)}, new float[] {i % 4 * 0.25f});
    }
    return drift.report();
  }

  @Test
  void theSameDistributionIsSteadyAndAnotherIsNot() {
    assertThat(after(5_000, 0).features().get(0).stabilityIndex()).isLessThan(0.01);
    assertThat(after(5_000, 1).features().get(0).stabilityIndex()).isGreaterThan(Drift.SHIFTED);
  }

  /** Shares 0.1, 0.2, 0.3, 0.4 against 0.16, 0.34, 0.34, 0.16, added up by hand. */
  @Test
  void theIndexIsTheSumOfItsBins() {
    Drift drift = new Drift(List.of(FEATURE));
    float[] values = {-2, -0.5f, -0.5f, 0, 0.5f, 0.5f, 1, 2, 2, 3};
    for (float value : values) {
      drift.add(new float[] {value}, new float[] {0.5f});
    }
    Drift.Feature found = drift.report().features().get(0);
    assertThat(found.found()).containsExactly(0.1, 0.2, 0.3, 0.4);
    double expected =
        -0.06 * Math.log(0.1 / 0.16)
            + -0.14 * Math.log(0.2 / 0.34)
            + -0.04 * Math.log(0.3 / 0.34)
            + 0.24 * Math.log(0.4 / 0.16);
    assertThat(found.stabilityIndex()).isCloseTo(expected, within(1e-12));
  }

  /** The reference counts values that were there. */
  @Test
  void whatIsMissingBelongsToNoBin() {
    Drift drift = new Drift(List.of(FEATURE));
    float[][] rows = {{-2}, {Float.NaN}, {0.5f}, {Float.NaN}};
    drift.add(rows, new float[][] {{0}, {0}, {0}, {0}});
    assertThat(drift.report().rows()).isEqualTo(4);
    assertThat(drift.report().features().get(0).found()).containsExactly(0.5, 0.0, 0.5, 0.0);
  }

  @Test
  void aFeatureThatBeginsToBeMissingIsSeen() {
    Drift drift = new Drift(List.of(FEATURE));
    float[][] rows = {{Float.NaN}, {Float.NaN}, {Float.NaN}, {Float.NaN}};
    float[][] answers = {{0}, {0}, {0}, {0}};
    drift.add(rows, answers);
    Drift.Feature gone = drift.report().features().get(0);
    assertThat(gone.missing()).isEqualTo(1);
    assertThat(gone.stabilityIndex()).as("nothing to compare").isZero();
    drift.add(new float[][] {{-2}, {0}, {0.5f}, {2}}, answers);
    assertThat(drift.report().features().get(0).missing()).isEqualTo(0.5);
    for (int i = 0; i < 2 * Drift.WINDOW; i++) {
      drift.add(new float[] {0}, new float[] {0});
    }
    assertThat(drift.report().features().get(0).missing()).as("long ago").isZero();
  }

  /** Who wants to count one row, or to look, waits for a piece of many, not for all. */
  @Test
  void manyRowsLetOthersInBetween() throws Exception {
    float[][] same = new float[500_000][];
    Arrays.fill(same, new float[] {0});
    boolean between = false;
    for (int i = 0; i < 20 && !between; i++) {
      Drift drift = new Drift(List.of(FEATURE));
      Thread counting = new Thread(() -> drift.add(same, same));
      counting.start();
      long seen = 0;
      while (seen < same.length) {
        seen = drift.report().scores().get(0);
        between |= seen > 0 && seen < same.length;
      }
      counting.join();
    }
    assertThat(between).isTrue();
  }

  @Test
  void oldRowsAreForgottenAndAnswersAreCounted() {
    Drift drift = new Drift(List.of(FEATURE));
    for (int i = 0; i < Drift.WINDOW; i++) {
      drift.add(new float[] {9}, new float[] {2});
    }
    for (int i = 0; i < 2 * Drift.WINDOW; i++) {
      drift.add(new float[] {-9}, new float[] {1});
    }
    Drift.Report report = drift.report();
    assertThat(report.features().get(0).found()).containsExactly(1.0, 0.0, 0.0, 0.0);
    assertThat(report.outside()).isEqualTo(Drift.WINDOW);
    assertThat(report.scores().get(Drift.SCORE_BINS - 1)).isEqualTo(2L * Drift.WINDOW);
  }

  @Test
  void withoutBinsNothingIsCompared() {
    Drift drift = new Drift(List.of(new FeatureStatistics("x", 0, 1, -4, 4)));
    drift.add(new float[] {1}, new float[] {0.5f});
    assertThat(drift.report().features()).isEmpty();
    assertThat(drift.report().rows()).isEqualTo(1);
  }
}
