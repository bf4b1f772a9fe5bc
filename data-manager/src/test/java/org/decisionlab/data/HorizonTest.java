// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HorizonTest {

  private static final Instant T0 = Instant.parse("2018-07-01T00:00:00Z");

  private static TimeWindows days(long train, long validation, long test) {
    Instant first = T0.plus(Duration.ofDays(train));
    Instant second = first.plus(Duration.ofDays(validation));
    return new TimeWindows(T0, first, second, second.plus(Duration.ofDays(test)));
  }

  @ParameterizedTest
  @CsvSource({
    "15, 6, 9, 72, VALIDATION, false",
    "15, 6, 9, 73, VALIDATION, true",
    "15, 6, 9, 360, VALIDATION, true",
    "15, 6, 4, 360, TEST, true",
    "2, 6, 9, 360, TRAIN, true",
  })
  void isTheTurnoverUpToHalfOfTheShortestWindow(
      long train, long validation, long test, long hours, Split shortest, boolean bounded) {
    Horizon horizon = Horizon.of(Duration.ofHours(hours), days(train, validation, test));
    long bound = 12 * Math.min(train, Math.min(validation, test));
    assertThat(horizon.duration()).isEqualTo(Duration.ofHours(Math.min(hours, bound)));
    assertThat(horizon.shortest()).isEqualTo(shortest);
    assertThat(horizon.bounded()).isEqualTo(bounded);
  }

  @Test
  void saysWhatItIsAndWhetherItIsBounded() {
    assertThat(Horizon.of(Duration.ofHours(30), days(15, 6, 9)))
        .hasToString("The cache turns over in 30.0 hours: that is the horizon.");
    assertThat(Horizon.of(Duration.ofDays(15), days(15, 6, 9)).toString())
        .contains("360.0 hours, or more", "bounded to 72.0 hours", "half of the validation window");
  }

  /** The horizon that is told leaves rows in every window: an opening at its start is labelled. */
  @Test
  void everyWindowKeepsRowsUnderTheBound() {
    TimeWindows windows = days(15, 6, 9);
    Duration bounded = Horizon.of(Duration.ofDays(100), windows).duration();
    assertThat(windows.of(windows.trainFrom(), bounded)).isEqualTo(Split.TRAIN);
    assertThat(windows.of(windows.validationFrom(), bounded)).isEqualTo(Split.VALIDATION);
    assertThat(windows.of(windows.testFrom(), bounded)).isEqualTo(Split.TEST);
    assertThat(windows.of(windows.validationFrom(), Duration.ofDays(15)))
        .isEqualTo(Split.UNMATURED);
  }

  @Test
  void aTurnoverOfNothingIsRefused() {
    assertThatThrownBy(() -> Horizon.of(Duration.ZERO, days(1, 1, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("PT0S");
    assertThatThrownBy(() -> days(1, 1, 1).length(Split.UNMATURED))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
