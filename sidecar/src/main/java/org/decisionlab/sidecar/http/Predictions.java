// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.http;

import io.vertx.core.Future;
import java.util.List;
import org.decisionlab.models.bundle.ModelCard;
import org.decisionlab.sidecar.fault.RefusedException;
import org.decisionlab.sidecar.serve.ModelRegistry;
import org.decisionlab.sidecar.serve.ServedModel;
import org.decisionlab.sidecar.telemetry.Observations;
import org.jspecify.annotations.Nullable;

/** Asks models on behalf of all doors, and takes note of what they answered. */
final class Predictions {

  /** Rows in one request at most. */
  static final int MAX_ROWS = 100_000;

  private final ModelRegistry registry;
  private final Observations observations;

  Predictions(ModelRegistry registry, Observations observations) {
    this.registry = registry;
    this.observations = observations;
  }

  /** The model of a name that answers now; null for the default model. */
  ServedModel serving(@Nullable String name) {
    return registry.serving(name);
  }

  /**
   * The version of a model that answers now, which must be the one asked for.
   *
   * @param version number as it was written; null for any
   */
  ServedModel serving(String name, @Nullable String version) {
    return registry.serving(name, version);
  }

  /**
   * The model's answers.
   *
   * @param names names of the columns; empty when they are in the model's order
   * @param rows the rows, all of the same width
   */
  Future<float[][]> ask(ServedModel model, List<String> names, float[][] rows) {
    if (rows.length > MAX_ROWS) {
      throw RefusedException.malformed(
          "the request has " + rows.length + " rows; at most " + MAX_ROWS);
    }
    float[][] ordered = model.inOrder(names, rows);
    float[][] answers = model.answers(ordered);
    ModelCard card = model.card();
    observations.add(
        new Observations.Answered(
            new Observations.Version(model.name().value(), model.version()),
            card == null ? List.of() : card.statistics(),
            ordered,
            answers));
    return Future.succeededFuture(answers);
  }
}
