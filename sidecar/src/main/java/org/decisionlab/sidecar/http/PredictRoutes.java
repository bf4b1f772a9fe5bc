// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.http;

import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import org.decisionlab.sidecar.auth.Right;
import org.decisionlab.sidecar.serve.Ask;
import org.decisionlab.sidecar.wire.FloatText;
import org.decisionlab.sidecar.wire.Row;
import org.decisionlab.sidecar.wire.RowJson;
import org.decisionlab.sidecar.wire.RowProto;
import org.decisionlab.sidecar.wire.Rows;

/** TFaaS's predictions: one row in, its numbers out, as JSON or as protobuf. */
final class PredictRoutes {

  private final Predictions predictions;
  private final ServerLimits limits;
  private final RowJson rows = new RowJson();

  PredictRoutes(Predictions predictions, ServerLimits limits) {
    this.predictions = predictions;
    this.limits = limits;
  }

  List<Endpoint> endpoints() {
    List<Endpoint> endpoints = new ArrayList<>();
    for (String path : List.of("/json", "/predict/json")) {
      endpoints.add(
          Endpoint.post(path)
              .at("TFaaS")
              .named(id("predictJson", path), "Asks a model one row; the answer is its numbers.")
              .needs(Right.PREDICT)
              .takesJson("Row")
              .json("Numbers")
              .by(this::json));
    }
    for (String path : List.of("/proto", "/predict/proto")) {
      endpoints.add(
          Endpoint.post(path)
              .at("TFaaS")
              .named(id("predictProto", path), "The same as protobuf: tfaaspb.Row, Predictions.")
              .needs(Right.PREDICT)
              .takes("application/octet-stream", "Bytes")
              .gives("application/octet-stream", "Bytes")
              .by(this::proto));
    }
    return endpoints;
  }

  private static String id(String operation, String path) {
    return path.startsWith("/predict/") ? operation + "Prefixed" : operation;
  }

  private void json(RoutingContext context) {
    Bodies.receive(
        context,
        limits.rowBytes(),
        body ->
            Replies.when(
                context,
                predict(context, rows.parse(body)),
                answer -> Replies.text(context, "application/json", FloatText.array(answer))));
  }

  private void proto(RoutingContext context) {
    Bodies.receive(
        context,
        limits.rowBytes(),
        body ->
            Replies.when(
                context,
                predict(context, RowProto.parse(body)),
                answer ->
                    Replies.bytes(
                        context, "application/octet-stream", RowProto.predictions(answer))));
  }

  private Future<float[]> predict(RoutingContext context, Row row) {
    return predictions
        .ask(
            new Ask(row.model(), null, Guard.identity(context)),
            new Rows(row.keys(), new float[][] {row.values()}, row.rounding()))
        .map(answer -> answer.rows()[0]);
  }
}
