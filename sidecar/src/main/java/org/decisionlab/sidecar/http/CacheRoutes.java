// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.function.Supplier;
import org.decisionlab.core.decision.CacheDecision;
import org.decisionlab.sidecar.decide.Answer;
import org.decisionlab.sidecar.decide.DecisionDesk;
import org.decisionlab.sidecar.decide.DecisionModel;
import org.decisionlab.sidecar.decide.DeskCounters;
import org.decisionlab.sidecar.decide.Explanation;
import org.decisionlab.sidecar.decide.Question;
import org.jspecify.annotations.Nullable;

/** What caches ask: {@code POST /v1/cache/decide} and {@code GET /v1/cache/health}. */
final class CacheRoutes {

  private final DecisionDesk desk;
  private final Supplier<@Nullable DecisionModel> model;
  private final ServerLimits limits;

  CacheRoutes(DecisionDesk desk, Supplier<@Nullable DecisionModel> model, ServerLimits limits) {
    this.desk = desk;
    this.model = model;
    this.limits = limits;
  }

  void addTo(Router router) {
    router.post("/v1/cache/decide").handler(this::decide);
    router.get("/v1/cache/health").handler(this::health);
  }

  private void decide(RoutingContext context) {
    Bodies.receive(
        context,
        limits.rowBytes(),
        body -> Replies.json(context, json(desk.answer(Question.parse(body)))));
  }

  private static ObjectNode json(Answer answer) {
    CacheDecision decision = answer.decision();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("store", decision.store()).put("ttl_s", answer.ttlSeconds());
    if (decision.model() != null) {
      json.put("model", decision.model()).put("version", decision.version());
    }
    json.put("why", decision.reason().name().toLowerCase(Locale.ROOT));
    Explanation explanation = answer.explanation();
    if (explanation != null) {
      json.put("score", explanation.score()).put("threshold", explanation.threshold());
      ObjectNode features = json.putObject("features");
      for (int i = 0; i < explanation.values().length; i++) {
        features.put(explanation.names().get(i), explanation.values()[i]);
      }
    }
    return json;
  }

  private void health(RoutingContext context) {
    DecisionModel answering = model.get();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("status", answering == null ? "default" : "model");
    if (answering != null) {
      json.put("model", answering.name()).put("version", answering.version());
    }
    DeskCounters counters = desk.counters();
    json.put("questions", counters.questions())
        .put("stored", counters.stored())
        .put("by_model", counters.byModel())
        .put("by_default", counters.byDefault())
        .put("model_failures", counters.modelFailures());
    json.putObject("history")
        .put("layers", counters.layers())
        .put("files", counters.files())
        .put("late", counters.late())
        .put("truncations", counters.truncations());
    Replies.json(context, json);
  }
}
