// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark.jobs;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.decisionlab.magics.spark.jobs.JobEvent.Origin;
import org.decisionlab.magics.spark.jobs.JobEvent.PlannedStage;
import org.decisionlab.magics.spark.jobs.JobEvent.StageKey;
import org.jspecify.annotations.Nullable;

/**
 * The stages of the jobs that run: what they read and write, for whom, and which of them are being
 * computed. Not safe for use by several threads at once.
 */
final class PlannedStages {

  private final Set<Integer> jobs = new HashSet<>();
  private final Map<Integer, Known> all = new HashMap<>();
  private final Map<StageKey, Running> running = new LinkedHashMap<>();

  /**
   * A stage that is being computed.
   *
   * @param key which it is
   * @param shuffle the shuffle that it writes, or -1
   * @param origin whose job has asked for it last when it began
   * @param state what its functions held by themselves then, {@code null} if that is not known
   */
  record Running(StageKey key, int shuffle, Origin origin, @Nullable Long state) {}

  /** A job has begun; its stages may be those of other jobs, too. */
  void started(JobEvent.JobStarted job) {
    jobs.add(job.job());
    for (PlannedStage each : job.stages()) {
      Known before = all.get(each.stage());
      Known known =
          new Known(each, job.origin(), before == null ? new HashMap<>() : before.works());
      known.works().put(job.job(), job.origin().work());
      all.put(each.stage(), known);
    }
  }

  /** The shuffle that a stage writes, or -1. */
  int shuffle(int stage) {
    Known known = all.get(stage);
    return known == null ? -1 : known.planned().shuffle();
  }

  /**
   * A stage is computed from now on.
   *
   * @param state what its functions hold by themselves, {@code null} if that is not known
   */
  void submitted(StageKey key, @Nullable Long state) {
    Known known = all.get(key.stage());
    if (known != null) {
      running.put(key, new Running(key, known.planned().shuffle(), known.origin(), state));
    }
  }

  /** A stage is computed no more. */
  void ended(StageKey key) {
    running.remove(key);
  }

  /**
   * The stages that are computed no more once a job has ended: no other that runs has asked for
   * them. Spark does not tell the end of each, or it was lost.
   */
  List<Running> abandoned(int job) {
    return running.values().stream()
        .filter(each -> asked(each.key().stage()).equals(Set.of(job)))
        .toList();
  }

  private Set<Integer> asked(int stage) {
    Known known = all.get(stage);
    return known == null ? Set.of() : known.works().keySet();
  }

  /** A job has ended; what it has planned is known as long as others run. */
  void ended(JobEvent.JobEnded job) {
    jobs.remove(job.job());
    all.values().forEach(each -> each.works().remove(job.job()));
    if (jobs.isEmpty() && running.isEmpty()) {
      clear();
    }
  }

  /** All stages that are being computed. */
  List<Running> running() {
    return List.copyOf(running.values());
  }

  /** The stage that writes a shuffle now, {@code null} if none does. */
  @Nullable Running writing(int shuffle) {
    Running found = null;
    for (Running each : running.values()) {
      if (shuffle >= 0 && each.shuffle() == shuffle) {
        found = each;
      }
    }
    return found;
  }

  /** The job or query that has asked for a stage last, as {@link Origin} names it. */
  String work(int stage) {
    Known known = all.get(stage);
    return known == null ? KeptShuffle.UNTOLD : known.origin().work();
  }

  /** This one, and all others that run and have asked for the stage. */
  Set<String> works(int stage) {
    Set<String> works = new TreeSet<>(Set.of(work(stage)));
    Known known = all.get(stage);
    if (known != null) {
      works.addAll(known.works().values());
    }
    return works;
  }

  /** The shuffles that a stage reads. */
  Set<Integer> parents(int stage) {
    Known known = all.get(stage);
    Set<Integer> parents = new HashSet<>();
    if (known != null) {
      for (int each : known.planned().parents()) {
        if (all.containsKey(each)) {
          parents.add(shuffle(each));
        }
      }
    }
    return parents;
  }

  /**
   * The stages that a job reads or waits for: not those that only others read which are complete.
   *
   * @param complete whether all has been written of what a stage writes
   */
  static Set<PlannedStage> needed(JobEvent.JobStarted job, Predicate<PlannedStage> complete) {
    Map<Integer, PlannedStage> stages = new LinkedHashMap<>();
    Set<Integer> parents = new HashSet<>();
    for (PlannedStage each : job.stages()) {
      stages.put(each.stage(), each);
      parents.addAll(each.parents());
    }
    Deque<Integer> waiting = new ArrayDeque<>(stages.keySet());
    waiting.removeAll(parents);
    Set<PlannedStage> needed = new HashSet<>();
    while (!waiting.isEmpty()) {
      PlannedStage next = stages.get(waiting.remove());
      if (next != null && needed.add(next) && !complete.test(next)) {
        waiting.addAll(next.parents());
      }
    }
    return needed;
  }

  void clear() {
    jobs.clear();
    all.clear();
    running.clear();
  }

  /**
   * A stage.
   *
   * @param origin whose job has asked for it last
   * @param works the jobs that run and have asked for it, with what they belong to
   */
  private record Known(PlannedStage planned, Origin origin, Map<Integer, String> works) {}
}
