// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.decisionlab.magics.spark.jobs.JobEvent.JobEnded;
import org.decisionlab.magics.spark.jobs.JobEvent.JobStarted;
import org.decisionlab.magics.spark.jobs.JobEvent.Origin;
import org.decisionlab.magics.spark.jobs.JobEvent.PlannedStage;
import org.decisionlab.magics.spark.jobs.JobEvent.StageKey;
import org.junit.jupiter.api.Test;

/** Which stages jobs have in common, and which of them a job needs. */
class PlannedStagesTest {

  private static final PlannedStage FIRST = new PlannedStage(1, 2, 11, List.of());
  private static final PlannedStage SECOND = new PlannedStage(2, 2, 12, List.of(1));
  private static final PlannedStage RESULT = new PlannedStage(3, 2, -1, List.of(2));

  private final PlannedStages stages = new PlannedStages();

  private static JobStarted job(int number, String work, PlannedStage... planned) {
    return new JobStarted(number, new Origin("key", "Cell", work, ""), List.of(planned), 0);
  }

  @Test
  void aStageThatIsCompleteNeedsNoOther() {
    JobStarted job = job(1, "job 1", FIRST, SECOND, RESULT);
    assertThat(PlannedStages.needed(job, each -> false))
        .containsExactlyInAnyOrder(FIRST, SECOND, RESULT);
    assertThat(PlannedStages.needed(job, SECOND::equals)).containsExactlyInAnyOrder(SECOND, RESULT);
  }

  @Test
  void aShuffleIsWrittenFromTheBeginningOfItsStageToItsEnd() {
    StageKey key = new StageKey(1, 0);
    stages.started(job(1, "job 1", FIRST, SECOND, RESULT));
    assertThat(stages.writing(11)).isNull();
    stages.submitted(key, 5L);
    assertThat(stages.writing(11))
        .isEqualTo(new PlannedStages.Running(key, 11, new Origin("key", "Cell", "job 1", ""), 5L));
    assertThat(stages.writing(12)).isNull();
    assertThat(stages.parents(2)).containsExactly(11);
    stages.ended(key);
    assertThat(stages.writing(11)).isNull();
  }

  @Test
  void aStageIsComputedForAllJobsThatRunAndNeedIt() {
    stages.started(job(1, "query 1", FIRST));
    stages.started(job(2, "query 2", FIRST));
    assertThat(stages.works(1)).containsExactly("query 1", "query 2");
    assertThat(stages.work(1)).isEqualTo("query 2");
    stages.ended(new JobEnded(1, null, 0));
    assertThat(stages.works(1)).containsExactly("query 2");
    stages.ended(new JobEnded(2, null, 0));
    assertThat(stages.work(1)).as("nothing runs").isEqualTo(KeptShuffle.UNTOLD);
  }

  @Test
  void whatNoOtherJobAsksForIsAbandonedWithIt() {
    stages.started(job(1, "job 1", FIRST, SECOND));
    stages.started(job(2, "job 2", FIRST));
    stages.submitted(new StageKey(1, 0), 5L);
    stages.submitted(new StageKey(2, 0), 5L);
    assertThat(stages.abandoned(1)).extracting(PlannedStages.Running::shuffle).containsExactly(12);
    assertThat(stages.abandoned(2)).isEmpty();
    stages.ended(new JobEnded(1, null, 0));
    assertThat(stages.abandoned(2)).extracting(PlannedStages.Running::shuffle).contains(11);
  }

  @Test
  void aResultIsNoShuffle() {
    stages.started(job(1, "job 1", RESULT));
    stages.submitted(new StageKey(3, 0), null);
    assertThat(stages.writing(-1)).isNull();
    assertThat(stages.running()).hasSize(1);
  }
}
