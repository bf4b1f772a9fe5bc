// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator.bench;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
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
    System.out.printf("gaps at sevenths of all requests %s%n", sevenths(trace));
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

  /** Gaps that cut all requests into even shares, a first request standing beyond every gap. */
  private static List<String> sevenths(Trace trace) {
    int[] next = trace.nextUse();
    int[] gaps =
        IntStream.range(0, next.length)
            .filter(i -> next[i] != Trace.NEVER)
            .map(i -> next[i] - i)
            .sorted()
            .toArray();
    return IntStream.rangeClosed(1, 6)
        .map(i -> (int) ((long) next.length * i / 7))
        .mapToObj(at -> at < gaps.length ? Integer.toString(gaps[at]) : "first")
        .toList();
  }
}
