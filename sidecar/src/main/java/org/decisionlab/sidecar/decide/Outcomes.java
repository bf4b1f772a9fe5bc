// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.decide;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.decisionlab.core.decision.CacheDecision;

/**
 * Joins decisions with what became of the files, for each version of a model: how often it was
 * right, and how good its probabilities were. Only the latest decision about a file is remembered,
 * and of a bounded number of files. Not thread safe.
 */
final class Outcomes {

  private static final int MAX_FILES = 200_000;
  private static final int MAX_VERSIONS = 100;

  private record File(String layer, String lfn) {}

  private record Decided(Quality.Version by, boolean stored, double score) {}

  private static final class Counts {
    private long keptReused;
    private long keptUnused;
    private long refusedReused;
    private long refusedUnused;
    private double squares;
  }

  private final Map<File, Decided> decisions =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<File, Decided> eldest) {
          return size() > MAX_FILES;
        }
      };
  private final Map<Quality.Version, Counts> counts = new LinkedHashMap<>();
  private long unknown;

  /** Remembers what a model decided; answers that no model gave are not judged. */
  void decided(String layer, String lfn, CacheDecision decision) {
    Double score = decision.score();
    String model = decision.model();
    Integer version = decision.version();
    if (score != null && model != null && version != null) {
      decisions.put(
          new File(layer, lfn),
          new Decided(new Quality.Version(model, version), decision.store(), score));
    }
  }

  /** Takes what became of a file; false when no decision about it is remembered. */
  boolean add(String layer, Feedback.Outcome outcome) {
    Decided decided = decisions.remove(new File(layer, outcome.lfn()));
    if (decided == null) {
      unknown++;
      return false;
    }
    Counts of = counts.computeIfAbsent(decided.by(), version -> new Counts());
    if (counts.size() > MAX_VERSIONS) {
      counts.remove(counts.keySet().iterator().next());
    }
    if (decided.stored()) {
      of.keptReused += outcome.reused() ? 1 : 0;
      of.keptUnused += outcome.reused() ? 0 : 1;
    } else {
      of.refusedReused += outcome.reused() ? 1 : 0;
      of.refusedUnused += outcome.reused() ? 0 : 1;
    }
    double miss = decided.score() - (outcome.reused() ? 1 : 0);
    of.squares += miss * miss;
    return true;
  }

  /** What is known of each version, by name and number. */
  Map<Quality.Version, Quality> qualities() {
    Map<Quality.Version, Quality> qualities = new TreeMap<>();
    counts.forEach((version, of) -> qualities.put(version, quality(of)));
    return qualities;
  }

  long unknown() {
    return unknown;
  }

  private static Quality quality(Counts of) {
    long all = of.keptReused + of.keptUnused + of.refusedReused + of.refusedUnused;
    return new Quality(
        of.keptReused, of.keptUnused, of.refusedReused, of.refusedUnused, of.squares / all);
  }
}
