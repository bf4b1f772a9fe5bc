// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.telemetry;

import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Histogram;
import org.jspecify.annotations.Nullable;

/** Times of the answers of one operation. Thread safe. */
public final class RouteTimes {

  private static final double NANOS = 1e9;
  private static final int OK = 200;

  private final Histogram requests;
  private final String name;

  /** Where the answers go that nearly all are, found once. */
  private volatile @Nullable DistributionDataPoint ok;

  RouteTimes(Histogram requests, String name) {
    this.requests = requests;
    this.name = name;
  }

  /** Name of the operation. */
  public String name() {
    return name;
  }

  /** Counts an answer of a status. */
  public void answered(int status, long nanos) {
    times(status).observe(nanos / NANOS);
  }

  private DistributionDataPoint times(int status) {
    DistributionDataPoint known = ok;
    if (status == OK && known != null) {
      return known;
    }
    DistributionDataPoint found = requests.labelValues(name, Integer.toString(status));
    if (status == OK) {
      ok = found;
    }
    return found;
  }
}
