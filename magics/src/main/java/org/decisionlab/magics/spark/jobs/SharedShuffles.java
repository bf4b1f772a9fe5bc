// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark.jobs;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.SparkContext;
import org.decisionlab.kernel.cell.CarriedPresent;
import org.decisionlab.magics.spark.jobs.JobEvent.Origin;
import org.decisionlab.magics.spark.jobs.JobEvent.PlannedStage;
import org.decisionlab.magics.spark.jobs.PlannedStages.Running;
import org.jspecify.annotations.Nullable;

/**
 * Shuffles that one job is still writing when another needs them. Spark lets the other wait for
 * them and use what was begun with the values of then; where these have changed it is to be
 * refused: its stage cannot be computed twice at the same time. Not safe for use by several threads
 * at once.
 */
final class SharedShuffles {

  private final PlannedStages stages;
  private final StageMoments moments;
  private final HeldStates held;
  private final Map<Integer, KeptShuffle> shuffles;

  /**
   * @param stages what runs
   * @param moments what it was begun with
   * @param held what functions hold by themselves
   * @param shuffles what has been written, by the numbers of the shuffles
   */
  SharedShuffles(
      PlannedStages stages,
      StageMoments moments,
      HeldStates held,
      Map<Integer, KeptShuffle> shuffles) {
    this.stages = stages;
    this.moments = moments;
    this.held = held;
    this.shuffles = shuffles;
  }

  /**
   * The shuffles that an action needs while another job writes them, begun with what is now.
   *
   * @param data the data of the action
   * @throws IllegalStateException if one was begun with what has changed since; not where it lies
   *     below what is cached
   */
  Set<Integer> joined(WrittenShuffles written, @Nullable Object data, CarriedPresent now) {
    Set<Integer> joined = new HashSet<>();
    if (stages.running().isEmpty()) {
      return joined;
    }
    for (int each : written.needed(data)) {
      Running writer = stages.writing(each);
      if (writer != null) {
        Set<String> names = changed(writer, now);
        if (names.isEmpty()) {
          joined.add(each);
        } else if (!written.belowKept().contains(each)) {
          throw new IllegalStateException(refusal(writer.origin(), names));
        }
      }
    }
    return joined;
  }

  /**
   * Cancels a job that waits for a shuffle which another one has begun to write with what has
   * changed since. Where it ends before it hears of that, and where the shuffle lies below what is
   * cached, it has used former values.
   *
   * @param unchanged the shuffles that have been found as they are
   * @return what has changed, for each stage that the job shares
   */
  Map<PlannedStage, Set<String>> refuse(
      @Nullable SparkContext context,
      JobEvent.JobStarted started,
      CarriedPresent now,
      Set<Integer> unchanged) {
    Map<PlannedStage, Set<String>> former = new HashMap<>();
    if (context == null || context.isStopped() || stages.running().isEmpty()) {
      return former;
    }
    WrittenShuffles written = new WrittenShuffles(context);
    for (PlannedStage stage : PlannedStages.needed(started, written::isComplete)) {
      Running writer = stages.writing(stage.shuffle());
      // A query uses what it has begun itself.
      if (writer == null
          || writer.origin().work().equals(started.origin().work())
          || unchanged.contains(stage.shuffle())) {
        continue;
      }
      Set<String> names = changed(writer, now);
      if (!names.isEmpty()) {
        former.put(stage, names);
        if (!written.belowKept().contains(stage.shuffle())) {
          context.cancelJob(started.job(), "because " + refusal(writer.origin(), names));
        }
      }
    }
    return former;
  }

  /** The queries that run, of which a stage is computed with what has changed since. */
  Set<String> formerQueries(CarriedPresent now) {
    Set<String> former = new TreeSet<>();
    for (Running each : stages.running()) {
      if (each.origin().work().startsWith(SparkEvents.QUERY) && !changed(each, now).isEmpty()) {
        former.addAll(stages.works(each.key().stage()));
      }
    }
    return former;
  }

  /** What has changed since a stage was begun, or since earlier runs have written parts of it. */
  private Set<String> changed(Running stage, CarriedPresent now) {
    StageMoments.Functions ran = moments.running(stage.key());
    return new KeptShuffle(
            stage.origin().work(), ran.moments(), Set.of(), Set.of(), ran.unknown(), stage.state())
        .after(shuffles.get(stage.shuffle()))
        .changed(now, held.current(stage.shuffle()));
  }

  private static String refusal(Origin writer, Set<String> names) {
    return "'"
        + String.join("', '", names)
        + "' changed while "
        + (writer.label().isEmpty() ? "a job of no cell" : "a job of " + writer.label())
        + " computes a shuffle that this action needs, too: it would get the values of before;"
        + " wait for that job (get() of its future, join() of its thread) or cancel it, and run"
        + " this again, or make the RDD or Dataset again and use the new one";
  }
}
