// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.tfaas;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.decisionlab.models.bundle.ModelBundle;

/**
 * Asks a TFaaS server, the original or our sidecar: upload, models, params, predict, delete; and
 * the sidecar's cache decision. Thread safe. Nothing is tried twice, redirects are not followed,
 * and every request has a time limit. Every failure is a {@link TfaasException} with the server's
 * words.
 */
public final class TfaasClient {

  private static final int NOT_FOUND = 404;
  private static final Pattern NAME_IN_PATH = Pattern.compile("[A-Za-z0-9_.-]+");

  private final Transport transport;

  /** A client of one server. */
  public TfaasClient(TfaasSettings settings) {
    this.transport = new Transport(settings);
  }

  /** The models that the server has; the original answers {@code null} when it has none. */
  public List<ModelListing> models() throws TfaasException, InterruptedException {
    String asked = "models of " + transport;
    JsonNode answer = Transport.parse(asked, transport.get("/models"));
    if (answer.isNull()) {
      return List.of();
    }
    if (!answer.isArray()) {
      throw new TfaasException(asked, 0, "expected a list, found " + Answers.shortened(answer));
    }
    List<ModelListing> models = new ArrayList<>();
    answer.forEach(entry -> models.add(ModelListing.of(entry)));
    return models;
  }

  /**
   * The parameters that were uploaded with a model.
   *
   * @param model its name; the original finds only letters, digits and {@code _}
   */
  public JsonNode params(String model) throws TfaasException, InterruptedException {
    if (!NAME_IN_PATH.matcher(model).matches()) {
      throw new IllegalArgumentException(
          "a model name in a path has letters, digits, '_', '-' and '.', found '" + model + "'");
    }
    return Transport.parse(
        "params of " + model + " at " + transport, transport.get("/params/" + model));
  }

  /** Uploads a bundle as an archive. */
  public void upload(ModelBundle bundle) throws IOException, InterruptedException {
    uploadArchive("/upload", BodyPublishers.ofByteArray(bundle.toArchive()));
  }

  /**
   * Uploads a bundle as an archive to our sidecar, and says who may read the model there. A server
   * that would let all read it, because it knows of no readers, is sent nothing.
   *
   * @param readers {@code all}, {@code owner}, or groups with commas between them
   * @throws TfaasException when the server knows of no readers, or refuses them or the bundle
   */
  public void upload(ModelBundle bundle, String readers) throws IOException, InterruptedException {
    String asked = "upload of " + bundle.name() + " to " + transport;
    if (!knowsReaders(asked)) {
      throw new TfaasException(
          asked,
          0,
          "this server does not know who may read a model, so that all could; nothing was sent."
              + " Leave the readers out, or use a sidecar that knows them");
    }
    uploadArchive(
        "/upload?readers=" + URLEncoder.encode(readers, StandardCharsets.UTF_8),
        BodyPublishers.ofByteArray(bundle.toArchive()));
  }

  /** By its description; a server without one has no readers either. */
  private boolean knowsReaders(String asked) throws TfaasException, InterruptedException {
    byte[] description;
    try {
      description = transport.get("/openapi.json");
    } catch (TfaasException e) {
      if (e.status() == NOT_FOUND) {
        return false;
      }
      throw e;
    }
    return Transport.parse(asked, description)
        .path("components")
        .path("schemas")
        .path("UploadForm")
        .path("properties")
        .has("readers");
  }

  /**
   * Uploads an archive.
   *
   * @param archive a {@code .tar.gz} with one top folder, the model's name
   * @throws FileNotFoundException when there is no such file
   */
  public void upload(Path archive) throws IOException, InterruptedException {
    uploadArchive("/upload", BodyPublishers.ofFile(archive));
  }

  private void uploadArchive(String path, BodyPublisher archive)
      throws TfaasException, InterruptedException {
    Map<String, String> headers =
        Map.of("Content-Type", "application/octet-stream", "Content-Encoding", "gzip");
    transport.send("POST", path, headers, archive);
  }

  /** Uploads the frozen graph of a bundle as a form, with the part {@code op} of new servers. */
  public void uploadForm(ModelBundle bundle) throws TfaasException, InterruptedException {
    MultipartForm form =
        new MultipartForm()
            .field("name", bundle.name())
            .file("params", ModelBundle.PARAMS, bundle.formParams())
            .file("model", ModelBundle.FROZEN, bundle.file(ModelBundle.FROZEN))
            .file("labels", ModelBundle.LABELS, bundle.file(ModelBundle.LABELS))
            .file("op", "op.txt", new byte[] {'\n'});
    send("POST", "/upload", form);
  }

  /**
   * The model's answer for one row.
   *
   * @param model name of the model
   * @param keys names of the features, in the order of the values; may be empty. The original
   *     server passes over them, ours checks them
   * @param values the row
   */
  public float[] predict(String model, List<String> keys, float[] values)
      throws TfaasException, InterruptedException {
    JsonNode body = row(model, keys, values);
    String asked = "prediction of " + model + " at " + transport;
    byte[] answer = transport.postJson("/json", body);
    if (answer.length == 0) {
      // The original cannot write a number that is not finite, and then sends nothing.
      throw new TfaasException(asked, 0, "the answer is empty: the model's result is not finite");
    }
    return numbers(asked, Transport.parse(asked, answer));
  }

  /** Deletes a model; the original also says yes when there is none of that name. */
  public void delete(String model) throws TfaasException, InterruptedException {
    send("DELETE", "/delete", new MultipartForm().field("model", model));
  }

  /** Asks our sidecar whether a file is worth keeping. The original server does not know this. */
  public CacheAnswer decide(CacheQuestion question) throws TfaasException, InterruptedException {
    return CacheAnswer.of("decision of " + transport, askDecision(question.toJson()));
  }

  /** As {@link #decide}, and has the sidecar tell score, threshold and features. */
  public CacheExplanation explain(CacheQuestion question)
      throws TfaasException, InterruptedException {
    return CacheExplanation.of(
        "decision of " + transport, askDecision(question.toJson().put("explain", true)));
  }

  private JsonNode askDecision(ObjectNode question) throws TfaasException, InterruptedException {
    byte[] answer = transport.postJson("/v1/cache/decide", question);
    return Transport.parse("decision of " + transport, answer);
  }

  private void send(String method, String path, MultipartForm form)
      throws TfaasException, InterruptedException {
    transport.send(
        method,
        path,
        Map.of("Content-Type", form.contentType()),
        BodyPublishers.ofByteArray(form.toByteArray()));
  }

  private static ObjectNode row(String model, List<String> keys, float[] values) {
    if (!keys.isEmpty() && keys.size() != values.length) {
      throw new IllegalArgumentException(
          keys.size() + " names for " + values.length + " values of model " + model);
    }
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    keys.forEach(body.putArray("keys")::add);
    ArrayNode row = body.putArray("values");
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new IllegalArgumentException("value " + i + " is not finite: " + values[i]);
      }
      row.add(values[i]);
    }
    return body.put("model", model);
  }

  private static float[] numbers(String asked, JsonNode answer) throws TfaasException {
    if (!answer.isArray()) {
      throw new TfaasException(
          asked, 0, "expected a list of numbers, found " + Answers.shortened(answer));
    }
    float[] numbers = new float[answer.size()];
    for (int i = 0; i < numbers.length; i++) {
      JsonNode number = answer.get(i);
      numbers[i] = number.floatValue();
      if (!number.isNumber() || !Float.isFinite(numbers[i])) {
        throw new TfaasException(
            asked, 0, "expected a list of numbers, found " + Answers.shortened(answer));
      }
    }
    return numbers;
  }

  @Override
  public String toString() {
    return "TfaasClient[" + transport + "]";
  }
}
