// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class TimeSplitTest {

  private static final Instant T0 = Instant.parse("2018-07-01T00:00:00Z");

  private static Instant hour(double hours) {
    return T0.plusSeconds((long) (hours * 3600));
  }

  @Test
  void sharesAreOfTheTimeNotOfTheRecords() {
    assertThat(TimeSplit.shares(0.5, 0.25).over(T0, hour(8)))
        .isEqualTo(new TimeWindows(T0, hour(4), hour(6), hour(8)));
  }

  @Test
  void theHorizonMustFitIntoTheWindow() {
    TimeWindows windows = TimeSplit.at(hour(4), hour(6)).over(T0, hour(8));
    Duration horizon = Duration.ofHours(1);
    assertThat(windows.of(T0, horizon)).isEqualTo(Split.TRAIN);
    assertThat(windows.of(hour(3), horizon)).isEqualTo(Split.TRAIN);
    assertThat(windows.of(hour(3.5), horizon)).isEqualTo(Split.UNMATURED);
    assertThat(windows.of(hour(4), horizon)).isEqualTo(Split.VALIDATION);
    assertThat(windows.of(hour(5.5), horizon)).isEqualTo(Split.UNMATURED);
    assertThat(windows.of(hour(6), horizon)).isEqualTo(Split.TEST);
    assertThat(windows.of(hour(7), horizon)).isEqualTo(Split.TEST);
    assertThat(windows.of(hour(8), horizon)).isEqualTo(Split.UNMATURED);
  }

  @Test
  void refusesWindowsThatAreEmptyOrOutside() {
    assertThatThrownBy(() -> TimeSplit.shares(0.5, 0.5)).hasMessageContaining("below 1");
    assertThatThrownBy(() -> TimeSplit.shares(0, 0.5)).hasMessageContaining("above 0");
    assertThatThrownBy(() -> TimeSplit.shares(Double.NaN, 0.5)).hasMessageContaining("above 0");
    for (TimeSplit split :
        new TimeSplit[] {
          TimeSplit.at(hour(6), hour(4)), TimeSplit.at(T0, hour(4)), TimeSplit.at(hour(4), hour(9))
        }) {
      assertThatThrownBy(() -> split.over(T0, hour(8)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("must follow one another");
    }
    assertThatThrownBy(() -> TimeSplit.shares(0.5, 0.2).over(T0, T0))
        .hasMessageContaining("must follow one another");
  }
}
