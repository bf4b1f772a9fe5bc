// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.http;

import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.function.Consumer;
import org.decisionlab.sidecar.serve.Ask;
import org.decisionlab.sidecar.serve.Predictor;
import org.decisionlab.sidecar.wire.FloatText;
import org.decisionlab.sidecar.wire.Row;
import org.decisionlab.sidecar.wire.RowJson;
import org.decisionlab.sidecar.wire.RowProto;

/** TFaaS's predictions: one row in, its numbers out, as JSON or as protobuf. */
final class PredictRoutes {

  private final Predictor predictor;
  private final ServerLimits limits;

  PredictRoutes(Predictor predictor, ServerLimits limits) {
    this.predictor = predictor;
    this.limits = limits;
  }

  void addTo(Router router) {
    for (String path : List.of("/json", "/predict/json")) {
      router.post(path).handler(this::json);
    }
    for (String path : List.of("/proto", "/predict/proto")) {
      router.post(path).handler(this::proto);
    }
  }

  private void json(RoutingContext context) {
    Bodies.receive(
        context,
        limits.rowBytes(),
        body ->
            predict(
                context,
                RowJson.parse(body),
                answer -> Replies.text(context, "application/json", FloatText.array(answer))));
  }

  private void proto(RoutingContext context) {
    Bodies.receive(
        context,
        limits.rowBytes(),
        body ->
            predict(
                context,
                RowProto.parse(body),
                answer ->
                    Replies.bytes(
                        context, "application/octet-stream", RowProto.predictions(answer))));
  }

  private void predict(RoutingContext context, Row row, Consumer<float[]> reply) {
    Later.reply(
        context,
        predictor.row(new Ask(row.model(), null), row.keys(), row.values()),
        answer -> reply.accept(answer.rows()[0]));
  }
}
