// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which job uses what an action has found as it was. */
class CheckedShufflesTest {

  private final CheckedShuffles checked = new CheckedShuffles();

  @Test
  void onlyTheFirstJobOfTheActionTakesWhatItHasFound() {
    Properties thread = new Properties();
    thread.setProperty(SparkEvents.ACTION_PROPERTY, checked.add(Set.of(1, 2)));
    assertThat(checked.take(SparkEvents.action(null))).as("a stream's job").isEmpty();
    assertThat(checked.take(SparkEvents.action(new Properties()))).as("another's job").isEmpty();
    String second = checked.add(Set.of(3));
    assertThat(checked.take(SparkEvents.action(thread))).containsExactlyInAnyOrder(1, 2);
    assertThat(checked.take(SparkEvents.action(thread))).as("its next job").isEmpty();
    assertThat(checked.take(second)).containsExactly(3);
  }

  @Test
  void theOldestIsForgottenAndAnotherExtensionHasOtherNames() {
    List<String> names =
        IntStream.rangeClosed(0, 1000).mapToObj(i -> checked.add(Set.of(i))).toList();
    assertThat(checked.take(names.get(0))).isEmpty();
    assertThat(checked.take(names.get(1000))).containsExactly(1000);
    assertThat(new CheckedShuffles().add(Set.of())).isNotIn(names);
  }
}
