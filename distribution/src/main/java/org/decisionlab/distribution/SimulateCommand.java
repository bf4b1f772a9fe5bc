// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.distribution;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.decisionlab.core.access.AccessFormat;
import org.decisionlab.simulator.cache.CacheSize;
import org.decisionlab.simulator.policy.Eviction;
import org.decisionlab.simulator.replay.ReportFormat;
import org.decisionlab.simulator.replay.SimulateRequest;
import org.decisionlab.simulator.trace.TraceOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code lab simulate}: replays a trace through caches of several policies and sizes. */
@Command(
    name = "simulate",
    description = "Replays a trace through simulated caches, every policy in every size.",
    mixinStandardHelpOptions = true,
    versionProvider = Lab.Version.class)
final class SimulateCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(names = "--trace", required = true, paramLabel = "FILE", description = "Trace to replay.")
  private Path trace;

  @Option(
      names = "--format",
      paramLabel = "F",
      description =
          "xrootd-json, cms-csv, web-log, time-id-size or oracle-general"
              + " (default: told by the file's content).")
  private @Nullable AccessFormat format;

  @Option(
      names = "--policy",
      split = ",",
      defaultValue = "lru",
      paramLabel = "P",
      description = "lru, fifo, sieve, belady; several with commas (default: ${DEFAULT-VALUE}).")
  private List<Eviction> policies;

  @Option(
      names = "--size",
      split = ",",
      required = true,
      paramLabel = "S",
      description = "128MiB, 10T, or a share of the distinct bytes: 10%%; several with commas.")
  private List<CacheSize> sizes;

  @Option(
      names = "--warm-up",
      defaultValue = "0",
      paramLabel = "SHARE",
      description = "Share of the requests that only warms up, 0 to below 1 (default: 0).")
  private double warmUp;

  @Option(
      names = "--leave-out-unsized",
      description =
          "Leaves out records that tell no size, and says how many; else they are refused.")
  private boolean leaveOutUnsized;

  @Option(
      names = "--out",
      defaultValue = "table",
      paramLabel = "table|csv|json",
      description = "How the result is written (default: ${DEFAULT-VALUE}).")
  private ReportFormat out;

  @Override
  public Integer call() throws IOException {
    TraceOptions options =
        leaveOutUnsized ? TraceOptions.DEFAULT.leavingOutUnsized() : TraceOptions.DEFAULT;
    if (!(warmUp >= 0 && warmUp < 1)) {
      throw new ParameterException(
          spec.commandLine(), "--warm-up must be at least 0 and below 1: " + warmUp);
    }
    SimulateRequest request = new SimulateRequest(trace, format, policies, sizes, warmUp, options);
    spec.commandLine().getOut().print(out.render(request.run()));
    spec.commandLine().getOut().flush();
    return 0;
  }
}
