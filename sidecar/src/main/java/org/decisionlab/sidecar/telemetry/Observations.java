// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.telemetry;

import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.decisionlab.models.bundle.FeatureStatistics;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the rows that models answered: counts, drift, and a sample of them in a log.
 * Thread safe; the versions remembered are bounded, the one asked longest ago is forgotten first.
 */
public final class Observations {

  private static final int MAX_VERSIONS = 200;

  /**
   * One version of a model.
   *
   * @param model its name
   * @param version its number
   */
  public record Version(String model, int version) {}

  /**
   * Rows that a version answered.
   *
   * @param version what answered
   * @param statistics of its card, empty when it has none
   * @param rows the rows in the model's order
   * @param answers its answers, one for each row
   */
  @SuppressWarnings("ArrayRecordComponent") // handed over once, never kept
  public record Answered(
      Version version, List<FeatureStatistics> statistics, float[][] rows, float[][] answers) {}

  private final Metrics metrics;
  private final @Nullable PredictionLog log;
  private final Clock clock;
  private final Map<Version, Drift> drifts = new LinkedHashMap<>(16, 0.75f, true);

  /** The version that answered last, nearly always the one that answers next. */
  private volatile @Nullable Watched latest;

  /** Where the rows of a version are counted. */
  private record Watched(Version version, Drift drift, CounterDataPoint rows) {}

  /**
   * Nothing observed yet.
   *
   * @param log where a sample of rows is written, null for nowhere
   */
  public Observations(Metrics metrics, @Nullable PredictionLog log, Clock clock) {
    this.metrics = metrics;
    this.log = log;
    this.clock = clock;
    metrics.registry().register(this::stabilityIndices);
    metrics.registry().register(this::missing);
  }

  /** Takes note of answers. */
  public void add(Answered answered) {
    Version version = answered.version();
    Watched watched = latest;
    if (watched == null || !watched.version().equals(version)) {
      watched = watched(version, answered.statistics());
    }
    watched.rows().inc(answered.rows().length);
    watched.drift().add(answered.rows(), answered.answers());
    for (int i = 0; log != null && i < answered.rows().length; i++) {
      log.add(clock, version, answered.rows()[i], answered.answers()[i]);
    }
  }

  /** What is known of a version, null when it has not been asked. */
  public Drift.@Nullable Report report(Version version) {
    Drift drift;
    synchronized (drifts) {
      drift = drifts.get(version);
    }
    return drift == null ? null : drift.report();
  }

  private Watched watched(Version version, List<FeatureStatistics> statistics) {
    synchronized (drifts) {
      Watched before = latest;
      if (before != null) {
        // It was asked until now, and not looked up for it.
        drifts.get(before.version());
      }
      Drift drift = drifts.computeIfAbsent(version, name -> new Drift(statistics));
      if (drifts.size() > MAX_VERSIONS) {
        drifts.remove(drifts.keySet().iterator().next());
      }
      Watched next =
          new Watched(version, drift, metrics.predicted(version.model(), version.version()));
      latest = next;
      return next;
    }
  }

  private GaugeSnapshot stabilityIndices() {
    return ofFeatures(
        "sidecar_feature_stability_index",
        "Population stability index of the latest rows against the training data.",
        Drift.Feature::stabilityIndex);
  }

  private GaugeSnapshot missing() {
    return ofFeatures(
        "sidecar_feature_missing_ratio",
        "Share of the latest rows in which the feature is missing.",
        Drift.Feature::missing);
  }

  private GaugeSnapshot ofFeatures(
      String name, String help, ToDoubleFunction<Drift.Feature> value) {
    GaugeSnapshot.Builder gauges = GaugeSnapshot.builder().name(name).help(help);
    Map<Version, Drift> all;
    synchronized (drifts) {
      all = new LinkedHashMap<>(drifts);
    }
    all.forEach(
        (version, drift) ->
            drift
                .report()
                .features()
                .forEach(
                    feature ->
                        gauges.dataPoint(point(version, feature, value.applyAsDouble(feature)))));
    return gauges.build();
  }

  private static GaugeSnapshot.GaugeDataPointSnapshot point(
      Version version, Drift.Feature feature, double value) {
    return GaugeSnapshot.GaugeDataPointSnapshot.builder()
        .value(value)
        .labels(
            Labels.of(
                "model",
                version.model(),
                "version",
                Integer.toString(version.version()),
                "feature",
                feature.name()))
        .build();
  }
}
