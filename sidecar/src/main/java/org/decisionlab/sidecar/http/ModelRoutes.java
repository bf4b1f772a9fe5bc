// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import org.decisionlab.sidecar.auth.Right;
import org.decisionlab.sidecar.serve.ModelRegistry;
import org.decisionlab.sidecar.serve.ServedModel;
import org.decisionlab.sidecar.wire.TfaasParams;
import org.jspecify.annotations.Nullable;

/** TFaaS's lists: which models there are, and the parameters of one. */
final class ModelRoutes {

  private final ModelRegistry registry;
  private final AuditLog audit;
  private final ServerLimits limits;

  ModelRoutes(ModelRegistry registry, AuditLog audit, ServerLimits limits) {
    this.registry = registry;
    this.audit = audit;
    this.limits = limits;
  }

  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.get("/models")
            .at("TFaaS")
            .named("models", "Lists the models.")
            .needs(Right.READ)
            .json("ModelList")
            .by(this::list),
        Endpoint.get("/params/{model}")
            .at("TFaaS")
            .named("params", "The model's params.json as it was uploaded.")
            .needs(Right.READ)
            .json("Params")
            .by(this::params),
        Endpoint.get("/params")
            .at("TFaaS")
            .named("defaultParams", "The params.json of the default model.")
            .needs(Right.READ)
            .json("Params")
            .by(context -> params(context, null)),
        Endpoint.post("/params")
            .at("TFaaS")
            .named("chooseDefault", "Makes a model the one that answers rows without a model.")
            .needs(Right.PUBLISH)
            .takesJson("Params")
            .by(this::chooseDefault));
  }

  private void list(RoutingContext context) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    registry.entries(Guard.identity(context)).forEach(entry -> entry.list(list.addObject()));
    Replies.json(context, list);
  }

  private void params(RoutingContext context) {
    params(context, context.pathParam("model"));
  }

  private void params(RoutingContext context, @Nullable String model) {
    ServedModel served = registry.serving(model, Guard.identity(context));
    Replies.bytes(context, "application/json", served.params().bytes());
  }

  private void chooseDefault(RoutingContext context) {
    Bodies.receive(
        context,
        limits.rowBytes(),
        body -> {
          String name = TfaasParams.parse(body).name();
          ObjectNode about = AuditLog.about().put("model", name);
          try {
            registry.chooseDefault(name, Guard.identity(context));
          } catch (RuntimeException e) {
            audit.notChanged(context, about, e);
            throw e;
          }
          audit.changed(context, about);
          Replies.empty(context);
        });
  }
}
