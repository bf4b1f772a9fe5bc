// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.decisionlab.sidecar.auth.Identity;
import org.decisionlab.sidecar.auth.Right;
import org.decisionlab.sidecar.serve.ModelRegistry;
import org.decisionlab.sidecar.train.TrainingRun;
import org.decisionlab.sidecar.train.TrainingRuns;
import org.decisionlab.sidecar.wire.StrictJson;

/** DEEPaaS's trainings: start, list, see, cancel; version 1 starts with PUT. */
final class TrainingRoutes {

  private static final String DOOR = "DEEPaaS";

  private final TrainingRuns runs;
  private final ModelRegistry registry;
  private final Work work;
  private final AuditLog audit;
  private final ServerLimits limits;

  TrainingRoutes(
      TrainingRuns runs, ModelRegistry registry, Work work, AuditLog audit, ServerLimits limits) {
    this.runs = runs;
    this.registry = registry;
    this.work = work;
    this.audit = audit;
    this.limits = limits;
  }

  List<Endpoint> endpoints() {
    return List.of(
        starting(Endpoint.put("/models/{model}/train"), "trainV1"),
        starting(Endpoint.post("/v2/models/{model}/train"), "train"),
        Endpoint.get("/v2/models/{model}/train")
            .at(DOOR)
            .named("trainings", "Lists the trainings of a model.")
            .needs(Right.TRAIN)
            .json("TrainingList")
            .by(this::list),
        Endpoint.get("/v2/models/{model}/train/{uuid}")
            .at(DOOR)
            .named("training", "Tells how a training stands.")
            .needs(Right.TRAIN)
            .json("Training")
            .by(
                context ->
                    Replies.json(context, json(known(context).get(context.pathParam("uuid"))))),
        Endpoint.delete("/v2/models/{model}/train/{uuid}")
            .at(DOOR)
            .named("cancelTraining", "Cancels a training.")
            .needs(Right.TRAIN)
            .json("Training")
            .by(this::cancel));
  }

  private Endpoint starting(Endpoint.Draft draft, String id) {
    return draft
        .at(DOOR)
        .named(id, "Starts the training job registered for a model; its parameters are the body.")
        .needs(Right.TRAIN)
        .takesJson("TrainingArguments")
        .json("Training")
        .by(this::start);
  }

  private static String model(RoutingContext context) {
    return context.pathParam("model");
  }

  /** Trainings of the model of the path; none where that is published, but not for who asks. */
  private TrainingRuns.OfModel known(RoutingContext context) {
    Identity asker = Guard.identity(context);
    return runs.of(model(context), name -> !registry.hides(name, asker));
  }

  private void start(RoutingContext context) {
    String by = Guard.identity(context).name();
    Bodies.receive(
        context,
        limits.rowBytes(),
        body -> Replies.json(context, json(started(context, given(context, body), by))));
  }

  private TrainingRun.View started(RoutingContext context, JsonNode arguments, String by) {
    ObjectNode about = AuditLog.about().put("model", model(context));
    try {
      TrainingRun.View run = known(context).start(arguments, by);
      audit.changed(context, about.put("training", run.id()));
      return run;
    } catch (RuntimeException e) {
      audit.notChanged(context, about, e);
      throw e;
    }
  }

  /** DEEPaaS sends parameters in the query, where they are text; a body of JSON is clearer. */
  private static JsonNode given(RoutingContext context, byte[] body) {
    if (body.length > 0) {
      return StrictJson.object(body, "the parameters of the training");
    }
    ObjectNode query = JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, String> each : context.queryParams()) {
      query.set(each.getKey(), StrictJson.scalar(each.getValue()));
    }
    return query;
  }

  private void list(RoutingContext context) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    known(context).list().forEach(run -> list.add(json(run)));
    Replies.json(context, list);
  }

  private void cancel(RoutingContext context) {
    String model = model(context);
    String id = context.pathParam("uuid");
    TrainingRuns.OfModel known = known(context);
    ObjectNode about = AuditLog.about().put("model", model).put("training", id);
    Replies.when(
        context,
        audit.changing(context, about, () -> work.run(() -> known.cancel(id)), run -> {}),
        run -> Replies.json(context, json(run)));
  }

  private static ObjectNode json(TrainingRun.View run) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("uuid", run.id());
    json.put("date", run.startedAt().toString());
    json.put("status", run.status().name().toLowerCase(Locale.ROOT));
    json.set("args", run.arguments());
    json.put("model", run.model()).put("by", run.by());
    json.put("message", run.message());
    if (run.endedAt() != null) {
      ObjectNode result = json.putObject("result");
      result.put("finish_date", run.endedAt().toString());
      result.put("output", run.output());
    }
    return json;
  }
}
