// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.telemetry;

import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/** What the sidecar counts, in a registry of its own. Thread safe. */
public final class Metrics {

  /** The content type of {@link #text(Shown)}. */
  public static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

  private static final double[] SECONDS = {
    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30
  };

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();
  private final Histogram requests =
      Histogram.builder()
          .name("sidecar_request_seconds")
          .help("Time from the head of a request to the end of its answer.")
          .labelNames("route", "status")
          .classicOnly()
          .classicUpperBounds(SECONDS)
          .withoutExemplars()
          .register(registry);
  private final Counter rows =
      Counter.builder()
          .name("sidecar_predicted_rows_total")
          .help("Rows that a version of a model answered.")
          .labelNames("model", "version")
          .withoutExemplars()
          .register(registry);
  private final Counter refusals =
      Counter.builder()
          .name("sidecar_refused_total")
          .help("Requests turned away before they were looked at.")
          .labelNames("why")
          .register(registry);

  /** Counters of nothing yet, and the virtual machine's own. */
  public Metrics() {
    JvmMetrics.builder().register(registry);
  }

  /** The times of one operation's answers, to be kept by who records many. */
  public RouteTimes route(String operation) {
    return new RouteTimes(requests, operation);
  }

  /** Rows that a version of a model answered, to be kept by who counts many. */
  CounterDataPoint predicted(String model, int version) {
    return rows.labelValues(model, Integer.toString(version));
  }

  /** Counts a request turned away. */
  public void refused(String why) {
    refusals.labelValues(why).inc();
  }

  /** A number that only grows, asked for whenever metrics are read. */
  public void count(String name, String help, LongSupplier value) {
    CounterWithCallback.builder()
        .name(name)
        .help(help)
        .callback(callback -> callback.call((double) value.getAsLong()))
        .register(registry);
  }

  /** A number that goes up and down, asked for whenever metrics are read. */
  public void gauge(String name, String help, DoubleSupplier value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(callback -> callback.call(value.getAsDouble()))
        .register(registry);
  }

  /** Where further metrics are registered. */
  public PrometheusRegistry registry() {
    return registry;
  }

  /** Whether what is counted of a version of a model may be shown. */
  @FunctionalInterface
  public interface Shown {
    boolean test(String model, int version);
  }

  /**
   * Metrics in Prometheus' text format.
   *
   * @param shown of which models what is counted of each is among them
   */
  public byte[] text(Shown shown) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      writer.write(out, ModelSeries.shown(registry.scrape(), shown), EscapingScheme.DEFAULT);
    } catch (IOException e) {
      throw new UncheckedIOException("memory could not be written", e);
    }
    return out.toByteArray();
  }
}
