// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.serve;

import java.io.Closeable;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.decisionlab.models.engine.TensorValue;
import org.decisionlab.sidecar.decide.DecisionModel;
import org.decisionlab.sidecar.fault.RefusedException;
import org.decisionlab.sidecar.fault.RefusedException.Reason;
import org.decisionlab.sidecar.wire.Rounding;
import org.decisionlab.sidecar.wire.Rows;
import org.jspecify.annotations.Nullable;

/**
 * Asks models: at once in the calling thread where that was measured to be cheap, otherwise in a
 * bounded pool. Questions that wait for the same model are asked together where that pays. Thread
 * safe; never blocks.
 */
public final class Predictor implements Closeable {

  private static final int MAX_WAITING = 1000;

  private final ModelRegistry registry;
  private final Shadows shadows;
  private final ThreadPoolExecutor pool;
  private final Batches batches;
  private final boolean batching;

  Predictor(ModelRegistry registry, Shadows shadows, ServingSettings.Asking asking) {
    int threads = asking.threads();
    this.batching = asking.batching();
    this.registry = registry;
    this.shadows = shadows;
    AtomicInteger number = new AtomicInteger();
    this.pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(MAX_WAITING),
            task -> {
              Thread thread = new Thread(task, "predict-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    pool.allowCoreThreadTimeOut(true);
    this.batches = new Batches(pool, threads);
  }

  /**
   * Asks a model one row. The stage is complete already when the answer was cheap; it may complete
   * in another thread otherwise.
   *
   * @param keys names of the values; empty when they are in the model's order
   * @throws RefusedException at once, or as the stage's failure
   */
  public CompletionStage<Ask.Rows> row(Ask ask, List<String> keys, float[] values) {
    return rows(ask, new Rows(keys, new float[][] {values}, Rounding.NONE));
  }

  /**
   * Asks a model rows.
   *
   * @param told the rows as they were written
   * @throws RefusedException at once, or as the stage's failure
   */
  public CompletionStage<Ask.Rows> rows(Ask ask, Rows told) {
    PublishedModel model = registry.published(ask.model(), ask.asker());
    ServedModel served = retained(ask, model);
    boolean handedOver = false;
    try {
      OrderedRows rows = served.ordered(told);
      if (served.cost().isCheapFor(rows.values().length)) {
        Ask.Rows answer = new Ask.Rows(served, rows.values(), served.answers(rows));
        shadow(ask, model, answer, rows);
        return CompletableFuture.completedFuture(answer);
      }
      CompletionStage<float[][]> later =
          batching && served.cost().batchingPays() && rows.isOfFloats()
              ? batches.submit(served, rows.values())
              : submit(() -> served.answers(rows));
      handedOver = true;
      return later
          .whenComplete((answers, fault) -> served.release())
          .thenApply(
              answers -> {
                Ask.Rows answer = new Ask.Rows(served, rows.values(), answers);
                shadow(ask, model, answer, rows);
                return answer;
              });
    } finally {
      if (!handedOver) {
        served.release();
      }
    }
  }

  /**
   * Asks a model tensors, always in the pool, because their cost is not known.
   *
   * @throws RefusedException at once, or as the stage's failure
   */
  public CompletionStage<Ask.Tensors> tensors(Ask ask, List<TensorValue> inputs) {
    PublishedModel model = registry.published(ask.model(), ask.asker());
    ServedModel served = retained(ask, model);
    boolean handedOver = false;
    try {
      CompletionStage<List<TensorValue>> later = submit(() -> served.run(inputs));
      handedOver = true;
      return later
          .whenComplete((answers, fault) -> served.release())
          .thenApply(
              outputs -> {
                ServedModel shadow = shadowOf(ask, model, served);
                if (shadow != null) {
                  shadows.compareTensors(served, shadow, inputs, outputs);
                }
                return new Ask.Tensors(served, outputs, served.asRows(inputs, outputs));
              });
    } finally {
      if (!handedOver) {
        served.release();
      }
    }
  }

  private ServedModel retained(Ask ask, PublishedModel first) {
    PublishedModel model = first;
    while (true) {
      ServedModel served =
          ask.version() == null
              ? registry.next(model)
              : registry.serving(ask.model(), ask.version(), ask.asker());
      if (served.retain()) {
        return served;
      }
      model = registry.published(ask.model(), ask.asker());
    }
  }

  private void shadow(Ask ask, PublishedModel model, Ask.Rows answer, OrderedRows rows) {
    ServedModel shadow = shadowOf(ask, model, answer.by());
    if (shadow != null) {
      shadows.compare(answer.by(), shadow, rows, answer.rows());
    }
  }

  /** Compares the shadow, where there is one, with what the model that decides answered caches. */
  public void shadow(DecisionModel by, float[][] rows, float[][] answers) {
    PublishedModel model = registry.find(by.name());
    ServedModel shadow = model == null ? null : model.shadow();
    if (model != null
        && shadow != null
        && model.find(by.version()) instanceof ServedModel answering
        && answering != shadow) {
      shadows.compare(answering, shadow, OrderedRows.of(rows), answers);
    }
  }

  /** Who is asked the same; nobody where the asker chose the version. */
  private static @Nullable ServedModel shadowOf(Ask ask, PublishedModel model, ServedModel by) {
    ServedModel shadow = model.shadow();
    return ask.version() == null && shadow != by ? shadow : null;
  }

  private <T> CompletionStage<T> submit(Supplier<T> work) {
    try {
      return CompletableFuture.supplyAsync(work, pool);
    } catch (RejectedExecutionException e) {
      throw busy();
    }
  }

  static RefusedException busy() {
    return new RefusedException(
        Reason.BUSY, MAX_WAITING + " questions are waiting already; come again");
  }

  /** Ends; questions that wait are not answered. */
  @Override
  public void close() {
    pool.shutdownNow();
  }
}
