// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.decisionlab.magics.spark.jobs.JobEvent.StageKey;
import org.junit.jupiter.api.Test;

/** Which stage a function is serialized for, by the stages that run. */
class SerializedStageTest {

  private static final StageKey FIRST = new StageKey(1, 0);
  private static final StageKey SECOND = new StageKey(2, 0);
  private static final StageKey THIRD = new StageKey(3, 0);

  private final SerializedStage serialized =
      new SerializedStage(new StageMoments(() -> 0, () -> 0));

  @Test
  void itIsTheOneThatHasBegunLast() {
    assertThat(serialized.next(Map.of())).isNull();
    assertThat(serialized.next(Map.of(FIRST, 10L))).isEqualTo(FIRST);
    assertThat(serialized.next(Map.of(FIRST, 10L, SECOND, 11L))).isEqualTo(SECOND);
    assertThat(serialized.next(Map.of(FIRST, 10L, SECOND, 11L))).isEqualTo(SECOND);
  }

  @Test
  void ofTwoThatBeginInTheSameMillisecondItIsTheOneThatHadNoFunctionYet() {
    assertThat(serialized.next(Map.of(FIRST, 10L))).isEqualTo(FIRST);
    Map<StageKey, Long> both = Map.of(FIRST, 10L, SECOND, 10L);
    assertThat(serialized.next(both)).isEqualTo(SECOND);
    assertThat(serialized.next(both)).as("its next function").isEqualTo(SECOND);
    assertThat(serialized.next(Map.of(FIRST, 10L, SECOND, 10L, THIRD, 10L))).isEqualTo(THIRD);
  }

  @Test
  void ofTwoThatHadNoFunctionYetItIsNotKnown() {
    assertThat(serialized.next(Map.of(FIRST, 10L, SECOND, 10L))).isNull();
    assertThat(serialized.next(Map.of(FIRST, 10L, SECOND, 10L, THIRD, 12L))).isEqualTo(THIRD);
  }
}
