// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is said of jobs that used results of before, and when. */
class StaleResultsTest {

  private final StaleResults results = new StaleResults();

  private static JobEvent.JobStarted job(int number, String cell, String label) {
    return new JobEvent.JobStarted(
        number, new JobEvent.Origin(cell, label, "job " + number, ""), List.of(), 0);
  }

  private static JobEvent.PlannedStage stage(int number) {
    return new JobEvent.PlannedStage(number, 8, number, List.of());
  }

  private void ended(int number, String failure) {
    results.ended(new JobEvent.JobEnded(number, failure, 0));
  }

  @Test
  void aJobIsToldInItsCell() {
    results.started(job(1, "a", "Cell 1"), Map.of(stage(4), Set.of("k"), stage(5), Set.of("m")));
    ended(1, null);
    assertThat(results.take("a"))
        .singleElement()
        .asString()
        .startsWith("'k', 'm' changed after")
        .contains("that this cell used again");
    assertThat(results.isEmpty()).isTrue();
  }

  @Test
  void aJobThatEndsAfterItsCellIsToldInTheNextOneWithItsOwn() {
    results.started(job(1, "a", "Cell 1"), Map.of(stage(4), Set.of("k")));
    assertThat(results.take("a")).as("it still runs").isEmpty();
    assertThat(results.isEmpty()).isFalse();
    ended(1, null);
    results.started(job(2, "b", "Cell 2"), Map.of(stage(7), Set.of("m")));
    ended(2, null);
    List<String> told = results.take("b");
    assertThat(told).hasSize(2);
    assertThat(told.get(0)).contains("'k'").contains("a job of Cell 1, which ended after");
    assertThat(told.get(1)).contains("'m'").contains("this cell");
    assertThat(results.take("b")).as("once").isEmpty();
  }

  @Test
  void aJobOfNoCellIsTold() {
    results.started(job(1, "", ""), Map.of(stage(4), Set.of("k")));
    ended(1, null);
    assertThat(results.take("b")).singleElement().asString().contains("a job of no cell");
  }

  @Test
  void nothingIsSaidOfAJobThatFailedOrComputedItsStagesAnew() {
    results.started(job(1, "a", "Cell 1"), Map.of(stage(4), Set.of("k")));
    ended(1, "cancelled");
    results.started(job(2, "a", "Cell 1"), Map.of(stage(5), Set.of("k")));
    results.computed(5, 8);
    ended(2, null);
    assertThat(results.take("a")).isEmpty();
    assertThat(results.isEmpty()).isTrue();
  }

  @Test
  void aJobThatComputedAPartOfAStageOnlyIsTold() {
    results.started(job(1, "a", "Cell 1"), Map.of(stage(4), Set.of("k")));
    results.computed(4, 1);
    ended(1, null);
    assertThat(results.take("a")).singleElement().asString().startsWith("'k' changed after");
  }

  @Test
  void whatIsCachedAndOfWhichNothingIsKnownIsToldOnce() {
    results.keptUnknown();
    results.keptUnknown();
    assertThat(results.isEmpty()).isFalse();
    assertThat(results.take("a")).singleElement().asString().contains("unpersist()");
    assertThat(results.take("a")).isEmpty();
    assertThat(results.isEmpty()).isTrue();
  }

  @Test
  void whereEventsWereLostAllJobsHaveEnded() {
    results.started(job(1, "a", "Cell 1"), Map.of(stage(4), Set.of("k")));
    results.allEnded();
    assertThat(results.take("b")).singleElement().asString().contains("a job of Cell 1");
  }
}
