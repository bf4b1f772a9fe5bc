// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.spark.jobs;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.decisionlab.magics.spark.jobs.JobEvent.PlannedStage;

/**
 * The jobs that used what was written with former values, and what is to be said of them: in their
 * cell, or in the next one where they end later. Not safe for use by several threads at once.
 */
final class StaleResults {

  private static final String KEPT_UNKNOWN =
      "events of Spark were lost or are late: it is not known whether what is cached was computed"
          + " with the values of now; unpersist() what is to be computed anew";

  private final Map<Integer, Job> running = new HashMap<>();
  private final Map<JobEvent.Origin, Set<String>> found = new LinkedHashMap<>();
  private final Set<String> notes = new LinkedHashSet<>();

  /**
   * A job has begun.
   *
   * @param stages for each stage that may be left out, what has changed since it was written
   */
  void started(JobEvent.JobStarted job, Map<PlannedStage, Set<String>> stages) {
    if (!stages.isEmpty()) {
      running.put(job.job(), new Job(job.origin(), new HashMap<>(stages)));
    }
  }

  /**
   * A stage is computed. Only where all of it is, no job uses what it had written.
   *
   * @param tasks how many parts of it are
   */
  void computed(int stage, int tasks) {
    running
        .values()
        .forEach(
            each ->
                each.stages
                    .keySet()
                    .removeIf(planned -> planned.stage() == stage && tasks >= planned.tasks()));
  }

  /** A job has ended: it used what is left. */
  void ended(JobEvent.JobEnded job) {
    Job known = running.remove(job.job());
    if (known != null && job.failure() == null) {
      find(known);
    }
  }

  /** All jobs have ended, although that of some was not told. */
  void allEnded() {
    running.values().forEach(this::find);
    running.clear();
  }

  private void find(Job job) {
    JobEvent.Origin of = job.origin;
    // Runs of one cell are told apart by their key, its jobs are not.
    JobEvent.Origin cell = new JobEvent.Origin(of.cell(), of.label(), "", "");
    job.stages
        .values()
        .forEach(each -> found.computeIfAbsent(cell, key -> new TreeSet<>()).addAll(each));
    found.values().removeIf(Set::isEmpty);
  }

  /**
   * Of something that stays, because it is cached, it is not known any more how it was computed.
   */
  void keptUnknown() {
    notes.add(KEPT_UNKNOWN);
  }

  boolean isEmpty() {
    return running.isEmpty() && found.isEmpty() && notes.isEmpty();
  }

  void clear() {
    running.clear();
    found.clear();
    notes.clear();
  }

  /**
   * What is to be said when a cell ends, once.
   *
   * @param cell key of its run
   */
  List<String> take(String cell) {
    List<String> all = new ArrayList<>();
    found.forEach((origin, names) -> all.add(text(origin, names, origin.cell().equals(cell))));
    found.clear();
    all.addAll(notes);
    notes.clear();
    return all;
  }

  private static String text(JobEvent.Origin origin, Set<String> names, boolean own) {
    String user =
        own
            ? "this cell"
            : origin.label().isEmpty()
                ? "a job of no cell"
                : "a job of " + origin.label() + ", which ended after that cell,";
    return "'"
        + String.join("', '", names)
        + "' changed after Spark had computed a shuffle that "
        + user
        + " used again: its results are those of before; to compute them anew, run the cell that"
        + " makes the RDD or Dataset";
  }

  /**
   * A job that runs.
   *
   * @param origin whose it is
   * @param stages for each stage that it has not computed as a whole, what has changed
   */
  private record Job(JobEvent.Origin origin, Map<PlannedStage, Set<String>> stages) {}
}
