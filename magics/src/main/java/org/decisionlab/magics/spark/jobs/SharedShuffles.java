// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark.jobs;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.SparkContext;
import org.decisionlab.kernel.cell.CarriedMoment;
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
   *     below what is cached, nor where it is not known what it was begun with
   */
  Set<Integer> joined(WrittenShuffles written, @Nullable Object data, CarriedPresent now) {
    Set<Integer> joined = new HashSet<>();
    if (stages.running().isEmpty()) {
      return joined;
    }
    for (int each : written.needed(data)) {
      Running writer = stages.writing(each);
      if (writer != null) {
        Changed changed = changed(writer, now);
        if (changed.all().isEmpty()) {
          joined.add(each);
        } else if (!changed.surely().isEmpty() && !written.belowKept().contains(each)) {
          throw new IllegalStateException(refusal(writer.origin(), changed.surely()));
        }
      }
    }
    return joined;
  }

  /**
   * Cancels a job that waits for a shuffle which another one has begun to write with what has
   * changed since. Where it ends before it hears of that, and where the shuffle lies below what is
   * cached, it has used former values; where it is not known what the other has begun with, it may
   * have.
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
      Changed changed = changed(writer, now);
      if (!changed.all().isEmpty()) {
        former.put(stage, changed.all());
        if (!changed.surely().isEmpty() && !written.belowKept().contains(stage.shuffle())) {
          context.cancelJob(started.job(), "because " + refusal(writer.origin(), changed.surely()));
        }
      }
    }
    return former;
  }

  /** The queries that run, of which a stage is computed with what has changed since. */
  Set<String> formerQueries(CarriedPresent now) {
    Set<String> former = new TreeSet<>();
    for (Running each : stages.running()) {
      if (each.origin().work().startsWith(SparkEvents.QUERY)
          && !changed(each, now).all().isEmpty()) {
        former.addAll(stages.works(each.key().stage()));
      }
    }
    return former;
  }

  /** What has changed since a stage was begun, or since earlier runs have written parts of it. */
  private Changed changed(Running stage, CarriedPresent now) {
    StageMoments.Functions ran = moments.running(stage.key());
    Long holds = held.current(stage.shuffle());
    Set<String> all = begun(stage, ran.moments(), ran.unknown()).changed(now, holds);
    return new Changed(
        all,
        all.isEmpty()
            ? all
            : begun(stage, moments.ofNoOther(stage.key()), false).surelyChanged(now, holds));
  }

  private KeptShuffle begun(Running stage, List<CarriedMoment> with, boolean unknown) {
    return new KeptShuffle(stage.origin().work(), with, Set.of(), Set.of(), unknown, stage.state())
        .after(shuffles.get(stage.shuffle()));
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

  /**
   * The names of what has changed since a stage was begun.
   *
   * @param all also where that is not known, or the stage may have had no part in it
   * @param surely those for which an action is refused
   */
  private record Changed(Set<String> all, Set<String> surely) {}
}
