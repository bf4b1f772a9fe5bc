// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.http;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.decisionlab.models.bundle.ModelCard;
import org.decisionlab.models.engine.TensorValue;
import org.decisionlab.sidecar.auth.Identity;
import org.decisionlab.sidecar.fault.RefusedException;
import org.decisionlab.sidecar.serve.Ask;
import org.decisionlab.sidecar.serve.ModelRegistry;
import org.decisionlab.sidecar.serve.Predictor;
import org.decisionlab.sidecar.serve.ServedModel;
import org.decisionlab.sidecar.serve.Serving;
import org.decisionlab.sidecar.telemetry.Observations;
import org.decisionlab.sidecar.wire.Rows;
import org.jspecify.annotations.Nullable;

/** Asks models on behalf of all doors, and takes note of what they answered. */
final class Predictions {

  /** Rows in one request at most. */
  static final int MAX_ROWS = 100_000;

  private final ModelRegistry registry;
  private final Predictor predictor;
  private final Observations observations;

  Predictions(Serving serving, Observations observations) {
    this.registry = serving.registry();
    this.predictor = serving.predictor();
    this.observations = observations;
  }

  /**
   * The version of a model that is asked for, to look at.
   *
   * @param name name of the model, null for the default one
   * @param version number or alias as it was written; null for the one in production
   * @param asker who asks for it
   */
  ServedModel serving(@Nullable String name, @Nullable String version, Identity asker) {
    return registry.serving(name, version, asker);
  }

  /**
   * The model's answers; complete already where the question was cheap, else completed on the event
   * loop from which it is asked.
   *
   * @param rows the rows, all of the same width
   */
  Future<Ask.Rows> ask(Ask ask, Rows rows) {
    int count = rows.values().length;
    if (count > MAX_ROWS) {
      throw RefusedException.malformed("the request has " + count + " rows; at most " + MAX_ROWS);
    }
    return future(predictor.rows(ask, rows)).map(this::noted);
  }

  /** The model's answers to tensors, one for each input of its signature. */
  Future<Ask.Tensors> ask(Ask ask, List<TensorValue> inputs) {
    return future(predictor.tensors(ask, inputs))
        .map(
            answer -> {
              // One with a number that no door can tell is refused, and no answer.
              if (answer.rows() != null && answer.isFinite()) {
                noted(answer.rows());
              }
              return answer;
            });
  }

  private Ask.Rows noted(Ask.Rows answer) {
    ServedModel by = answer.by();
    ModelCard card = by.card();
    observations.add(
        new Observations.Answered(
            new Observations.Version(by.name().value(), by.version()),
            card == null ? List.of() : card.statistics(),
            answer.asked(),
            answer.rows()));
    return answer;
  }

  private static <T> Future<T> future(CompletionStage<T> stage) {
    CompletableFuture<T> known = stage.toCompletableFuture();
    if (!known.isDone()) {
      return Future.fromCompletionStage(stage, Vertx.currentContext()).recover(Predictions::cause);
    }
    try {
      return Future.succeededFuture(known.join());
    } catch (CompletionException e) {
      return cause(e);
    }
  }

  private static <T> Future<T> cause(Throwable fault) {
    boolean wrapped = fault instanceof CompletionException && fault.getCause() != null;
    return Future.failedFuture(wrapped ? fault.getCause() : fault);
  }
}
