// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.decide;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.decisionlab.core.access.AccessRecord;
import org.decisionlab.core.decision.CacheDecision;
import org.decisionlab.core.name.LogicalFileName;
import org.jspecify.annotations.Nullable;

/**
 * The openings that caches told, by layer, and where they are written down. Each layer of caches
 * has a history of its own, because what an outer layer sees of a file is only what the inner layer
 * missed. Not thread safe.
 */
final class Memory {

  /** Reports that come later than this are of a past that features no longer fit. */
  private static final Duration LATEST_REPORT = Duration.ofMinutes(10);

  private static final int MAX_NODES = 1_024;

  private final DeskSettings settings;
  private final Clock clock;
  private final @Nullable Journal journal;
  private final Map<String, Layer> layers = new HashMap<>();
  private final Map<String, Long> lastReports =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > MAX_NODES;
        }
      };

  Memory(DeskSettings settings, Clock clock, @Nullable Journal journal) {
    this.settings = settings;
    this.clock = clock;
    this.journal = journal;
  }

  /** The layer of a name, made when it is new; null when there are too many. */
  @Nullable Layer layer(String name) {
    Layer layer = layers.get(name);
    if (layer == null && layers.size() < DecisionDesk.MAX_LAYERS) {
      layer = new Layer(name, settings.filesPerLayer());
      layers.put(name, layer);
    }
    return layer;
  }

  /** The layer of a name to look at only: an empty one when it is new. */
  Layer known(String name) {
    Layer layer = layers.get(name);
    return layer == null ? new Layer(name, 1) : layer;
  }

  /**
   * Remembers an opening of an earlier life; it is not written down again. One that is still to
   * come is passed over, since all questions until then would count as of its instant.
   */
  void restore(Journal.Opening opening) {
    Layer layer = layer(opening.layer());
    AccessRecord record = opening.record();
    if (layer != null && (settings.replay() || !record.openedAt().isAfter(clock.instant()))) {
      layer.add(LogicalFileName.parse(record.lfn()), record);
    }
  }

  /**
   * Remembers an opening that was asked about. One that was answered while later ones were
   * remembered counts as of the latest of them, for time does not go back.
   */
  void remember(
      Layer layer,
      Journal.Heard heard,
      LogicalFileName name,
      AccessRecord opening,
      CacheDecision decision) {
    AccessRecord told =
        opening.openedAt().isBefore(layer.latest())
            ? AccessRecord.of(opening.lfn(), layer.latest(), opening.sizeBytes())
            : opening;
    layer.add(name, told);
    if (journal != null) {
      journal.add(heard, told, decision);
    }
  }

  /** Remembers openings that a cache answered by itself. */
  DecisionDesk.Heard heard(SeenReport report) {
    String life = report.node() + "\u0000" + report.start();
    Long last = lastReports.remove(life);
    lastReports.put(life, last == null ? report.seq() : Math.max(last, report.seq()));
    if (last != null && report.seq() <= last) {
      return new DecisionDesk.Heard(0, 0, true);
    }
    Layer layer = layer(report.layer());
    int accepted = 0;
    for (SeenReport.Seen seen : report.seen()) {
      accepted += layer != null && remember(layer, report, seen) ? 1 : 0;
    }
    return new DecisionDesk.Heard(accepted, report.seen().size() - accepted, false);
  }

  /** An opening told a moment late counts as of the latest one, for time does not go back. */
  private boolean remember(Layer layer, SeenReport report, SeenReport.Seen seen) {
    Instant told = Instant.ofEpochMilli(seen.timeMillis());
    Instant now = clock.instant();
    Instant at = !settings.replay() && told.isAfter(now) ? now : told;
    if (at.isBefore(layer.latest())) {
      if (at.plus(LATEST_REPORT).isBefore(layer.latest())) {
        return false;
      }
      at = layer.latest();
    }
    AccessRecord opening = AccessRecord.of(seen.lfn(), at, seen.sizeBytes());
    boolean added = layer.add(LogicalFileName.parse(seen.lfn()), opening);
    if (journal != null && added) {
      String source = seen.source().isEmpty() ? "seen" : seen.source();
      Boolean store = seen.stored();
      journal.add(
          new Journal.Heard(report.node(), report.layer(), source),
          opening,
          store == null ? null : CacheDecision.rule(store));
    }
    return added;
  }

  /** What is remembered, together with what was answered. */
  DeskCounters counters(long questions, long stored, long byModel, long modelFailures) {
    long files = 0;
    long late = 0;
    long truncations = 0;
    for (Layer layer : layers.values()) {
      files += layer.history().files();
      late += layer.history().late();
      truncations += layer.history().truncations();
    }
    return new DeskCounters(
        questions,
        stored,
        byModel,
        questions - byModel,
        modelFailures,
        layers.size(),
        files,
        late,
        truncations,
        journal == null ? 0 : journal.dropped());
  }
}
