// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.core.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReuseLabelTest {

  private static final Instant T0 = Instant.parse("2018-07-01T00:00:00Z");

  private static Instant hour(long hours) {
    return T0.plus(Duration.ofHours(hours));
  }

  /** Opened at 0, horizon 10 hours; an empty field is "never" or "not known yet". */
  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      textBlock =
          """
          #next, observed until, reused, known from
          1,     20,             true,   1
          1,     1,              true,   1
          10,    10,             true,   10
          11,    20,             false,  10
          11,    11,             false,  10
          -,     20,             false,  10
          -,     10,             false,  10
          -,     9,              -,      -
          -,     0,              -,      -
          5,     4,              -,      -
          11,    9,              -,      -
          """)
  void table(Long next, long until, Boolean reused, Long knownFrom) {
    var label =
        ReuseLabel.of(T0, next == null ? null : hour(next), Duration.ofHours(10), hour(until));
    if (reused == null) {
      assertThat(label).isEmpty();
    } else {
      assertThat(label).contains(new ReuseLabel(reused, hour(knownFrom)));
    }
  }

  @Test
  void theNextOpeningIsLater() {
    for (Instant next : new Instant[] {T0, hour(-1)}) {
      assertThatThrownBy(() -> ReuseLabel.of(T0, next, Duration.ofHours(1), hour(5)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("is not later than");
    }
  }
}
