// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;
import io.vertx.ext.web.FileUpload;
import io.vertx.ext.web.RoutingContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.decisionlab.sidecar.auth.Right;
import org.decisionlab.sidecar.fault.RefusedException;
import org.decisionlab.sidecar.serve.ServedModel;
import org.decisionlab.sidecar.wire.FloatText;
import org.decisionlab.sidecar.wire.ImagePixels;
import org.decisionlab.sidecar.wire.TfaasParams;

/** TFaaS's predictions for pictures. */
final class ImageRoutes {

  private static final int MOST_LABELS = 5;

  private final Predictions predictions;
  private final Work work;
  private final Forms forms;

  ImageRoutes(Predictions predictions, Path incoming, Work work, ServerLimits limits) {
    this.predictions = predictions;
    this.work = work;
    this.forms = new Forms(incoming, limits.batchBytes());
  }

  List<Endpoint> endpoints() {
    return List.of(
        image("/image", "predictImage"), image("/predict/image", "predictImagePrefixed"));
  }

  private Endpoint image(String path, String id) {
    return Endpoint.post(path)
        .at("TFaaS")
        .named(id, "Asks a model a PNG or JPEG picture.")
        .needs(Right.PREDICT)
        .takes("multipart/form-data", "ImageForm")
        .json("ImageAnswer")
        .by(List.of(forms::receive, this::predict));
  }

  private void predict(RoutingContext context) {
    String name = Forms.field(context, "model");
    if (name == null || name.isEmpty()) {
      throw RefusedException.malformed(
          "unable to read model: the form has no field 'model' with the name of one");
    }
    FileUpload file = Forms.file(context, "image");
    if (file == null) {
      throw RefusedException.malformed("the form has no file 'image'");
    }
    ServedModel model = predictions.serving(name);
    Path picture = Path.of(file.uploadedFileName());
    int channels = model.params().imageChannels();
    Future<float[]> answer =
        work.run(() -> ImagePixels.decode(Files.readAllBytes(picture), channels))
            .compose(pixels -> ask(model, pixels));
    Replies.when(context, answer, found -> reply(context, model, Forms.baseName(file), found));
  }

  private Future<float[]> ask(ServedModel model, ImagePixels pixels) {
    model.requireImage(pixels.height(), pixels.width(), pixels.channels());
    return predictions
        .ask(model, List.of(), new float[][] {pixels.values()})
        .map(answers -> answers[0]);
  }

  /** A frozen graph's answer is told by labels, a SavedModel's by its numbers. */
  private static void reply(
      RoutingContext context, ServedModel model, String fileName, float[] answer) {
    if (model.params().model().equals(TfaasParams.SAVED_MODEL)) {
      Replies.text(context, "application/json", FloatText.array(answer));
      return;
    }
    List<String> labels = model.labels();
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("filename", fileName);
    ArrayNode list = json.putArray("labels");
    IntStream.range(0, Math.min(labels.size(), answer.length))
        .boxed()
        .sorted(Comparator.comparingDouble((Integer i) -> -answer[i]))
        .limit(MOST_LABELS)
        .forEach(i -> list.addObject().put("label", labels.get(i)).put("probability", answer[i]));
    Replies.json(context, json);
  }
}
