// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;
import io.vertx.ext.web.FileUpload;
import io.vertx.ext.web.RoutingContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.decisionlab.models.bundle.ModelCard;
import org.decisionlab.sidecar.auth.Right;
import org.decisionlab.sidecar.fault.RefusedException;
import org.decisionlab.sidecar.serve.Ask;
import org.decisionlab.sidecar.serve.ModelRegistry;
import org.decisionlab.sidecar.serve.RegistryEntry;
import org.decisionlab.sidecar.serve.ServedModel;
import org.decisionlab.sidecar.wire.Rows;
import org.decisionlab.sidecar.wire.RowsJson;
import org.decisionlab.sidecar.wire.StrictJson;

/** DEEPaaS, versions 1 and 2: models, what is known of them, predictions. */
final class DeepaasRoutes {

  private static final String DOOR = "DEEPaaS";

  private final Predictions predictions;
  private final ModelRegistry registry;
  private final Work work;
  private final Forms forms;

  DeepaasRoutes(
      Predictions predictions,
      ModelRegistry registry,
      Path incoming,
      Work work,
      ServerLimits limits) {
    this.predictions = predictions;
    this.registry = registry;
    this.work = work;
    this.forms = new Forms(incoming, limits.batchBytes());
  }

  List<Endpoint> endpoints() {
    return List.of(
        list("/models/", "deepaasModelsV1"),
        list("/v2/models", "deepaasModels"),
        Endpoint.get("/models/{model}")
            .at(DOOR)
            .named("deepaasModelV1", "What is known of a model.")
            .needs(Right.READ)
            .json("DeepaasModel")
            .by(this::model),
        predict("/models/{model}/predict", "deepaasPredictV1"),
        predict("/v2/models/{model}/predict", "deepaasPredict"));
  }

  private Endpoint list(String path, String id) {
    return Endpoint.get(path)
        .at(DOOR)
        .named(id, "Lists the models.")
        .needs(Right.READ)
        .json("DeepaasModels")
        .by(this::list);
  }

  private Endpoint predict(String path, String id) {
    return Endpoint.post(path)
        .at(DOOR)
        .named(id, "Asks a model: rows as JSON, as a form's file 'data', or one row in the query.")
        .needs(Right.PREDICT)
        .takesJson("DeepaasRows")
        .takes("multipart/form-data", "DeepaasForm")
        .json("DeepaasPredictions")
        .by(List.of(forms::receive, this::predict));
  }

  /** Adds DEEPaaS's members about a model. */
  static void describe(ObjectNode json, ServedModel model, String path) {
    ModelCard card = model.card();
    json.put("id", model.name().value()).put("name", model.name().value());
    json.put("description", card == null ? model.params().description() : card.description());
    json.put("version", Integer.toString(model.version()));
    json.putArray("links").addObject().put("rel", "self").put("href", path.replaceAll("/+$", ""));
  }

  private void list(RoutingContext context) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ArrayNode models = json.putArray("models");
    String base = context.normalizedPath().replaceAll("/+$", "");
    for (RegistryEntry entry : registry.entries(Guard.identity(context))) {
      if (entry instanceof ServedModel model) {
        describe(models.addObject(), model, base + "/" + model.name());
      }
    }
    Replies.json(context, json);
  }

  private void model(RoutingContext context) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ServedModel model =
        predictions.serving(context.pathParam("model"), null, Guard.identity(context));
    describe(json, model, context.normalizedPath());
    Replies.json(context, json);
  }

  private void predict(RoutingContext context) {
    Ask ask = new Ask(context.pathParam("model"), null, Guard.identity(context));
    predictions.serving(ask.model(), null, ask.asker());
    Future<Ask.Rows> answers = rows(context).compose(rows -> predictions.ask(ask, rows));
    Replies.when(context, answers, found -> Replies.json(context, reply(found.by(), found.rows())));
  }

  private Future<Rows> rows(RoutingContext context) {
    FileUpload data = Forms.file(context, "data");
    if (data != null) {
      Path file = Path.of(data.uploadedFileName());
      return work.run(() -> rows(Files.readAllBytes(file)));
    }
    if (Forms.field(context, "url") != null || context.queryParams().contains("url")) {
      throw RefusedException.malformed(
          "'url' is not fetched: this sidecar opens no connections; send the file as 'data'");
    }
    byte[] body = Forms.body(context);
    if (body.length > 0) {
      return Future.succeededFuture(rows(body));
    }
    return Future.succeededFuture(inQuery(context));
  }

  /** TFaaS's row, or {@code data} with a list of rows or an object of columns. */
  private static Rows rows(byte[] body) {
    JsonNode root = StrictJson.object(body, "the data");
    if (root.has("data")) {
      return RowsJson.columns(root.path("data"), "data");
    }
    return RowsJson.keyed(root);
  }

  private static Rows inQuery(RoutingContext context) {
    ObjectNode row = JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, String> each : context.queryParams()) {
      row.set(each.getKey(), StrictJson.scalar(each.getValue()));
    }
    if (row.isEmpty()) {
      throw RefusedException.malformed(
          "You must provide 'data': {\"data\":[{\"FEATURE\":1.5,...}]} as JSON, or as a form's"
              + " file");
    }
    return RowsJson.rows(JsonNodeFactory.instance.arrayNode().add(row), "query");
  }

  private static ObjectNode reply(ServedModel model, float[][] answers) {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("status", "OK");
    ArrayNode list = json.putArray("predictions");
    for (int row = 0; row < answers.length; row++) {
      for (int i = 0; i < answers[row].length; i++) {
        ObjectNode entry = list.addObject();
        String id = Integer.toString(i);
        entry.put("label_id", id);
        entry.put("label", i < model.labels().size() ? model.labels().get(i) : id);
        entry.put("probability", answers[row][i]);
        entry.put("row", row);
      }
    }
    return json;
  }
}
