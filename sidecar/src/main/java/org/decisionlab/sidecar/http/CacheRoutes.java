// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.decisionlab.sidecar.auth.Identity;
import org.decisionlab.sidecar.auth.Right;
import org.decisionlab.sidecar.decide.Answer;
import org.decisionlab.sidecar.decide.DecisionDesk;
import org.decisionlab.sidecar.decide.DecisionModel;
import org.decisionlab.sidecar.decide.DeskCounters;
import org.decisionlab.sidecar.decide.Feedback;
import org.decisionlab.sidecar.decide.FilesQuestion;
import org.decisionlab.sidecar.decide.PurgeOrder;
import org.decisionlab.sidecar.decide.Quality;
import org.decisionlab.sidecar.decide.Question;
import org.decisionlab.sidecar.decide.SeenReport;
import org.decisionlab.sidecar.serve.ModelRegistry;
import org.jspecify.annotations.Nullable;

/** What caches ask and tell: {@code /v1/cache/*}. */
final class CacheRoutes {

  private static final String DOOR = "Caches";
  private static final String JSON = "application/json";

  private final DecisionDesk desk;
  private final ModelRegistry registry;
  private final Works works;
  private final ServerLimits limits;

  /**
   * Where caches are answered off the event loop.
   *
   * @param files questions and reports about many files
   * @param decisions questions about one file to a model that takes long
   */
  record Works(Work files, Work decisions) {}

  CacheRoutes(DecisionDesk desk, ModelRegistry registry, Works works, ServerLimits limits) {
    this.desk = desk;
    this.registry = registry;
    this.works = works;
    this.limits = limits;
  }

  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.post("/v1/cache/decide")
            .at(DOOR)
            .named("decide", "Whether a file is worth keeping. The question is an opening.")
            .needs(Right.DECIDE)
            .takesJson("Question")
            .json("Answer")
            .by(this::decide),
        Endpoint.post("/v1/cache/decide/batch")
            .at(DOOR)
            .named("decideBatch", "The same for many files, in their order.")
            .needs(Right.DECIDE)
            .takesJson("FilesQuestion")
            .json("Answers")
            .by(context -> receive(context, FilesQuestion::parse, this::decideBatch)),
        Endpoint.post("/v1/cache/purge-order")
            .at(DOOR)
            .named("purgeOrder", "In which order cached files should leave.")
            .needs(Right.DECIDE)
            .takesJson("FilesQuestion")
            .json("PurgeOrder")
            .by(context -> receive(context, FilesQuestion::parse, this::purgeOrder)),
        Endpoint.post("/v1/cache/seen")
            .at(DOOR)
            .named("seen", "Tells openings that a cache answered by itself.")
            .needs(Right.DECIDE)
            .takesJson("SeenReport")
            .json("Heard")
            .by(context -> receive(context, SeenReport::parse, (report, by) -> seen(report))),
        Endpoint.post("/v1/cache/feedback")
            .at(DOOR)
            .named("feedback", "Tells what became of files after they were decided upon.")
            .needs(Right.DECIDE)
            .takesJson("Feedback")
            .json("Judged")
            .by(context -> receive(context, Feedback::parse, (told, by) -> feedback(told))),
        Endpoint.get("/v1/cache/health")
            .at(DOOR)
            .named("cacheHealth", "What answers caches, and what was asked so far.")
            .needs(Right.READ)
            .json("CacheHealth")
            .by(this::health));
  }

  /** A model that takes long is not waited for on the event loop. */
  private void decide(RoutingContext context) {
    Bodies.receive(
        context,
        limits.rowBytes(),
        body -> {
          Question question = Question.parse(body);
          DecisionModel asked = desk.next();
          Identity asker = Guard.identity(context);
          if (asked == null || asked.isCheap()) {
            Replies.buffer(context, JSON, answered(question, asked, asker));
          } else {
            Replies.when(
                context,
                works.decisions().run(() -> answered(question, asked, asker)),
                reply -> Replies.buffer(context, JSON, reply));
          }
        });
  }

  private Buffer answered(Question question, @Nullable DecisionModel asked, Identity asker) {
    Answer answer = desk.answer(question, asked);
    return CacheJson.answer(answer, isOpen(answer, asker));
  }

  /** Whether the asker may know what answered; a model that is not for them answers unnamed. */
  private boolean isOpen(Answer answer, Identity asker) {
    String model = answer.decision().model();
    Integer version = answer.decision().version();
    return model == null || version == null || registry.shows(model, version, asker);
  }

  /** Large questions are read, answered and written down off the event loop. */
  private <T> void receive(
      RoutingContext context, Function<byte[], T> parse, BiFunction<T, Identity, Buffer> answer) {
    Identity asker = Guard.identity(context);
    Bodies.receive(
        context,
        limits.batchBytes(),
        body ->
            Replies.when(
                context,
                works.files().run(() -> answer.apply(parse.apply(body), asker)),
                reply -> Replies.buffer(context, JSON, reply)));
  }

  private Buffer decideBatch(FilesQuestion question, Identity asker) {
    return CacheJson.answers(desk.answers(question), answer -> isOpen(answer, asker));
  }

  private Buffer purgeOrder(FilesQuestion question, Identity asker) {
    PurgeOrder order = desk.order(question);
    DecisionModel by = order.model();
    boolean open = by == null || registry.shows(by.name(), by.version(), asker);
    return CacheJson.order(order, question.needBytes() != null, open);
  }

  private Buffer seen(SeenReport report) {
    DecisionDesk.Heard heard = desk.heard(report);
    return line(
        JsonNodeFactory.instance
            .objectNode()
            .put("accepted", heard.accepted())
            .put("late", heard.late())
            .put("repeated", heard.repeated()));
  }

  private Buffer feedback(Feedback feedback) {
    int joined = desk.judge(feedback);
    return line(
        JsonNodeFactory.instance
            .objectNode()
            .put("joined", joined)
            .put("unknown", feedback.outcomes().size() - joined));
  }

  private static Buffer line(ObjectNode json) {
    return Buffer.buffer(json + "\n");
  }

  private void health(RoutingContext context) {
    DecisionModel answering = registry.decisionModel();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("status", answering == null ? "default" : "model");
    Identity asker = Guard.identity(context);
    if (answering != null && registry.shows(answering.name(), answering.version(), asker)) {
      json.put("model", answering.name()).put("version", answering.version());
    }
    ModelRegistry.Decider decider = registry.decider();
    if (decider != null && !registry.hides(decider.name().value(), asker)) {
      json.put("decider", decider.name().value()).put("since", decider.since().toString());
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
        .put("truncations", counters.truncations())
        .put("unwritten", counters.unwritten());
    ArrayNode quality = json.putArray("quality");
    desk.qualities()
        .forEach(
            (version, found) -> {
              if (registry.shows(version.model(), version.version(), asker)) {
                quality.add(json(version, found));
              }
            });
    Replies.json(context, json);
  }

  private static ObjectNode json(Quality.Version version, Quality found) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("model", version.model())
        .put("version", version.version())
        .put("kept_reused", found.keptReused())
        .put("kept_unused", found.keptUnused())
        .put("refused_reused", found.refusedReused())
        .put("refused_unused", found.refusedUnused())
        .put("brier", found.brier());
  }
}
