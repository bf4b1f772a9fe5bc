// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.serve;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Asks questions together that wait for the same version. Nobody waits for others to come: while
 * one batch is being answered the next one gathers. Thread safe.
 */
final class Batches {

  private static final int MAX_WAITING = 1000;
  private static final int MAX_ROWS = 256;

  /** A question, in an array as engines take it. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Waiting(float[][] rows, CompletableFuture<float[][]> answer) {}

  /** Questions to one version. */
  private static final class Lane {
    private final ArrayBlockingQueue<Waiting> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
    private final AtomicInteger running = new AtomicInteger();

    /** Questions that are asked together next; none when nobody waits. */
    synchronized List<Waiting> gather() {
      List<Waiting> batch = new ArrayList<>();
      int rows = 0;
      Waiting next = waiting.peek();
      while (next != null && (rows == 0 || rows + next.rows().length <= MAX_ROWS)) {
        if (waiting.remove(next)) {
          batch.add(next);
          rows += next.rows().length;
        }
        next = waiting.peek();
      }
      return batch;
    }
  }

  private final Executor pool;
  private final int atATime;
  private final Map<ServedModel, Lane> lanes = new ConcurrentHashMap<>();

  /**
   * Batches in a pool.
   *
   * @param atATime batches of one version being answered at a time
   */
  Batches(Executor pool, int atATime) {
    this.pool = pool;
    this.atATime = atATime;
  }

  /** The answers to rows, together with those of others that wait. */
  CompletableFuture<float[][]> submit(ServedModel model, float[][] rows) {
    Waiting one = new Waiting(rows, new CompletableFuture<>());
    Lane lane = lanes.computeIfAbsent(model, made -> new Lane());
    if (!lane.waiting.offer(one)) {
      throw Predictor.busy();
    }
    try {
      start(model, lane);
    } catch (RejectedExecutionException e) {
      if (lane.waiting.remove(one)) {
        throw Predictor.busy();
      }
    }
    return one.answer();
  }

  private void start(ServedModel model, Lane lane) {
    if (lane.running.getAndUpdate(now -> Math.min(now + 1, atATime)) < atATime) {
      try {
        pool.execute(() -> drain(model, lane));
      } catch (RejectedExecutionException e) {
        lane.running.decrementAndGet();
        throw e;
      }
    }
  }

  private void drain(ServedModel model, Lane lane) {
    try {
      List<Waiting> batch = lane.gather();
      while (!batch.isEmpty()) {
        answer(model, batch);
        batch = lane.gather();
      }
    } finally {
      if (lane.running.decrementAndGet() == 0) {
        lanes.remove(model, lane);
      }
      // A question may have come between the last look and the end.
      if (!lane.waiting.isEmpty()) {
        restart(model, lane);
      }
    }
  }

  private void restart(ServedModel model, Lane lane) {
    try {
      start(model, lane);
    } catch (RejectedExecutionException e) {
      List<Waiting> left = new ArrayList<>();
      lane.waiting.drainTo(left);
      left.forEach(one -> one.answer().completeExceptionally(Predictor.busy()));
    }
  }

  private static void answer(ServedModel model, List<Waiting> batch) {
    if (batch.size() == 1) {
      answerAlone(model, batch.get(0));
      return;
    }
    List<float[][]> answers;
    try {
      answers = together(model, batch);
    } catch (RuntimeException | Error e) {
      // One bad row must not spoil the answers of the others, nor too little memory for all.
      batch.forEach(one -> answerAlone(model, one));
      return;
    }
    for (int i = 0; i < batch.size(); i++) {
      batch.get(i).answer().complete(answers.get(i));
    }
  }

  /** The answers to each of the questions, asked as one. */
  private static List<float[][]> together(ServedModel model, List<Waiting> batch) {
    float[][] answers =
        model.answers(
            batch.stream().flatMap(one -> Arrays.stream(one.rows())).toArray(float[][]::new));
    List<float[][]> parts = new ArrayList<>();
    int from = 0;
    for (Waiting one : batch) {
      int to = from + one.rows().length;
      parts.add(Arrays.copyOfRange(answers, from, to));
      from = to;
    }
    return parts;
  }

  private static void answerAlone(ServedModel model, Waiting one) {
    try {
      one.answer().complete(model.answers(one.rows()));
    } catch (RuntimeException | Error e) {
      one.answer().completeExceptionally(e);
    }
  }
}
