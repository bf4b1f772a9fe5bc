// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar;

import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import org.decisionlab.sidecar.decide.DecisionDesk;
import org.decisionlab.sidecar.decide.Quality;
import org.decisionlab.sidecar.telemetry.Metrics;

/** What the desk counts, as metrics. */
final class DeskMetrics {

  private DeskMetrics() {}

  static void register(Metrics metrics, DecisionDesk desk) {
    metrics.count(
        "sidecar_decisions_total", "Questions answered.", () -> desk.counters().questions());
    metrics.count(
        "sidecar_decisions_store_total", "Answers to store.", () -> desk.counters().stored());
    metrics.count(
        "sidecar_decisions_by_default_total",
        "Answers given because there was no model, or it failed.",
        () -> desk.counters().byDefault());
    metrics.count(
        "sidecar_decision_model_failures_total",
        "Questions at which the model failed.",
        () -> desk.counters().modelFailures());
    metrics.gauge("sidecar_history_files", "Files remembered.", () -> desk.counters().files());
    metrics.count(
        "sidecar_history_truncations_total",
        "Files forgotten early because of the bound.",
        () -> desk.counters().truncations());
    metrics.registry().register(() -> outcomes(desk));
  }

  private static GaugeSnapshot outcomes(DecisionDesk desk) {
    GaugeSnapshot.Builder gauges =
        GaugeSnapshot.builder()
            .name("sidecar_decision_outcomes")
            .help("Decisions whose outcome was told, by what was decided and what happened.");
    desk.qualities()
        .forEach(
            (version, quality) -> {
              add(gauges, version, "kept", "reused", quality.keptReused());
              add(gauges, version, "kept", "unused", quality.keptUnused());
              add(gauges, version, "refused", "reused", quality.refusedReused());
              add(gauges, version, "refused", "unused", quality.refusedUnused());
            });
    return gauges.build();
  }

  private static void add(
      GaugeSnapshot.Builder gauges,
      Quality.Version version,
      String decided,
      String happened,
      long count) {
    gauges.dataPoint(
        GaugeDataPointSnapshot.builder()
            .value((double) count)
            .labels(
                Labels.of(
                    "model",
                    version.model(),
                    "version",
                    Integer.toString(version.version()),
                    "decided",
                    decided,
                    "happened",
                    happened))
            .build());
  }
}
