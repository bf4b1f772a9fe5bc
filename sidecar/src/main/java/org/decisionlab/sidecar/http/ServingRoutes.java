// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import org.decisionlab.models.engine.TensorValue;
import org.decisionlab.sidecar.auth.Right;
import org.decisionlab.sidecar.fault.RefusedException;
import org.decisionlab.sidecar.serve.Ask;
import org.decisionlab.sidecar.serve.ServedModel;
import org.decisionlab.sidecar.wire.Rows;
import org.decisionlab.sidecar.wire.RowsJson;
import org.decisionlab.sidecar.wire.StrictJson;

/** The REST interface of TensorFlow Serving: predict, status and metadata. */
final class ServingRoutes {

  private static final String DOOR = "TensorFlow Serving";
  private static final String SIGNATURE = "serving_default";

  private final Predictions predictions;
  private final ServerLimits limits;

  ServingRoutes(Predictions predictions, ServerLimits limits) {
    this.predictions = predictions;
    this.limits = limits;
  }

  List<Endpoint> endpoints() {
    return List.of(
        predict("/v1/models/{model}:predict", "servingPredict"),
        predict("/v1/models/{model}/versions/{version}:predict", "servingPredictVersion"),
        status("/v1/models/{model}", "servingStatus"),
        status("/v1/models/{model}/versions/{version}", "servingVersionStatus"),
        metadata("/v1/models/{model}/metadata", "servingMetadata"),
        metadata("/v1/models/{model}/versions/{version}/metadata", "servingVersionMetadata"));
  }

  private Endpoint predict(String path, String id) {
    return Endpoint.post(path)
        .at(DOOR)
        .named(id, "Asks a model rows: 'instances' row by row, or 'inputs' by columns.")
        .needs(Right.PREDICT)
        .takesJson("ServingRequest")
        .json("ServingResponse")
        .by(this::predict);
  }

  private Endpoint status(String path, String id) {
    return Endpoint.get(path)
        .at(DOOR)
        .named(id, "Which version is served.")
        .needs(Right.READ)
        .json("ServingStatus")
        .by(this::status);
  }

  private Endpoint metadata(String path, String id) {
    return Endpoint.get(path)
        .at(DOOR)
        .named(id, "What goes into a model and comes out.")
        .needs(Right.READ)
        .json("ServingMetadata")
        .by(this::metadata);
  }

  private ServedModel model(RoutingContext context) {
    Ask ask = InferRoutes.ask(context);
    return predictions.serving(ask.model(), ask.version(), ask.asker());
  }

  private void predict(RoutingContext context) {
    Ask ask = InferRoutes.ask(context);
    ServedModel model = predictions.serving(ask.model(), ask.version(), ask.asker());
    Bodies.receive(
        context,
        limits.batchBytes(),
        body -> {
          JsonNode root = StrictJson.object(body, "the request");
          boolean byRows = byRows(root);
          List<TensorValue> tensors = ServingTensors.inputs(model, root, byRows);
          if (!tensors.isEmpty()) {
            Replies.when(
                context,
                predictions.ask(ask, tensors),
                answer -> Replies.json(context, ServingTensors.response(answer, byRows)));
            return;
          }
          Rows rows = rows(root, byRows);
          Replies.when(
              context,
              predictions.ask(ask, rows),
              answer -> Replies.json(context, response(answer.rows(), byRows)));
        });
  }

  private static Rows rows(JsonNode root, boolean byRows) {
    return byRows
        ? RowsJson.rows(root.path("instances"), "instances")
        : RowsJson.columns(root.path("inputs"), "inputs");
  }

  private static boolean byRows(JsonNode root) {
    boolean byRows = root.has("instances");
    String signature = StrictJson.text(root, "signature_name", 256);
    if (!signature.isEmpty() && !signature.equals(SIGNATURE)) {
      throw RefusedException.malformed(
          "'signature_name' can be '" + SIGNATURE + "' only, not '" + signature + "'");
    }
    if (byRows == root.has("inputs")) {
      throw RefusedException.malformed(
          "the request needs 'instances', row by row, or 'inputs', by columns, and not both");
    }
    return byRows;
  }

  private static ObjectNode response(float[][] answers, boolean byRows) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ArrayNode list = json.putArray(byRows ? "predictions" : "outputs");
    for (float[] answer : answers) {
      ArrayNode row = list.addArray();
      for (float number : answer) {
        row.add(number);
      }
    }
    return json;
  }

  private void status(RoutingContext context) {
    ServedModel model = model(context);
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ObjectNode status = json.putArray("model_version_status").addObject();
    status.put("version", Integer.toString(model.version())).put("state", "AVAILABLE");
    status.putObject("status").put("error_code", "OK").put("error_message", "");
    Replies.json(context, json);
  }

  private void metadata(RoutingContext context) {
    ServedModel model = model(context);
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.putObject("model_spec")
        .put("name", model.name().value())
        .put("signature_name", "")
        .put("version", Integer.toString(model.version()));
    ObjectNode signature =
        json.putObject("metadata")
            .putObject("signature_def")
            .putObject("signature_def")
            .putObject(SIGNATURE);
    if (model.isOfTensors()) {
      ServingTensors.describe(signature.putObject("inputs"), model.signature().inputs());
      ServingTensors.describe(signature.putObject("outputs"), model.signature().outputs());
    } else {
      tensor(signature.putObject("inputs").putObject("inputs"), model.width());
      tensor(signature.putObject("outputs").putObject("outputs"), model.outputs());
    }
    signature.put("method_name", "tensorflow/serving/predict");
    Replies.json(context, json);
  }

  private static void tensor(ObjectNode json, int width) {
    json.put("dtype", "DT_FLOAT");
    ObjectNode shape = json.putObject("tensor_shape");
    shape.put("unknown_rank", false);
    ArrayNode axes = shape.putArray("dim");
    axes.addObject().put("size", "-1").put("name", "");
    axes.addObject().put("size", Integer.toString(width)).put("name", "");
  }
}
