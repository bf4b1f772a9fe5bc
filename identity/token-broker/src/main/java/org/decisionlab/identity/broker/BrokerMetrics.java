// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.broker;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** What the broker counts: names and outcomes, never users or tokens. */
final class BrokerMetrics {

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final Counter requests =
      Counter.builder()
          .name("token_broker_requests_total")
          .help("Requests for tokens, by outcome.")
          .labelNames("outcome")
          .register(registry);
  private final Counter refreshes =
      Counter.builder()
          .name("token_broker_refreshes_total")
          .help("Refreshes of logins at the provider, by outcome.")
          .labelNames("outcome")
          .register(registry);
  private final Counter exchanges =
      Counter.builder()
          .name("token_broker_exchanges_total")
          .help("Token exchanges at the provider, by outcome.")
          .labelNames("outcome")
          .register(registry);
  private final Histogram seconds =
      Histogram.builder()
          .name("token_broker_request_seconds")
          .help("Time to answer a request for a token.")
          .classicUpperBounds(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5, 10)
          .register(registry);

  void request(String outcome, long nanos) {
    requests.labelValues(outcome).inc();
    seconds.observe(nanos / 1e9);
  }

  void refresh(String outcome) {
    refreshes.labelValues(outcome).inc();
  }

  void exchange(String outcome) {
    exchanges.labelValues(outcome).inc();
  }

  double refreshes(String outcome) {
    return refreshes.labelValues(outcome).get();
  }

  /** All of it in Prometheus' text format. */
  byte[] text() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrometheusTextFormatWriter.create().write(bytes, registry.scrape());
    return bytes.toByteArray();
  }
}
