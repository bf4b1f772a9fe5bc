// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.serve;

import java.io.Closeable;
import java.lang.reflect.Array;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.decisionlab.models.engine.TensorValue;
import org.decisionlab.sidecar.fault.RefusedException;
import org.decisionlab.sidecar.store.ModelName;
import org.decisionlab.sidecar.wire.Rows;
import org.jspecify.annotations.Nullable;

/**
 * Asks shadows what others have answered, in a thread of its own, and keeps count of how they
 * compare. A shadow never delays an answer: what it cannot keep up with is counted and dropped.
 * Thread safe.
 */
final class Shadows implements Closeable {

  private static final int MAX_WAITING = 256;

  /** Numbers of questions and answers that wait; what they hold is bounded, not only how many. */
  static final long MAX_NUMBERS = 8L << 20;

  /** What a number takes together with how it was written, in floats. */
  private static final long WRITTEN = 16;

  private final AtomicLong numbers = new AtomicLong();

  private final ThreadPoolExecutor thread =
      new ThreadPoolExecutor(
          1,
          1,
          10,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(MAX_WAITING),
          task -> {
            Thread made = new Thread(task, "shadow");
            made.setDaemon(true);
            return made;
          });
  private final Map<ModelName, ShadowComparison> comparisons = new HashMap<>();

  Shadows() {
    thread.allowCoreThreadTimeOut(true);
  }

  /**
   * Compares a shadow with an answer, some time.
   *
   * @param rows in the order of the answering model's features
   */
  void compare(ServedModel answering, ServedModel shadow, OrderedRows rows, float[][] answers) {
    compare(
        answering,
        shadow,
        count(rows.values()) * (rows.isOfFloats() ? 1 : WRITTEN) + count(answers),
        () ->
            Difference.of(
                answers,
                shadow.answers(
                    shadow.ordered(new Rows(answering.features(), rows.values(), rows::written)))));
  }

  /**
   * Compares a shadow with an answer to tensors, some time; one with other inputs or outputs counts
   * as failed.
   */
  void compareTensors(
      ServedModel answering,
      ServedModel shadow,
      List<TensorValue> inputs,
      List<TensorValue> outputs) {
    compare(
        answering,
        shadow,
        count(inputs) + count(outputs),
        () -> {
          if (!shadow.signature().equals(answering.signature())) {
            throw RefusedException.malformed("the shadow takes or gives other tensors");
          }
          return Difference.of(numbers(outputs), numbers(shadow.run(inputs)));
        });
  }

  private static float[][] numbers(List<TensorValue> tensors) {
    return tensors.stream().map(TensorValue::floats).toArray(float[][]::new);
  }

  private static long count(float[][] rows) {
    return rows.length == 0 ? 0 : (long) rows.length * rows[0].length;
  }

  private static long count(List<TensorValue> tensors) {
    return tensors.stream().mapToLong(tensor -> Array.getLength(tensor.numbers())).sum();
  }

  private void compare(
      ServedModel answering, ServedModel shadow, long held, Supplier<Difference> how) {
    boolean taken = numbers.addAndGet(held) <= MAX_NUMBERS;
    if (taken) {
      try {
        thread.execute(() -> compareNow(answering, shadow, held, how));
      } catch (RejectedExecutionException e) {
        taken = false;
      }
    }
    if (!taken) {
      numbers.addAndGet(-held);
      count(answering, shadow, ShadowComparison::withDrop);
    }
  }

  private void compareNow(
      ServedModel answering, ServedModel shadow, long held, Supplier<Difference> how) {
    boolean retained = shadow.retain();
    try {
      if (retained) {
        Difference difference = how.get();
        count(answering, shadow, now -> now.with(difference));
      }
    } catch (RefusedException | IllegalStateException | IllegalArgumentException e) {
      count(answering, shadow, ShadowComparison::withFailure);
    } finally {
      numbers.addAndGet(-held);
      if (retained) {
        shadow.release();
      }
    }
  }

  private synchronized void count(
      ServedModel answering, ServedModel shadow, UnaryOperator<ShadowComparison> how) {
    comparisons.compute(
        answering.name(),
        (name, before) -> {
          boolean same =
              before != null
                  && before.answering() == answering.version()
                  && before.shadow() == shadow.version();
          return how.apply(
              same && before != null
                  ? before
                  : ShadowComparison.none(answering.version(), shadow.version()));
        });
  }

  /** How the shadow of a model compares, null when it was never asked. */
  synchronized @Nullable ShadowComparison of(ModelName name) {
    return comparisons.get(name);
  }

  /** Forgets a model. */
  synchronized void forget(ModelName name) {
    comparisons.remove(name);
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
