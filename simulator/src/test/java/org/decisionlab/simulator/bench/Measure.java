// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator.bench;

import java.time.Duration;
import org.decisionlab.simulator.generate.Preset;
import org.decisionlab.simulator.generate.Span;
import org.decisionlab.simulator.replay.Contender;
import org.decisionlab.simulator.replay.Replay;
import org.decisionlab.simulator.trace.Trace;
import org.decisionlab.simulator.trace.TraceOptions;
import org.decisionlab.simulator.trace.TraceStatistics;

/** Prints what a generated workload contains: arguments preset, days, seed, requests per day. */
public final class Measure {

  private Measure() {}

  public static void main(String[] args) {
    Preset preset = Preset.of(args[0]);
    Span span =
        Span.ofDays(Integer.parseInt(args[1]), Long.parseLong(args[2]))
            .withRequestsPerDay(Integer.parseInt(args[3]));
    long started = System.nanoTime();
    Trace trace = Trace.read(preset.records(span), TraceOptions.DEFAULT);
    System.out.printf("generated in %s%n", Duration.ofNanos(System.nanoTime() - started));
    TraceStatistics s = trace.statistics();
    double mib = 1 << 20;
    System.out.printf(
        "%d requests, %d files, %.1f TiB footprint, %.1f TiB read%n",
        s.requests(), s.files(), s.distinctBytes() / mib / mib, s.bytesAsked() / mib / mib);
    System.out.printf("popularity %s%n", s.popularity());
    System.out.printf(
        "sizes MiB mean %.0f deviation %.0f sevenths %s%n",
        s.sizes().mean() / mib,
        s.sizes().deviation() / mib,
        s.sizes().sevenths().stream().map(v -> v >> 20).toList());
    System.out.printf("gaps %s%n", s.gaps());
    System.out.printf(
        "daily %.0f requests, working set %.2f TiB, reuse %.2f%n",
        s.daily().requests(), s.daily().workingSetBytes() / mib / mib, s.daily().reuse());
    System.out.print(
        Replay.of(trace)
            .warmUpShare(1 / 3.0)
            .cache("5%", "10%", "25%", "100%")
            .run(Contender.fifo(), Contender.lru(), Contender.sieve(), Contender.belady())
            .toText());
  }
}
