// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.decisionlab.kernel.cell.CarriedMoment;
import org.decisionlab.magics.spark.jobs.JobEvent.StageKey;
import org.junit.jupiter.api.Test;

/** Which functions belong to which stage, by the times at which Spark begins stages. */
class StageMomentsTest {

  private static final StageKey FIRST = new StageKey(1, 0);
  private static final StageKey SECOND = new StageKey(2, 0);

  private long wall = 1_000_000;
  private long steady = 5_000_000_000L;
  private final StageMoments moments = new StageMoments(() -> wall, () -> steady);

  /** A function, told from others by being another object. */
  private static CarriedMoment function() {
    return new CarriedMoment() {};
  }

  private void pass(long millis) {
    wall += millis;
    steady += TimeUnit.MILLISECONDS.toNanos(millis);
  }

  @Test
  void aStageHasWhatTheSchedulerSerializesBeforeItBeginsTheNext() {
    moments.submitted(FIRST, wall);
    CarriedMoment ofFirst = function();
    pass(2);
    moments.carried(ofFirst, true);
    pass(2);
    moments.submitted(SECOND, wall);
    pass(2);
    CarriedMoment ofSecond = function();
    moments.carried(ofSecond, true);
    assertThat(moments.ended(FIRST).moments()).containsExactly(ofFirst);
    StageMoments.Functions second = moments.ended(SECOND);
    assertThat(second.moments()).containsExactly(ofSecond);
    assertThat(second.unknown()).isFalse();
    assertThat(moments.anyRuns()).isFalse();
  }

  @Test
  void aStageThatRunsHasWhatHasBeenSerializedSoFar() {
    assertThat(moments.running(FIRST).unknown()).as("it has not begun").isTrue();
    moments.submitted(FIRST, wall);
    assertThat(moments.running(FIRST).moments()).isEmpty();
    CarriedMoment task = function();
    moments.carried(task, true);
    assertThat(moments.running(FIRST))
        .isEqualTo(new StageMoments.Functions(List.of(task), false, wall));
    assertThat(moments.ended(FIRST).moments()).containsExactly(task);
    assertThat(moments.running(FIRST).unknown()).as("it has ended").isTrue();
  }

  @Test
  void whatIsSerializedInTheMillisecondInWhichTheNextStageBeginsBelongsToBoth() {
    moments.submitted(FIRST, wall);
    pass(1);
    CarriedMoment both = function();
    moments.carried(both, true);
    moments.submitted(SECOND, wall);
    assertThat(moments.ended(FIRST).moments()).containsExactly(both);
    assertThat(moments.ended(SECOND).moments()).containsExactly(both);
  }

  @Test
  void functionsAmongTheElementsOfTasksBelongToEveryStageThatRuns() {
    moments.submitted(FIRST, wall);
    pass(5);
    moments.submitted(SECOND, wall);
    pass(5);
    CarriedMoment element = function();
    moments.carried(element, false);
    assertThat(moments.ended(FIRST).moments()).containsExactly(element);
    assertThat(moments.ended(SECOND).moments()).containsExactly(element);
  }

  @Test
  void ofAStageThatRunsWhileTheClockIsSetBackNothingIsKnown() {
    moments.carried(function(), true);
    moments.submitted(FIRST, wall);
    wall -= 60_000;
    moments.carried(function(), true);
    assertThat(moments.ended(FIRST).unknown()).isTrue();
    moments.submitted(SECOND, wall);
    assertThat(moments.ended(SECOND).unknown()).as("times of before come again").isTrue();
    pass(60_000);
    StageKey later = new StageKey(3, 0);
    moments.carried(function(), true);
    pass(1);
    moments.submitted(later, wall);
    assertThat(moments.ended(later).unknown()).isFalse();
  }

  @Test
  void aClockThatIsCorrectedSlowlyIsNoStep() {
    moments.carried(function(), true);
    pass(600_000);
    wall += 300;
    moments.submitted(FIRST, wall);
    moments.carried(function(), true);
    assertThat(moments.ended(FIRST).unknown()).isFalse();
  }

  @Test
  void ofAStageWhoseFunctionsHadNoRoomNothingIsKnown() {
    moments.submitted(FIRST, wall);
    for (int i = 0; i < 1001; i++) {
      moments.carried(function(), true);
    }
    assertThat(moments.ended(FIRST).unknown()).isTrue();
    pass(1);
    moments.submitted(SECOND, wall);
    CarriedMoment last = function();
    moments.carried(last, true);
    StageMoments.Functions second = moments.ended(SECOND);
    assertThat(second.unknown()).isFalse();
    assertThat(second.moments()).containsExactly(last);
  }

  @Test
  void ofAStageWhoseBeginningWasNotToldNothingIsKnown() {
    moments.carried(function(), true);
    assertThat(moments.ended(FIRST).unknown()).isTrue();
    moments.submitted(FIRST, wall);
    moments.forgetStages();
    assertThat(moments.ended(FIRST).unknown()).isTrue();
  }
}
