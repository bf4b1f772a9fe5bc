// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import org.decisionlab.models.bundle.ModelCard;
import org.decisionlab.sidecar.auth.Right;
import org.decisionlab.sidecar.outline.GraphOutline;
import org.decisionlab.sidecar.serve.ModelRegistry;
import org.decisionlab.sidecar.serve.ServedModel;
import org.decisionlab.sidecar.telemetry.Drift;
import org.decisionlab.sidecar.telemetry.Observations;

/** What is known of a model beyond its answers: its card, its graph, and how its rows drift. */
final class InsightRoutes {

  private static final String DOOR = "Registry";

  private final ModelRegistry registry;
  private final Observations observations;
  private final Work work;

  InsightRoutes(ModelRegistry registry, Observations observations, Work work) {
    this.registry = registry;
    this.observations = observations;
    this.work = work;
  }

  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.get("/v1/registry/models/{model}")
            .at(DOOR)
            .named("registryModel", "What is known of the version that is served, with its card.")
            .needs(Right.READ)
            .json("RegistryModel")
            .by(this::model),
        Endpoint.get("/v1/registry/models/{model}/drift")
            .at(DOOR)
            .named("drift", "How the latest rows compare with the training data.")
            .needs(Right.READ)
            .json("Drift")
            .by(this::drift),
        Endpoint.get("/v1/registry/models/{model}/graph")
            .at(DOOR)
            .named("graph", "The operations of the model and what they compute from.")
            .needs(Right.READ)
            .json("Graph")
            .by(this::graph));
  }

  private ServedModel serving(RoutingContext context) {
    return registry.serving(context.pathParam("model"), Guard.identity(context));
  }

  private void model(RoutingContext context) {
    ServedModel model = serving(context);
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    model.list(json);
    model.labels().forEach(json.putArray("output_names")::add);
    ModelCard card = model.card();
    json.set("card", card == null ? json.nullNode() : CardNode.of(card));
    Replies.json(context, json);
  }

  private void drift(RoutingContext context) {
    ServedModel model = serving(context);
    Observations.Version version = new Observations.Version(model.name().value(), model.version());
    Drift.Report report = observations.report(version);
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("model", version.model()).put("version", version.version());
    json.put("rows", report == null ? 0 : report.rows());
    json.put("window", 2 * Drift.WINDOW).put("shifted_above", Drift.SHIFTED);
    ArrayNode features = json.putArray("features");
    ArrayNode scores = json.putArray("scores");
    if (report != null) {
      report.features().forEach(feature -> features.add(json(feature)));
      report.scores().forEach(scores::add);
    }
    json.put("scores_outside", report == null ? 0 : report.outside());
    Replies.json(context, json);
  }

  private static ObjectNode json(Drift.Feature feature) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("name", feature.name());
    json.put("stability_index", feature.stabilityIndex());
    json.put("shifted", feature.stabilityIndex() > Drift.SHIFTED);
    json.put("missing", feature.missing());
    feature.edges().forEach(json.putArray("edges")::add);
    feature.expected().forEach(json.putArray("expected")::add);
    feature.found().forEach(json.putArray("found")::add);
    return json;
  }

  private void graph(RoutingContext context) {
    ServedModel model = serving(context);
    Replies.when(
        context,
        work.run(() -> Buffer.buffer(json(model.graph()) + "\n")),
        json -> Replies.buffer(context, "application/json", json));
  }

  private static ObjectNode json(GraphOutline graph) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("input", String.join(", ", graph.inputs()));
    json.put("output", String.join(", ", graph.outputs()));
    ArrayNode nodes = json.putArray("nodes");
    for (GraphOutline.Operation node : graph.nodes()) {
      ObjectNode each = nodes.addObject();
      each.put("name", node.name()).put("type", node.type());
      each.put("shape", node.shape());
      node.operands().forEach(each.putArray("operands")::add);
    }
    return json;
  }
}
