// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.telemetry;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;
import org.decisionlab.sidecar.telemetry.Metrics.Shown;

/** The series that are of one model each, known by the labels {@code model} and {@code version}. */
final class ModelSeries {

  private static final String MODEL = "model";
  private static final String VERSION = "version";

  private ModelSeries() {}

  /** All series but those of models that are not shown. */
  static MetricSnapshots shown(MetricSnapshots all, Shown shown) {
    MetricSnapshots.Builder kept = MetricSnapshots.builder();
    for (MetricSnapshot metric : all) {
      kept.metricSnapshot(ofModels(metric) ? shown(metric, shown) : metric);
    }
    return kept.build();
  }

  private static boolean ofModels(MetricSnapshot metric) {
    return metric.getDataPoints().stream().anyMatch(point -> point.getLabels().contains(MODEL));
  }

  private static MetricSnapshot shown(MetricSnapshot metric, Shown shown) {
    if (metric instanceof CounterSnapshot counter) {
      return new CounterSnapshot(counter.getMetadata(), shown(counter.getDataPoints(), shown));
    }
    if (metric instanceof GaugeSnapshot gauge) {
      return new GaugeSnapshot(gauge.getMetadata(), shown(gauge.getDataPoints(), shown));
    }
    throw new IllegalStateException(
        metric.getMetadata().getName() + " is of models, and neither a counter nor a gauge");
  }

  private static <T extends DataPointSnapshot> List<T> shown(List<T> points, Shown shown) {
    return points.stream().filter(point -> isShown(point, shown)).toList();
  }

  /** A series of a model without a version is of no version that could be shown. */
  private static boolean isShown(DataPointSnapshot point, Shown shown) {
    String model = point.getLabels().get(MODEL);
    String version = point.getLabels().get(VERSION);
    return model == null || shown.test(model, version == null ? 0 : Integer.parseInt(version));
  }
}
