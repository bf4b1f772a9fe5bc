// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.decisionlab.training.progress.TrainingOutline;
import org.decisionlab.training.progress.TrainingRound;
import org.junit.jupiter.api.Test;

class TrainingStoryTest {

  private final AtomicLong nanos = new AtomicLong();
  private final TrainingStory story =
      new TrainingStory(
          new TrainingOutline(
              "trees",
              "tree",
              100,
              List.of(new TrainingOutline.Chart("loss", List.of("validation loss")))),
          nanos::get);

  private void round(int number, boolean best) {
    story.round(new TrainingRound(number, Map.of("validation loss", 1.0 / number), 2, best));
  }

  @Test
  void theLineTellsHowFarItIsAndHowGood() {
    assertThat(story.line()).isEqualTo("trees: tree 1 of 100");
    story.progress(3, 4);
    assertThat(story.line()).isEqualTo("trees: tree 1 of 100, 75 %");
    round(1, true);
    assertThat(story.line())
        .isEqualTo(
            "trees: tree 2 of 100, 2.0 s each, at most 3 min 18 s left; best is tree 1, validation loss 1.0000");
    nanos.set(5_000_000_000L);
    story.ended("interrupted, best until then kept");
    assertThat(story.line())
        .isEqualTo(
            "trees: 1 tree in 5.0 s, interrupted, best until then kept; best is tree 1, validation loss 1.0000");
  }

  @Test
  void theTextHasATableOfAFewRoundsTheLastAmongThem() {
    for (int i = 1; i <= 50; i++) {
      round(i, i == 7);
    }
    List<String> lines = story.text().lines().toList();
    assertThat(lines).hasSizeBetween(8, 11);
    assertThat(lines.get(1)).isEqualTo("   tree  validation loss");
    assertThat(lines.get(lines.size() - 1)).isEqualTo("     50           0.0200");
    assertThat(lines.get(0)).contains("best is tree 7");
  }
}
