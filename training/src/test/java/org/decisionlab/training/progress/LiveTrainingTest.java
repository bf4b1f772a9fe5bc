// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LiveTrainingTest {

  private static final TrainingOutline OUTLINE =
      new TrainingOutline(
          "net", "epoch", 3, List.of(new TrainingOutline.Chart("loss", List.of("loss"))));

  /** Writes down what it is told. */
  private record Notes(List<String> told, String refused) implements TrainingDisplay {

    private void note(String what) {
      told.add(what);
      if (what.equals(refused)) {
        throw new IllegalStateException("no room for " + what);
      }
    }

    @Override
    public void progress(long done, long total) {
      note(done + "/" + total);
    }

    @Override
    public void round(TrainingRound round) {
      note("round " + round.number());
    }

    @Override
    public void ended(String outcome) {
      note(outcome);
    }
  }

  private static List<String> told(String refused) {
    Notes failing = new Notes(new ArrayList<>(), refused);
    Notes other = new Notes(new ArrayList<>(), "");
    TrainingDisplays broken =
        outline -> {
          throw new IllegalStateException("no window");
        };
    try (LiveTraining live =
        LiveTraining.begin(
            OUTLINE,
            List.of(
                broken,
                outline -> Optional.of(failing),
                outline -> Optional.empty(),
                outline -> Optional.of(other)))) {
      live.progress(1, 2);
      live.round(new TrainingRound(1, Map.of("loss", 0.5), 0.1, true));
      live.ended("all done");
    }
    assertThat(other.told()).containsExactly("1/2", "round 1", "all done");
    return failing.told();
  }

  @Test
  void aPlaceThatFailsIsNoLongerToldAndDisturbsNobody() {
    assertThat(told("1/2")).containsExactly("1/2");
    assertThat(told("round 1")).containsExactly("1/2", "round 1");
  }

  @Test
  void aTrainingThatThrowsHasFailed() {
    Notes notes = new Notes(new ArrayList<>(), "");
    try (LiveTraining live = LiveTraining.begin(OUTLINE, List.of(outline -> Optional.of(notes)))) {
      live.progress(1, 2);
    }
    assertThat(notes.told()).containsExactly("1/2", "failed");
  }

  @Test
  void figuresAreInTheOrderOfTheCharts() {
    TrainingOutline two =
        new TrainingOutline(
            "net",
            "epoch",
            3,
            List.of(
                new TrainingOutline.Chart("loss", List.of("loss", "validation loss")),
                new TrainingOutline.Chart("AUC", List.of("AUC", "loss"))));
    assertThat(two.figures()).containsExactly("loss", "validation loss", "AUC");
  }
}
