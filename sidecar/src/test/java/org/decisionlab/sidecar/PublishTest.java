// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.decisionlab.models.bundle.ModelBundle;
import org.decisionlab.models.evaluate.Evaluator;
import org.decisionlab.sidecar.Client.Part;
import org.decisionlab.sidecar.Client.Reply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublishTest {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  @TempDir Path directory;
  private Path models;
  private LocalSidecar sidecar;
  private Client client;

  @BeforeEach
  void start() throws Exception {
    models = directory.resolve("models");
    sidecar = LocalSidecar.start(models);
    client = sidecar.client();
  }

  @AfterEach
  void stop() {
    sidecar.close();
  }

  @Test
  void anUploadedBundleAnswersAsTheEvaluatorDoes() {
    long seed = 20261120;
    ModelBundle bundle = Models.random("reuse", seed, 0.5);
    upload(bundle);
    Evaluator evaluator = Evaluator.of(bundle.graph());
    Random random = new Random(seed + 1);
    for (int i = 0; i < 50; i++) {
      float[] row = Models.row(random, evaluator.features());
      JsonNode answer = client.post("/json", rowJson("reuse", List.of(), row)).json();
      assertThat(Float.parseFloat(answer.get(0).asText()))
          .as("row %d, seed %d", i, seed)
          .isEqualTo(evaluator.evaluate(row)[0]);
    }
  }

  @Test
  void valuesAreBroughtIntoTheOrderOfTheCardByTheirNames() {
    ModelBundle bundle = Models.random("reuse", 7, 0.5);
    upload(bundle);
    List<String> names = bundle.card().features().names();
    float[] row = Models.row(new Random(8), names.size());
    Reply inOrder = client.post("/json", rowJson("reuse", names, row));
    List<Integer> order =
        new java.util.ArrayList<>(IntStream.range(0, names.size()).boxed().toList());
    Collections.shuffle(order, new Random(9));
    List<String> shuffledNames = order.stream().map(names::get).toList();
    float[] shuffled = new float[row.length];
    for (int i = 0; i < row.length; i++) {
      shuffled[i] = row[order.get(i)];
    }
    assertThat(client.post("/json", rowJson("reuse", shuffledNames, shuffled)).text())
        .isEqualTo(inOrder.text());
    assertThat(client.post("/json", rowJson("reuse", List.of(), row)).text())
        .isEqualTo(inOrder.text());
  }

  @Test
  void missingAndUnknownFeaturesAreRefusedByName() {
    ModelBundle bundle = Models.random("reuse", 7, 0.5);
    upload(bundle);
    List<String> names = new java.util.ArrayList<>(bundle.card().features().names());
    String missing = names.set(3, "weather");
    Reply reply = client.post("/json", rowJson("reuse", names, new float[names.size()]));
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.json().path("error").asText())
        .contains("missing [" + missing + "]", "unknown [weather]");
    names.set(3, names.get(2));
    assertThat(client.post("/json", rowJson("reuse", names, new float[names.size()])).text())
        .contains("occurs twice");
    assertThat(client.post("/json", rowJson("reuse", List.of(), new float[2])).text())
        .contains("takes " + names.size() + " values, found 2", missing);
  }

  @Test
  void aBundleThatMissesAGoldenRowIsRefusedWithThatRow() throws Exception {
    upload(Models.random("reuse", 7, 0.5));
    ModelBundle honest = Models.random("reuse", 8, 0.5);
    JsonNode card = JSON.readTree(honest.file(ModelBundle.CARD));
    String text = card.toString();
    JsonNode row = card.findValue("golden_rows").get(5);
    String output = row.toString().substring(row.toString().lastIndexOf('['));
    String forged = text.replace(output, "[0.98765]" + output.substring(output.indexOf(']') + 1));
    assertThat(forged).isNotEqualTo(text);
    Reply reply = client.post("/upload", tar(honest, Map.of(ModelBundle.CARD, forged)));
    assertThat(reply.status()).isEqualTo(422);
    assertThat(reply.text()).contains("golden rows, row 5", "0.98765");
    assertThat(entry("reuse").path("version").asInt()).isEqualTo(1);
  }

  @Test
  void everyUploadIsAVersionOfItsOwnAndAllAreKept() throws Exception {
    for (int i = 1; i <= 3; i++) {
      upload(Models.random("reuse", i, 0.5));
      assertThat(entry("reuse").path("version").asInt()).isEqualTo(i);
    }
    for (int i = 1; i <= 3; i++) {
      assertThat(
              Files.readAllBytes(models.resolve("reuse/versions/" + i + "/files/saved_model.pb")))
          .isEqualTo(Models.random("reuse", i, 0.5).file(ModelBundle.SAVED_MODEL));
    }
  }

  @Test
  void numbersOfVersionsAreNotGivenTwice() {
    upload(Models.random("reuse", 1, 0.5));
    upload(Models.random("reuse", 2, 0.5));
    assertThat(client.send("DELETE", "/delete/reuse", new byte[0]).status()).isEqualTo(200);
    assertThat(models.resolve("reuse/versions")).doesNotExist();
    upload(Models.random("reuse", 3, 0.5));
    assertThat(entry("reuse").path("version").asInt()).isEqualTo(3);
  }

  @Test
  void modelsAreThereAfterARestart() throws Exception {
    ModelBundle bundle = Models.random("reuse", 1, 0.5);
    upload(bundle);
    client.form("POST", "/upload", Fixtures.f1Form("a.b-c"));
    String before = client.get("/models").text();
    String row = rowJson("reuse", List.of(), Models.row(new Random(3), bundle.graph().features()));
    String answer = client.post("/json", row).text();
    sidecar.close();
    sidecar = LocalSidecar.start(models);
    client = sidecar.client();
    assertThat(client.get("/models").text()).isEqualTo(before);
    assertThat(client.post("/json", row).text()).isEqualTo(answer);
    assertThat(client.get("/params/a.b-c").status()).isEqualTo(200);
  }

  @Test
  void aDamagedModelIsListedAsSuchAndTheOthersAnswer() throws Exception {
    upload(Models.random("reuse", 1, 0.5));
    client.form("POST", "/upload", Fixtures.f1Form("f1"));
    sidecar.close();
    Files.write(models.resolve("reuse/versions/1/files/saved_model.pb"), new byte[] {1, 2, 3});
    Files.createDirectories(models.resolve("junk/versions/1"));
    Files.writeString(models.resolve("junk/model.json"), "not a state");
    Files.createDirectories(models.resolve("empty"));
    Files.writeString(models.resolve("stray.txt"), "nothing to do with it");
    sidecar = LocalSidecar.start(models);
    client = sidecar.client();
    assertThat(client.get("/models").json().findValuesAsText("name"))
        .containsExactly("f1", "junk", "reuse");
    assertThat(entry("reuse").path("state").asText()).isEqualTo("damaged");
    assertThat(entry("reuse").path("problem").asText()).contains("saved_model.pb was changed");
    assertThat(entry("junk").path("problem").asText()).contains("model.json cannot be read");
    assertThat(entry("f1").path("state").asText()).isEqualTo("serving");
    assertThat(client.post("/json", "{\"values\":[1,2,3],\"model\":\"f1\"}").status())
        .isEqualTo(200);
    assertThat(client.post("/json", "{\"values\":[1,2,3],\"model\":\"reuse\"}").status())
        .isEqualTo(500);
    assertThat(client.get("/v1/cache/health").json().path("status").asText()).isEqualTo("default");
    upload(Models.random("reuse", 2, 0.5));
    assertThat(entry("reuse").path("state").asText()).isEqualTo("serving");
    assertThat(entry("reuse").path("version").asInt()).isEqualTo(2);
    assertThat(client.send("DELETE", "/delete/junk", new byte[0]).status()).isEqualTo(200);
    assertThat(client.get("/models").json().findValuesAsText("name"))
        .containsExactly("f1", "reuse");
  }

  @Test
  void whatThePythonClientSendsIsAccepted() {
    Map<String, Part> parts = new LinkedHashMap<>();
    parts.put("name", Part.field("f1"));
    parts.put("op", Part.field("a plain field"));
    parts.put("params", Part.file("/home/me/x/params.json", Fixtures.utf8(oldKeys())));
    parts.put("model", Part.file("/home/me/x/f1.pb", Base64.getMimeEncoder().encode(Fixtures.F1)));
    parts.put("labels", Part.file("/home/me/x/labels.txt", Fixtures.utf8(Fixtures.LABELS)));
    Reply reply = client.form("POST", "/upload", parts, "Content-Encoding", "base64");
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    assertThat(client.post("/json", "{\"values\":[1,2,3],\"model\":\"f1\"}").text())
        .isEqualTo("[0.09003057,0.24472848,0.66524094]\n");
    parts.put("model", Part.file("f1.pb", Fixtures.F1));
    assertThat(client.form("POST", "/upload", parts, "Content-Encoding", "base64").text())
        .contains("base64");
  }

  private static String oldKeys() {
    return Fixtures.F1_PARAMS
        .replace("input_node", "inputNode")
        .replace("output_node", "outputNode");
  }

  private void upload(ModelBundle bundle) {
    Reply reply = client.post("/upload", Models.archive(bundle), "Content-Encoding", "gzip");
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
  }

  private JsonNode entry(String name) {
    for (JsonNode entry : client.get("/models").json()) {
      if (entry.path("name").asText().equals(name)) {
        return entry;
      }
    }
    throw new AssertionError(name + " is not listed");
  }

  private static byte[] tar(ModelBundle bundle, Map<String, String> changed) {
    Tar tar = new Tar().directory(bundle.name() + "/");
    for (String file :
        List.of(
            ModelBundle.SAVED_MODEL,
            ModelBundle.FROZEN,
            ModelBundle.ONNX,
            ModelBundle.LABELS,
            ModelBundle.PARAMS,
            ModelBundle.CARD)) {
      byte[] content =
          changed.containsKey(file) ? Fixtures.utf8(changed.get(file)) : bundle.file(file);
      tar.file(bundle.name() + "/" + file, content);
    }
    return tar.bytes();
  }

  static String rowJson(String model, List<String> keys, float[] values) {
    ObjectNode row = JSON.createObjectNode().put("model", model);
    if (!keys.isEmpty()) {
      keys.forEach(row.putArray("keys")::add);
    }
    for (float value : values) {
      row.withArray("values").add(value);
    }
    return row.toString();
  }
}
