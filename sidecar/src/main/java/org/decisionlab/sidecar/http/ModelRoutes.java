// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import org.decisionlab.sidecar.serve.ModelRegistry;
import org.decisionlab.sidecar.wire.TfaasParams;

/** TFaaS's lists: which models there are, and the parameters of one. */
final class ModelRoutes {

  private final ModelRegistry registry;
  private final ServerLimits limits;

  ModelRoutes(ModelRegistry registry, ServerLimits limits) {
    this.registry = registry;
    this.limits = limits;
  }

  void addTo(Router router) {
    router.get("/models").handler(this::list);
    router.get("/params/:model").handler(this::params);
    router.post("/params").handler(this::chooseDefault);
  }

  private void list(RoutingContext context) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    registry.entries().forEach(entry -> entry.list(list.addObject()));
    Replies.json(context, list);
  }

  private void params(RoutingContext context) {
    byte[] params = registry.serving(context.pathParam("model")).params().bytes();
    Replies.bytes(context, "application/json", params);
  }

  private void chooseDefault(RoutingContext context) {
    Bodies.receive(
        context,
        limits.rowBytes(),
        body -> {
          registry.chooseDefault(TfaasParams.parse(body).name());
          Replies.empty(context);
        });
  }
}
