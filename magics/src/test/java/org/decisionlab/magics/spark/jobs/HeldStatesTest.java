// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** What functions held when a stage began. */
class HeldStatesTest {

  private final HeldStates held = new HeldStates();

  @Test
  void aStageThatBeganAfterItsActionHasWhatThatFound() {
    held.found(Map.of(1, 5L), true, 100);
    assertThat(held.at(1, 100)).isEqualTo(5);
    assertThat(held.at(1, 99)).isNull();
    assertThat(held.at(2, 100)).isNull();
    assertThat(held.current(1)).isEqualTo(5);
  }

  @Test
  void aStageThatBeganBeforeTheChangeHasNotWhatWasFoundThen() {
    held.found(Map.of(1, 5L), true, 100);
    held.found(Map.of(1, 6L), true, 200);
    assertThat(held.at(1, 150)).isNull();
    assertThat(held.at(1, 200)).as("before or after within the millisecond").isNull();
    assertThat(held.at(1, 201)).isEqualTo(6);
  }

  @Test
  void whatIsFoundUnchangedHoldsFromTheFirstTime() {
    held.found(Map.of(1, 5L), true, 100);
    held.found(Map.of(1, 5L), true, 200);
    assertThat(held.at(1, 150)).isEqualTo(5);
  }

  @Test
  void anActionThatMayWriteAnythingEndsWhatWasFound() {
    held.found(Map.of(1, 5L), true, 100);
    held.found(Map.of(2, 7L), true, 200);
    assertThat(held.current(1)).as("an action of another RDD").isEqualTo(5);
    held.found(Map.of(), false, 300);
    assertThat(held.at(1, 250)).isEqualTo(5);
    assertThat(held.at(1, 300)).isNull();
    assertThat(held.current(1)).isNull();
    held.found(Map.of(1, 5L), true, 400);
    assertThat(held.at(1, 350)).isNull();
    assertThat(held.at(1, 400)).isEqualTo(5);
  }

  @Test
  void theYoungestStay() {
    held.found(Map.of(0, 5L), true, 100);
    for (int i = 1; i < 1000; i++) {
      held.found(Map.of(i, 1L), true, 100);
    }
    held.found(Map.of(0, 5L), true, 200);
    held.found(Map.of(1000, 5L), true, 200);
    assertThat(held.current(0)).as("just found again").isEqualTo(5);
    assertThat(held.current(1)).as("the oldest").isNull();
  }
}
