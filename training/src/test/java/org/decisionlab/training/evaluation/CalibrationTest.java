// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class CalibrationTest {

  @Test
  void binsByHand() {
    boolean[] labels = {false, true, false, true, true};
    double[] probabilities = {0.1, 0.3, 0.5, 0.9, 1.0};
    Calibration calibration = Calibration.of(labels, probabilities, 2);
    Calibration.Bin low = calibration.bins().get(0);
    Calibration.Bin high = calibration.bins().get(1);
    assertThat(low.rows()).isEqualTo(2);
    assertThat(low.meanProbability()).isCloseTo(0.2, within(1e-12));
    assertThat(low.observed()).isEqualTo(0.5);
    assertThat(high.rows()).as("0.5 belongs to the upper bin, 1.0 is in it").isEqualTo(3);
    assertThat(high.meanProbability()).isCloseTo(0.8, within(1e-12));
    assertThat(high.observed()).isCloseTo(2.0 / 3, within(1e-12));
    // (2 * |0.2 - 0.5| + 3 * |0.8 - 2/3|) / 5
    assertThat(calibration.expectedError()).isCloseTo((0.6 + 0.4) / 5, within(1e-12));
  }

  @Test
  void emptyBinsAreShownAndCountNothing() {
    Calibration calibration = Calibration.of(new boolean[] {true, false}, new double[] {0.5, 0.5});
    assertThat(calibration.bins()).hasSize(10);
    assertThat(calibration.expectedError()).isZero();
    assertThat(calibration.bins().get(0).observed()).isNaN();
    assertThat(calibration.table().rowCount()).isEqualTo(10);
    assertThat(calibration.table().intColumn("rows").sum()).isEqualTo(2);
  }
}
