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
import org.decisionlab.sidecar.auth.Identity;
import org.decisionlab.sidecar.auth.Right;
import org.decisionlab.sidecar.fault.RefusedException;
import org.decisionlab.sidecar.serve.Ask;
import org.decisionlab.sidecar.serve.ServedModel;
import org.decisionlab.sidecar.wire.FloatText;
import org.decisionlab.sidecar.wire.ImagePixels;
import org.decisionlab.sidecar.wire.Rounding;
import org.decisionlab.sidecar.wire.Rows;
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
    Identity asker = Guard.identity(context);
    ServedModel model = predictions.serving(name, null, asker);
    Path picture = Path.of(file.uploadedFileName());
    int channels = model.params().imageChannels();
    Future<Ask.Rows> answer =
        work.run(() -> ImagePixels.decode(Files.readAllBytes(picture), channels))
            .compose(pixels -> ask(model, pixels, asker));
    Replies.when(
        context,
        answer,
        found -> reply(context, found.by(), Forms.baseName(file), found.rows()[0]));
  }

  private Future<Ask.Rows> ask(ServedModel model, ImagePixels pixels, Identity asker) {
    requireSize(model, pixels);
    Ask ask = new Ask(model.name().value(), null, asker);
    Rows row = new Rows(List.of(), new float[][] {pixels.values()}, Rounding.NONE);
    return predictions.ask(ask, row);
  }

  /** A model takes pictures as rows of numbers, or by height, width and channels. */
  private static void requireSize(ServedModel model, ImagePixels pixels) {
    List<Integer> shape = model.signature().inputs().get(0).shape();
    List<Integer> found = List.of(pixels.height(), pixels.width(), pixels.channels());
    boolean fits =
        shape.size() == 4
            ? shape.subList(1, 4).equals(found)
            : model.width() == pixels.values().length;
    if (!fits) {
      throw RefusedException.malformed(
          "model '"
              + model.name()
              + "' takes "
              + (shape.size() == 4 ? shape.subList(1, 4) : model.width())
              + " numbers, the picture has "
              + found
              + ": height, width and channels");
    }
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
