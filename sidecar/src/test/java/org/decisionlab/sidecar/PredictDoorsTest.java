// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.decisionlab.models.bundle.ModelBundle;
import org.decisionlab.models.evaluate.Evaluator;
import org.decisionlab.sidecar.Client.Part;
import org.decisionlab.sidecar.Client.Reply;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The same rows through every door give the numbers of the evaluator, whatever their order. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PredictDoorsTest {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int ROWS = 5;
  private static final long SEED = 21;

  private final List<float[]> rows = new ArrayList<>();
  private final List<float[]> expected = new ArrayList<>();
  private LocalSidecar sidecar;
  private Client client;
  private List<String> names;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    ModelBundle bundle = Models.random("reuse", SEED, 0.5);
    names = bundle.card().features().names();
    Evaluator evaluator = Evaluator.of(bundle.graph());
    Random random = new Random(SEED);
    for (int i = 0; i < ROWS; i++) {
      rows.add(Models.row(random, names.size()));
      expected.add(evaluator.evaluate(rows.get(i)));
    }
    sidecar = LocalSidecar.start(directory.resolve("models"));
    client = sidecar.client();
    assertThat(client.post("/upload", Models.archive(bundle)).status()).isEqualTo(200);
    assertThat(client.form("POST", "/upload", Fixtures.f1Form("f1")).status()).isEqualTo(200);
  }

  @AfterAll
  void stop() {
    sidecar.close();
  }

  @Test
  void inferTakesOneTensorAndTensorsByName() {
    ObjectNode one = JSON.createObjectNode().put("id", "42");
    ObjectNode input = one.putArray("inputs").addObject();
    input.put("name", "inputs").put("datatype", "FP32");
    input.putArray("shape").add(ROWS).add(names.size());
    ArrayNode data = input.putArray("data");
    rows.forEach(row -> numbers(data, row));
    JsonNode answer = post("/v2/models/reuse/infer", one);
    assertThat(answer.path("id").asText()).isEqualTo("42");
    assertThat(answer.path("model_name").asText()).isEqualTo("reuse");
    assertThat(answer.path("model_version").asText()).isEqualTo("1");
    JsonNode output = answer.path("outputs").get(0);
    assertThat(output.path("shape").toString()).isEqualTo("[5,1]");
    same(output.path("data"));

    ObjectNode byName = JSON.createObjectNode();
    ArrayNode inputs = byName.putArray("inputs");
    for (int column : shuffled()) {
      ObjectNode each = inputs.addObject().put("name", names.get(column)).put("datatype", "FP64");
      each.putArray("shape").add(ROWS).add(1);
      ArrayNode values = each.putArray("data");
      rows.forEach(row -> values.add(row[column]));
    }
    same(post("/v2/models/reuse/versions/1/infer", byName).path("outputs").get(0).path("data"));
  }

  @Test
  void servingTakesRowsAndColumns() {
    ObjectNode positional = JSON.createObjectNode();
    ArrayNode instances = positional.putArray("instances");
    rows.forEach(row -> numbers(instances.addArray(), row));
    same(post("/v1/models/reuse:predict", positional).path("predictions"));

    ObjectNode named = JSON.createObjectNode().put("signature_name", "serving_default");
    ArrayNode objects = named.putArray("instances");
    rows.forEach(
        row -> {
          ObjectNode object = objects.addObject();
          shuffled().forEach(column -> object.put(names.get(column), row[column]));
        });
    same(post("/v1/models/reuse/versions/1:predict", named).path("predictions"));

    ObjectNode columnar = JSON.createObjectNode();
    ObjectNode columns = columnar.putObject("inputs");
    for (int column : shuffled()) {
      ArrayNode values = columns.putArray(names.get(column));
      rows.forEach(row -> values.add(row[column]));
    }
    same(post("/v1/models/reuse:predict", columnar).path("outputs"));
    assertThat(client.get("/v1/models/reuse").text()).contains("AVAILABLE");
    assertThat(client.get("/v1/models/reuse/metadata").text()).contains("serving_default");
  }

  /** Values without the names that were meant are not taken by their places. */
  @Test
  void deepaasRefusesKeysThatAreNoNames() {
    String values = "\"values\":[" + "1,".repeat(names.size() - 1) + "1]";
    for (String keys : List.of("\"a\"", "{}", "7", "[1]", "[null]", "[\"a\"]")) {
      Reply reply =
          client.post("/v2/models/reuse/predict", "{\"keys\":" + keys + "," + values + "}");
      assertThat(reply.status()).as(keys + ": " + reply.text()).isEqualTo(400);
    }
    assertThat(client.post("/v2/models/reuse/predict", "{\"keys\":null," + values + "}").status())
        .isEqualTo(200);
  }

  @Test
  void deepaasTakesJsonFormsAndQueries() throws Exception {
    ObjectNode body = JSON.createObjectNode();
    ArrayNode data = body.putArray("data");
    rows.forEach(row -> numbers(data.addArray(), row));
    for (String path : List.of("/models/reuse/predict", "/v2/models/reuse/predict/")) {
      JsonNode answer = post(path, body);
      assertThat(answer.path("status").asText()).isEqualTo("OK");
      assertThat(answer.path("predictions").get(0).path("label").asText()).isEqualTo("reuse");
      same(answer.path("predictions"), "probability");
      Reply form =
          client.form(
              "POST",
              path,
              Map.of("data", Part.file("/home/me/rows.json", Fixtures.utf8(body.toString()))));
      same(form.json().path("predictions"), "probability");
    }
    StringBuilder query = new StringBuilder("/v2/models/reuse/predict/?");
    shuffled()
        .forEach(c -> query.append(names.get(c)).append('=').append(rows.get(0)[c]).append('&'));
    JsonNode one = client.post(query.toString(), "").json().path("predictions");
    assertThat(one.get(0).path("probability").floatValue()).isEqualTo(expected.get(0)[0]);
    assertThat(client.get("/models/").json().path("models")).hasSize(2);
    assertThat(client.get("/v2/models/").json().path("models")).hasSize(2);
    assertThat(client.get("/models/reuse").json().path("id").asText()).isEqualTo("reuse");
    Reply url = client.post("/models/reuse/predict?url=http://localhost/x", "");
    assertThat(url.status()).isEqualTo(400);
    assertThat(url.text()).contains("not fetched");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/v2/models/nope/infer|{}|404|no model 'nope'",
        "/v2/models/f1/versions/9/infer|{}|404|version 9",
        "/v1/models/nope:predict|{}|404|no model",
        "/v2/models/nope/predict|{\"data\":[[1]]}|404|no model",
        "/v2/models/f1/infer|{}|400|'inputs' must be a list",
        "/v2/models/f1/infer|{\"inputs\":[]}|400|empty",
        "/v2/models/f1/infer|{\"inputs\":[{\"name\":\"inputs\",\"shape\":[1,3],\"datatype\":\"FP32\",\"data\":[1,2]}]}|400|'shape'",
        "/v2/models/f1/infer|{\"inputs\":[{\"name\":\"inputs\",\"shape\":[1,3],\"datatype\":\"BYTES\",\"data\":[1,2,3]}]}|400|datatype",
        "/v2/models/f1/infer|{\"inputs\":[{\"name\":\"inputs\",\"shape\":[1,4],\"datatype\":\"FP32\",\"data\":[1,2,3,4]}]}|400|takes"
            + " 3",
        "/v2/models/f1/infer|{\"inputs\":[{\"name\":\"inputs\",\"shape\":[9,99999999,99999999],\"datatype\":\"FP32\",\"data\":[1]}]}|400|'shape'",
        "/v1/models/f1:predict|{\"instances\":[[1,2,3],[1,2]]}|400|instances[1]",
        "/v1/models/f1:predict|{\"instances\":[[1,2,\"x\"]]}|400|instances[0][2]",
        "/v1/models/f1:predict|{\"instances\":[[1,2,1e99]]}|400|beyond float32",
        "/v1/models/f1:predict|{\"instances\":[[1,2,3]],\"inputs\":[]}|400|not both",
        "/v1/models/f1:predict|{\"instances\":[[1,2,3]],\"signature_name\":\"other\"}|400|signature_name",
        "/v1/models/reuse:predict|{\"instances\":[{\"size\":1}]}|400|missing",
        "/v1/models/reuse:predict|{\"inputs\":{\"sise\":[1]}}|400|unknown [sise]",
        "/v1/models/reuse:predict|{\"inputs\":{\"size\":[1],\"file_gap\":[1,2]}}|400|different"
            + " lengths",
        "/models/f1/predict|{\"values\":\"x\"}|400|values",
        "/json|{\"keys\":[\"a\"],\"values\":[1,2],\"model\":\"reuse\"}|400|other features"
      })
  void whatIsWrongIsToldWithAReason(String path, String body, int status, String reason) {
    Reply reply = client.post(path, body);
    assertThat(reply.json().path("error").asText()).contains(reason);
    assertThat(reply.status()).isEqualTo(status);
  }

  private List<Integer> shuffled() {
    List<Integer> columns = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      columns.add(i);
    }
    Collections.shuffle(columns, new Random(SEED));
    return columns;
  }

  private static void numbers(ArrayNode array, float[] row) {
    for (float number : row) {
      array.add(number);
    }
  }

  private JsonNode post(String path, ObjectNode body) {
    Reply reply = client.post(path, body.toString());
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    return reply.json();
  }

  private void same(JsonNode answers) {
    assertThat(answers).hasSize(ROWS);
    for (int i = 0; i < ROWS; i++) {
      JsonNode each = answers.get(i).isArray() ? answers.get(i).get(0) : answers.get(i);
      assertThat(each.floatValue()).isCloseTo(expected.get(i)[0], within(0f));
    }
  }

  private void same(JsonNode answers, String member) {
    ArrayNode numbers = JSON.createArrayNode();
    answers.forEach(each -> numbers.add(each.path(member)));
    same(numbers);
  }
}
