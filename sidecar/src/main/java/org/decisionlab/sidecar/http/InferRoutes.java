// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.ext.web.RoutingContext;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.decisionlab.models.engine.TensorSpec;
import org.decisionlab.models.engine.TensorValue;
import org.decisionlab.sidecar.auth.Right;
import org.decisionlab.sidecar.http.Endpoint.Budget;
import org.decisionlab.sidecar.http.Gate.State;
import org.decisionlab.sidecar.serve.Ask;
import org.decisionlab.sidecar.serve.ServedModel;
import org.decisionlab.sidecar.wire.InferJson;
import org.decisionlab.sidecar.wire.StrictJson;

/**
 * The Open Inference Protocol, version 2, over REST. A model has one tensor {@code inputs} of all
 * its features; instead of it, each feature can be sent as a tensor of its own by its name. A model
 * of several inputs or outputs is asked its own tensors, by their names, as well.
 */
final class InferRoutes {

  private static final String DOOR = "Open Inference Protocol v2";
  private static final String INPUT = "inputs";
  private static final String OUTPUT = "outputs";
  private static final String TYPE = "FP32";
  private static final int ANY_NUMBER = -1;

  private final Predictions predictions;
  private final Gate gate;
  private final ServerLimits limits;

  InferRoutes(Predictions predictions, Gate gate, ServerLimits limits) {
    this.predictions = predictions;
    this.gate = gate;
    this.limits = limits;
  }

  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.get("/v2")
            .at(DOOR)
            .named("serverMetadata", "What serves.")
            .needs(Right.READ)
            .json("ServerMetadata")
            .by(InferRoutes::server),
        Endpoint.get("/v2/health/live")
            .at(DOOR)
            .named("serverLive", "Whether the program runs.")
            .within(Budget.ALWAYS)
            .by(Replies::empty),
        Endpoint.get("/v2/health/ready")
            .at(DOOR)
            .named("serverReady", "Whether requests are answered; else 503.")
            .within(Budget.ALWAYS)
            .by(this::ready),
        infer("/v2/models/{model}/infer", "infer"),
        infer("/v2/models/{model}/versions/{version}/infer", "inferVersion"),
        modelReady("/v2/models/{model}/ready", "modelReady"),
        modelReady("/v2/models/{model}/versions/{version}/ready", "versionReady"),
        Endpoint.get("/v2/models/{model}")
            .at(DOOR)
            .named("modelMetadata", "What goes into a model and comes out; DEEPaaS's members too.")
            .needs(Right.READ)
            .json("ModelMetadata")
            .by(this::metadata),
        Endpoint.get("/v2/models/{model}/versions/{version}")
            .at(DOOR)
            .named("versionMetadata", "The same of one version.")
            .needs(Right.READ)
            .json("ModelMetadata")
            .by(this::metadata));
  }

  private Endpoint infer(String path, String id) {
    return Endpoint.post(path)
        .at(DOOR)
        .named(id, "Asks a model rows, as one tensor or as one tensor for each feature.")
        .needs(Right.PREDICT)
        .takesJson("InferRequest")
        .json("InferResponse")
        .by(this::infer);
  }

  private Endpoint modelReady(String path, String id) {
    return Endpoint.get(path)
        .at(DOOR)
        .named(id, "200 when it is served.")
        .needs(Right.READ)
        .by(
            context -> {
              model(context);
              Replies.empty(context);
            });
  }

  static Ask ask(RoutingContext context) {
    return new Ask(
        context.pathParam("model"), context.pathParam("version"), Guard.identity(context));
  }

  private ServedModel model(RoutingContext context) {
    Ask ask = ask(context);
    return predictions.serving(ask.model(), ask.version(), ask.asker());
  }

  private void ready(RoutingContext context) {
    if (gate.state() == State.READY) {
      Replies.empty(context);
    } else {
      Replies.error(context, 503, "the sidecar does not take requests at the moment");
    }
  }

  private static void server(RoutingContext context) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    String version = InferRoutes.class.getPackage().getImplementationVersion();
    json.put("name", "decisionlab-sidecar").put("version", version == null ? "" : version);
    json.putArray("extensions");
    Replies.json(context, json);
  }

  private void metadata(RoutingContext context) {
    ServedModel model = model(context);
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("name", model.name().value());
    json.putArray("versions").add(Integer.toString(model.version()));
    json.put("platform", "decisionlab");
    if (model.isOfTensors()) {
      InferTensors.describe(json.putArray("inputs"), model.signature().inputs());
      InferTensors.describe(json.putArray("outputs"), model.signature().outputs());
    } else {
      tensor(json.putArray("inputs").addObject(), INPUT, model.width());
      tensor(json.putArray("outputs").addObject(), OUTPUT, model.outputs());
    }
    model.features().forEach(json.putArray("features")::add);
    model.labels().forEach(json.putArray("labels")::add);
    DeepaasRoutes.describe(json, model, context.normalizedPath());
    Replies.json(context, json);
  }

  private static void tensor(ObjectNode json, String name, int width) {
    json.put("name", name).put("datatype", TYPE);
    json.putArray("shape").add(ANY_NUMBER).add(width);
  }

  private void infer(RoutingContext context) {
    ServedModel model = model(context);
    Bodies.receive(
        context,
        limits.batchBytes(),
        body -> {
          JsonNode root = StrictJson.object(body, "the request");
          if (model.isOfTensors() && InferTensors.names(model, root)) {
            List<TensorValue> inputs = InferJson.tensors(root, model.signature().inputs());
            Replies.when(
                context,
                predictions.ask(ask(context), inputs),
                answer -> Replies.json(context, InferTensors.response(root, answer)));
            return;
          }
          InferJson.Request request = InferJson.parse(root, tensors(model));
          Replies.when(
              context,
              predictions.ask(ask(context), request.rows()),
              answer -> Replies.json(context, response(request.id(), answer)));
        });
  }

  /** The tensor's name in the protocol, and the one that it has in the model's graph. */
  private static Set<String> tensors(ServedModel model) {
    Set<String> names = new HashSet<>(Set.of(INPUT));
    String node = model.params().inputNode();
    String name = model.params().inputName();
    names.addAll(model.signature().inputs().stream().map(TensorSpec::name).toList());
    if (node != null) {
      names.add(node);
    }
    if (name != null) {
      names.add(name);
    }
    model.features().forEach(names::remove);
    return names;
  }

  private static ObjectNode response(String id, Ask.Rows answer) {
    ServedModel model = answer.by();
    float[][] answers = answer.rows();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("model_name", model.name().value());
    json.put("model_version", Integer.toString(model.version()));
    if (!id.isEmpty()) {
      json.put("id", id);
    }
    ObjectNode output = json.putArray("outputs").addObject();
    output.put("name", OUTPUT).put("datatype", TYPE);
    output.putArray("shape").add(answers.length).add(answers.length == 0 ? 0 : answers[0].length);
    ArrayNode data = output.putArray("data");
    for (float[] row : answers) {
      for (float number : row) {
        data.add(number);
      }
    }
    return json;
  }
}
