// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator.replay;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.decisionlab.core.access.AccessFormat;
import org.decisionlab.core.access.AccessSource;
import org.decisionlab.simulator.cache.CacheSize;
import org.decisionlab.simulator.policy.Eviction;
import org.decisionlab.simulator.trace.Trace;
import org.decisionlab.simulator.trace.TraceOptions;
import org.jspecify.annotations.Nullable;

/**
 * A simulation of a trace file, as a command asks for it.
 *
 * @param trace file to read
 * @param format its format; null tells it by the first bytes
 * @param policies eviction policies to compare
 * @param sizes cache sizes to run each in
 * @param warmUpShare share of the requests that only warms up, at least 0 and below 1
 * @param options what becomes of records without a size
 */
public record SimulateRequest(
    Path trace,
    @Nullable AccessFormat format,
    List<Eviction> policies,
    List<CacheSize> sizes,
    double warmUpShare,
    TraceOptions options) {

  /** Copies its lists. */
  public SimulateRequest {
    policies = List.copyOf(policies);
    sizes = List.copyOf(sizes);
  }

  /**
   * Reads the file and replays it.
   *
   * @throws IOException when the file cannot be read, or its format not be told
   * @throws java.io.UncheckedIOException when reading fails half-way, or too much is malformed
   * @throws IllegalArgumentException when there is nothing to replay or a record tells no size
   */
  public ReplayReport run() throws IOException {
    AccessFormat known = format == null ? AccessFormat.detect(trace) : format;
    try (AccessSource source = known.open(trace)) {
      return Replay.of(Trace.read(source.records(), options))
          .warmUpShare(warmUpShare)
          .cache(sizes)
          .run(policies.stream().map(Contender::of).toList());
    }
  }
}
