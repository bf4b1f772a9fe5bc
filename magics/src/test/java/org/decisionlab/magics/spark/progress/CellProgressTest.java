// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.decisionlab.magics.spark.jobs.JobEvent;
import org.decisionlab.magics.spark.jobs.JobEvent.Origin;
import org.decisionlab.magics.spark.jobs.JobEvent.PlannedStage;
import org.decisionlab.magics.spark.jobs.JobEvent.Result;
import org.decisionlab.magics.spark.jobs.JobEvent.StageKey;
import org.decisionlab.magics.spark.progress.ProgressView.State;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The arithmetic of progress on what Spark has told of real jobs. */
class CellProgressTest {

  @ParameterizedTest
  @ValueSource(strings = {"adaptive-query", "failed-task", "cancelled-stage"})
  void theShareNeverGoesBackAndIsWholeOnlyAtTheEnd(String recording) throws IOException {
    CellProgress progress = new CellProgress();
    int before = ProgressView.UNKNOWN;
    for (JobEvent event : recorded(recording)) {
      progress.accept(event);
      ProgressView view = progress.view(event.at(), false);
      assertThat(view.percent()).as("after %s", event).isBetween(before, 99);
      assertThat(view.counts().done()).isLessThanOrEqualTo(view.counts().tasks());
      before = view.percent();
    }
    assertThat(progress.isOpen()).isFalse();
  }

  @Test
  void anAdaptiveQueryIsOneWorkOfWhichOnlySubmittedStagesCount() throws IOException {
    CellProgress progress = new CellProgress();
    List<JobEvent> events = recorded("adaptive-query");
    progress.accept(events.get(0));
    assertThat(progress.view(0, false).percent()).isEqualTo(ProgressView.UNKNOWN);
    events.stream().skip(1).forEach(progress::accept);
    ProgressView last = progress.view(9_000, true);
    assertThat(last.state()).isEqualTo(State.DONE);
    assertThat(last.percent()).isEqualTo(100);
    // Four jobs announced 6 + 7 + 7 + 8 tasks, of which 6 + 1 + 1 + 1 ran; stages 1, 3, 5, 6 did
    // not.
    assertThat(last.counts()).isEqualTo(new ProgressView.Counts(4, 4, 4, 9, 9, 0, 0));
    assertThat(last.lines()).hasSize(1);
    assertThat(last.lines().get(0).tasks()).isEqualTo(9);
    assertThat(last.millis()).isEqualTo(3480);
  }

  @Test
  void aTaskThatFailsAndIsTriedAgainIsTold() throws IOException {
    ProgressView last = played("failed-task").view(9_000, true);
    assertThat(last.state()).isEqualTo(State.DONE);
    assertThat(last.counts()).isEqualTo(new ProgressView.Counts(1, 1, 0, 4, 4, 0, 1));
    assertThat(last.toString()).contains("4/4 tasks, 1 failed");
  }

  @Test
  void whatACancelledStageHasNotDoneIsNoLongerCounted() throws IOException {
    ProgressView last = played("cancelled-stage").view(9_000, true);
    assertThat(last.state()).isEqualTo(State.CANCELLED);
    assertThat(last.percent()).isLessThan(100);
    assertThat(last.counts()).isEqualTo(new ProgressView.Counts(1, 0, 0, 1, 1, 0, 0));
  }

  @Test
  void aStageThatRunsAgainCountsOncePerAttempt() {
    CellProgress progress = new CellProgress();
    progress.accept(job(1, "job 1", new PlannedStage(1, 2, 7, List.of())));
    progress.accept(new JobEvent.StageSubmitted(new StageKey(1, 0), 2, 1));
    progress.accept(new JobEvent.TaskStarted(new StageKey(1, 0), 1, "a", 1));
    progress.accept(new JobEvent.TaskEnded(new StageKey(1, 0), 1, 0, Result.DONE, 2));
    progress.accept(new JobEvent.TaskEnded(new StageKey(1, 0), 2, 0, Result.DONE, 2));
    assertThat(progress.view(3, false).counts().done()).isEqualTo(1);
    progress.accept(new JobEvent.StageEnded(new StageKey(1, 0), 7, "executor lost", 3));
    progress.accept(new JobEvent.StageSubmitted(new StageKey(1, 1), 1, 4));
    progress.accept(new JobEvent.TaskEnded(new StageKey(1, 1), 3, 1, Result.DONE, 5));
    progress.accept(new JobEvent.StageEnded(new StageKey(1, 1), 7, null, 6));
    progress.accept(new JobEvent.JobEnded(1, null, 6));
    ProgressView last = progress.view(7, true);
    assertThat(last.percent()).isEqualTo(100);
    assertThat(last.counts().done()).isEqualTo(last.counts().tasks()).isEqualTo(2);
  }

  @Test
  void manyWorksAreSummedUp() {
    CellProgress progress = new CellProgress();
    IntStream.range(0, 1000)
        .forEach(
            i -> {
              progress.accept(job(i, "job " + i, new PlannedStage(i, 1, -1, List.of())));
              progress.accept(new JobEvent.StageSubmitted(new StageKey(i, 0), 1, 1));
              progress.accept(new JobEvent.TaskEnded(new StageKey(i, 0), i, 0, Result.DONE, 1));
              progress.accept(new JobEvent.StageEnded(new StageKey(i, 0), -1, null, 1));
              progress.accept(new JobEvent.JobEnded(i, null, 1));
            });
    ProgressView last = progress.view(1, true);
    assertThat(last.lines()).hasSize(CellProgress.LISTED);
    assertThat(last.earlier()).isEqualTo(1000 - CellProgress.LISTED);
    assertThat(last.counts().tasks()).isEqualTo(1000);
    assertThat(new ProgressView.Linked(last, "").toHtml().length()).isLessThan(6_000);
  }

  @Test
  void whatIsShownIsEscapedAndCollapsedAtTheEnd() {
    CellProgress progress = new CellProgress();
    progress.accept(
        new JobEvent.JobStarted(
            1,
            new Origin("c", "Cell 1", "job 1", "<script>alert(1)</script>"),
            List.of(new PlannedStage(1, 2, -1, List.of())),
            0));
    progress.accept(new JobEvent.StageSubmitted(new StageKey(1, 0), 2, 0));
    String running = new ProgressView.Linked(progress.view(1, false), "/x\"y").toHtml();
    assertThat(running)
        .contains("role=\"progressbar\"", "&lt;script&gt;", "href=\"/x&quot;y\"", "var(--jp-")
        .doesNotContain("<script>")
        .doesNotContain("<details>");
    progress.accept(new JobEvent.JobEnded(1, "it broke", 65_000));
    String ended = new ProgressView.Linked(progress.view(1, true), "").toHtml();
    assertThat(ended).contains("<details>", "failed", "1 min 5 s").doesNotContain("progressbar");
  }

  private static JobEvent job(int number, String work, PlannedStage stage) {
    return new JobEvent.JobStarted(
        number, new Origin("c", "Cell 1", work, "count"), List.of(stage), 0);
  }

  private static CellProgress played(String recording) throws IOException {
    CellProgress progress = new CellProgress();
    recorded(recording).forEach(progress::accept);
    return progress;
  }

  private static List<JobEvent> recorded(String name) throws IOException {
    List<JobEvent> events = new ArrayList<>();
    try (var in = CellProgressTest.class.getResourceAsStream(name + ".events")) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      text.lines().filter(line -> !line.startsWith("#")).forEach(line -> events.add(event(line)));
    }
    return events;
  }

  private static JobEvent event(String line) {
    String[] words = line.split(" ", 7);
    long at = Long.parseLong(words[0]);
    String reason = line.substring(line.indexOf(words[words.length - 1]));
    return switch (words[1]) {
      case "job" -> started(line.split(" ", -1), at);
      case "job-end" -> new JobEvent.JobEnded(number(words[2]), failure(line, 3), at);
      case "stage" -> new JobEvent.StageSubmitted(key(words[2], words[3]), number(words[4]), at);
      case "stage-end" ->
          new JobEvent.StageEnded(key(words[2], words[3]), number(words[4]), failure(line, 5), at);
      case "task" -> new JobEvent.TaskStarted(key(words[2], words[3]), number(words[4]), "x", at);
      case "task-end" ->
          new JobEvent.TaskEnded(
              key(words[2], words[3]),
              number(words[4]),
              number(words[5]),
              Result.valueOf(reason),
              at);
      default -> throw new IllegalArgumentException(line);
    };
  }

  private static JobEvent started(String[] words, long at) {
    List<PlannedStage> stages = new ArrayList<>();
    for (int i = 4; i < words.length; i++) {
      String[] stage = words[i].split(":", -1);
      stages.add(new PlannedStage(number(stage[0]), number(stage[1]), number(stage[2]), List.of()));
    }
    Origin origin = new Origin("cell", "Cell 1", words[3], "count");
    return new JobEvent.JobStarted(number(words[2]), origin, stages, at);
  }

  private static String failure(String line, int word) {
    String text = line.split(" ", word + 1)[word];
    return text.equals("ok") ? null : text;
  }

  private static StageKey key(String stage, String attempt) {
    return new StageKey(number(stage), number(attempt));
  }

  private static int number(String text) {
    return Integer.parseInt(text);
  }
}
