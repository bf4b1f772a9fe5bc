// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class MetricsTest {

  private static final boolean[] LABELS = {true, false, true, false, false};

  @Test
  void aucCountsPairsWonAndTiesHalf() {
    // Positives .9 and .4 against negatives .4, .3, .6: pairs won 3 + 1, tied 1, of 6.
    double[] scores = {0.9, 0.4, 0.4, 0.3, 0.6};
    assertThat(Metrics.auc(LABELS, scores)).isEqualTo(4.5 / 6);
  }

  @Test
  void aucOfPerfectReversedAndConstantScores() {
    boolean[] labels = {false, false, true, true};
    assertThat(Metrics.auc(labels, new double[] {1, 2, 3, 4})).isEqualTo(1);
    assertThat(Metrics.auc(labels, new double[] {4, 3, 2, 1})).isEqualTo(0);
    assertThat(Metrics.auc(labels, new double[] {5, 5, 5, 5})).isEqualTo(0.5);
    assertThat(Metrics.auc(labels, new double[] {-0.0, 0.0, -0.0, 0.0}))
        .as("the two zeros are one score")
        .isEqualTo(0.5);
    assertThat(
            Metrics.auc(
                labels, new double[] {Double.NEGATIVE_INFINITY, 0, 1, Double.POSITIVE_INFINITY}))
        .isEqualTo(1);
  }

  @Test
  void aucAgreesWithCountingAllPairs() {
    long seed = 20261;
    Random random = new Random(seed);
    boolean[] labels = new boolean[300];
    double[] scores = new double[300];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = random.nextInt(3) == 0;
      scores[i] = random.nextInt(20) + (labels[i] ? 3 : 0);
    }
    double won = 0;
    double pairs = 0;
    for (int i = 0; i < labels.length; i++) {
      for (int j = 0; j < labels.length; j++) {
        if (labels[i] && !labels[j]) {
          pairs++;
          won += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
        }
      }
    }
    assertThat(Metrics.auc(labels, scores))
        .as("seed " + seed)
        .isCloseTo(won / pairs, within(1e-12));
  }

  @Test
  void brierAndLogLossByHand() {
    boolean[] labels = {true, false};
    double[] probabilities = {0.8, 0.4};
    assertThat(Metrics.brier(labels, probabilities)).isCloseTo((0.04 + 0.16) / 2, within(1e-15));
    assertThat(Metrics.logLoss(labels, probabilities))
        .isCloseTo(-(Math.log(0.8) + Math.log(0.6)) / 2, within(1e-15));
    assertThat(Metrics.logLoss(labels, new double[] {0, 0}))
        .as("a sure and wrong answer costs much, not everything")
        .isCloseTo(-Math.log(1e-7) / 2, within(1e-12));
  }

  @Test
  void refusesWhatCannotBeJudged() {
    assertThatThrownBy(() -> Metrics.auc(new boolean[3], new double[3]))
        .hasMessageContaining("0 of 3 labels are yes");
    assertThatThrownBy(() -> Metrics.auc(LABELS, new double[4]))
        .hasMessageContaining("5 labels and 4 scores");
    assertThatThrownBy(() -> Metrics.auc(LABELS, new double[] {1, 2, Double.NaN, 3, 4}))
        .hasMessageContaining("row 2 is NaN");
    assertThatThrownBy(() -> Metrics.brier(LABELS, new double[] {1, 2, 0, 0, 0}))
        .hasMessageContaining("row 1: 2.0 is not a probability");
    assertThatThrownBy(() -> Metrics.logLoss(new boolean[0], new double[0]))
        .hasMessageContaining("0 labels");
  }
}
