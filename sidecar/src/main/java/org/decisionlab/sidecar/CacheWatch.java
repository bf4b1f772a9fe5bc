// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar;

import java.io.Closeable;
import java.lang.System.Logger.Level;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.decisionlab.sidecar.decide.DecisionModel;
import org.decisionlab.sidecar.decide.DecisionWatch;
import org.decisionlab.sidecar.serve.Predictor;
import org.decisionlab.sidecar.telemetry.Metrics;
import org.decisionlab.sidecar.telemetry.Observations;

/**
 * Shows what models answer caches to drift, prediction log and shadows, as what they answer at all
 * other doors; purge orders, which are of no openings, to shadows alone. One row is counted at
 * once, which costs less than handing it over; many are counted by a thread of its own, and dropped
 * where it cannot keep up. Thread safe.
 */
final class CacheWatch implements DecisionWatch, Closeable {

  private static final System.Logger LOG = System.getLogger(CacheWatch.class.getName());

  /** Numbers of the rows that wait. */
  private static final long MAX_NUMBERS = 8L << 20;

  private static final long CLOSING_SECONDS = 5;

  private final Observations observations;
  private final Predictor predictor;
  private final AtomicLong waiting = new AtomicLong();
  private final LongAdder dropped = new LongAdder();
  private final ThreadPoolExecutor thread =
      new ThreadPoolExecutor(
          1,
          1,
          10,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          task -> {
            Thread made = new Thread(task, "watch");
            made.setDaemon(true);
            return made;
          });

  CacheWatch(Observations observations, Predictor predictor, Metrics metrics) {
    this.observations = observations;
    this.predictor = predictor;
    thread.allowCoreThreadTimeOut(true);
    metrics.count(
        "sidecar_cache_rows_unobserved_total",
        "Rows answered to caches that drift, log and shadow were not shown: too many at once.",
        dropped::sum);
  }

  @Override
  public void answered(DecisionModel by, float[][] rows, float[][] answers) {
    if (rows.length == 0) {
      return;
    }
    if (rows.length == 1) {
      show(by, rows, answers);
    } else {
      later(by, rows, () -> show(by, rows, answers));
    }
  }

  @Override
  public void ordered(DecisionModel by, float[][] rows, float[][] answers) {
    if (rows.length > 0) {
      later(by, rows, () -> predictor.shadow(by, rows, answers));
    }
  }

  private void later(DecisionModel by, float[][] rows, Runnable show) {
    long held = (long) rows.length * (rows[0].length + 1);
    boolean taken = waiting.addAndGet(held) <= MAX_NUMBERS;
    if (taken) {
      try {
        thread.execute(() -> showAll(by, rows.length, show, held));
      } catch (RejectedExecutionException e) {
        taken = false;
      }
    }
    if (!taken) {
      waiting.addAndGet(-held);
      dropped.add(rows.length);
    }
  }

  private void showAll(DecisionModel by, int rows, Runnable show, long held) {
    try {
      show.run();
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "rows that " + by.name() + " answered could not be counted", e);
      dropped.add(rows);
    } finally {
      waiting.addAndGet(-held);
    }
  }

  private void show(DecisionModel by, float[][] rows, float[][] answers) {
    observations.add(
        new Observations.Answered(
            new Observations.Version(by.name(), by.version()),
            by.card().statistics(),
            rows,
            answers));
    predictor.shadow(by, rows, answers);
  }

  /** Counts what waits, for a moment. */
  @Override
  public void close() {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(CLOSING_SECONDS, TimeUnit.SECONDS)) {
        LOG.log(Level.WARNING, "rows answered to caches were left uncounted");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
