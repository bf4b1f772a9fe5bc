// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.http;

import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import org.decisionlab.sidecar.serve.ModelRegistry;
import org.decisionlab.sidecar.wire.FloatText;
import org.decisionlab.sidecar.wire.Row;
import org.decisionlab.sidecar.wire.RowJson;
import org.decisionlab.sidecar.wire.RowProto;

/** TFaaS's predictions: one row in, its numbers out, as JSON or as protobuf. */
final class PredictRoutes {

  private final ModelRegistry registry;
  private final ServerLimits limits;

  PredictRoutes(ModelRegistry registry, ServerLimits limits) {
    this.registry = registry;
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
            Replies.text(
                context, "application/json", FloatText.array(predict(RowJson.parse(body)))));
  }

  private void proto(RoutingContext context) {
    Bodies.receive(
        context,
        limits.rowBytes(),
        body ->
            Replies.bytes(
                context,
                "application/octet-stream",
                RowProto.predictions(predict(RowProto.parse(body)))));
  }

  private float[] predict(Row row) {
    return registry.serving(row.model()).predict(row.keys(), row.values());
  }
}
