// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator.replay;

import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.decisionlab.core.decision.DecisionPolicy;
import org.decisionlab.simulator.cache.Cache;
import org.decisionlab.simulator.cache.CacheSize;
import org.decisionlab.simulator.cache.Tally;
import org.decisionlab.simulator.trace.Trace;
import org.jspecify.annotations.Nullable;

/** Runs contenders through caches, on several threads. */
final class Runs {

  private static final long LIMIT_HOURS = 12;

  /** Requests served between two looks at whether the thread was interrupted. */
  private static final int STRETCH = 1 << 14;

  private final Trace trace;
  private final int warmUp;
  private final int threads;
  private final Slices slices;

  Runs(Trace trace, int warmUp, int threads) {
    this.trace = trace;
    this.warmUp = warmUp;
    this.threads = threads;
    this.slices = new Slices(trace, warmUp);
  }

  private record Run(int place, Contender contender, CacheSize size) {}

  /** Results by cache size, then contender, in the order given. */
  List<SimulationResult> all(List<Contender> contenders, List<CacheSize> sizes) {
    List<List<Run>> queues = queues(contenders, sizes);
    @Nullable SimulationResult[] results = new SimulationResult[contenders.size() * sizes.size()];
    List<Callable<Void>> tasks = new ArrayList<>();
    for (List<Run> queue : queues) {
      tasks.add(
          () -> {
            for (Run run : queue) {
              results[run.place()] = one(run);
            }
            return null;
          });
    }
    execute(tasks);
    List<SimulationResult> done = new ArrayList<>();
    for (SimulationResult result : results) {
      if (result == null) {
        throw new IllegalStateException("a run ended without a result");
      }
      done.add(result);
    }
    return done;
  }

  /** Runs that share a decision policy follow each other in one queue; all others stand alone. */
  private static List<List<Run>> queues(List<Contender> contenders, List<CacheSize> sizes) {
    IdentityHashMap<DecisionPolicy, List<Run>> shared = new IdentityHashMap<>();
    List<List<Run>> queues = new ArrayList<>();
    int place = 0;
    for (CacheSize size : sizes) {
      for (Contender contender : contenders) {
        Run run = new Run(place++, contender, size);
        DecisionPolicy decision = contender.decision();
        List<Run> queue = decision == null ? null : shared.get(decision);
        if (queue == null) {
          queue = new ArrayList<>();
          queues.add(queue);
          if (decision != null) {
            shared.put(decision, queue);
          }
        }
        queue.add(run);
      }
    }
    return queues;
  }

  private SimulationResult one(Run run) {
    Contender contender = run.contender();
    long capacity = run.size().bytesOf(trace.distinctBytes());
    long started = System.nanoTime();
    Cache cache =
        new Cache(trace, capacity, contender.eviction().apply(trace), contender.admission(trace));
    serve(cache, 0, warmUp);
    List<Tally> tallies = new ArrayList<>();
    for (Slices.Slice slice : slices.all()) {
      tallies.add(serve(cache, slice.from(), slice.to()));
    }
    cache.checkBooks();
    double seconds = Math.max(1, System.nanoTime() - started) / 1e9;
    return new SimulationResult(
        contender.name(),
        run.size().toString(),
        capacity,
        tallies.stream().reduce(Tally.NOTHING, Tally::plus),
        slices.days(tallies),
        slices.blocks(tallies),
        Duration.between(trace.time(warmUp), trace.time(trace.requests() - 1)),
        trace.requests() / seconds);
  }

  private static Tally serve(Cache cache, int from, int to) {
    Tally sum = Tally.NOTHING;
    for (int start = from; start < to; start += STRETCH) {
      if (Thread.currentThread().isInterrupted()) {
        throw new CancellationException("the replay was interrupted");
      }
      sum = sum.plus(cache.serve(start, Math.min(to, start + STRETCH)));
    }
    return sum;
  }

  private void execute(List<Callable<Void>> tasks) {
    ExecutorService executor =
        Executors.newFixedThreadPool(
            Math.min(threads, tasks.size()),
            body -> {
              Thread thread = new Thread(body, "replay");
              thread.setDaemon(true);
              return thread;
            });
    try {
      if (Thread.interrupted()) {
        throw new InterruptedException("before the first run");
      }
      for (Future<Void> future : executor.invokeAll(tasks, LIMIT_HOURS, TimeUnit.HOURS)) {
        if (future.isCancelled()) {
          throw new CancellationException(
              "the replay took longer than " + LIMIT_HOURS + " hours and was ended");
        }
        future.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw cancelled(e);
    } catch (ExecutionException e) {
      throw asUnchecked(e);
    } finally {
      executor.shutdownNow();
    }
  }

  private static CancellationException cancelled(InterruptedException cause) {
    CancellationException cancelled = new CancellationException("the replay was interrupted");
    cancelled.initCause(cause);
    return cancelled;
  }

  private static RuntimeException asUnchecked(ExecutionException e) {
    Throwable cause = e.getCause();
    if (cause instanceof Error error) {
      throw error;
    }
    return cause instanceof RuntimeException known ? known : new IllegalStateException(e);
  }
}
