// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.decisionlab.models.bundle.ArchiveLimits;
import org.decisionlab.models.bundle.BundleArchive;
import org.decisionlab.sidecar.Await;
import org.decisionlab.sidecar.Sidecar;
import org.decisionlab.sidecar.SidecarSettings;
import org.decisionlab.sidecar.serve.Caller;
import org.decisionlab.sidecar.serve.ShadowComparison;
import org.decisionlab.sidecar.store.Alias;
import org.decisionlab.sidecar.store.ModelName;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** ONNX as PyTorch writes it becomes a bundle; its two inputs and outputs are asked as tensors. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TorchImportTest {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final TorchModel NET = new TorchModel(20261121);
  private static final float[][] X = {{0.5f, -1, 2}, {1, 0, -0.25f}};
  private static final int[] KINDS = {4, 2};
  private static final String INPUTS =
      "{\"name\":\"x.1\",\"datatype\":\"FP32\",\"shape\":[2,3],\"data\":[[0.5,-1,2],[1,0,-0.25]]},"
          + "{\"name\":\"kind\",\"datatype\":\"INT64\",\"shape\":[2],\"data\":[4,2]}";

  private final HttpClient http = HttpClient.newHttpClient();
  private Path directory;
  private Path archive;
  private Sidecar sidecar;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    directory = folder;
    archive = folder.resolve("net.tar.gz");
    Path onnx = Files.write(folder.resolve("net.onnx"), NET.onnx(false));
    assertThat(Tool.run(0, importing(onnx, archive)))
        .contains("input    x.1 FLOAT32 [any, 3]", "input    kind INT64 [any]")
        .contains("output   logits FLOAT32 [any, 2]", "output   probabilities FLOAT32 [any, 2]")
        .contains("onnxruntime", "16 golden rows", "written  " + archive);
    sidecar = Sidecar.start(SidecarSettings.of(0, folder.resolve("models")));
    assertThat(post("/upload", Files.readAllBytes(archive)).statusCode()).isEqualTo(200);
  }

  @AfterAll
  void stop() {
    sidecar.close();
  }

  private String[] importing(Path onnx, Path out) throws Exception {
    Path names =
        Files.writeString(directory.resolve("names.json"), "[\"a\",\"b\",\"c\",\"kind of file\"]");
    return new String[] {
      "import", onnx.toString(), "--name", "net", "--features", names.toString(), "--out", out + ""
    };
  }

  @Test
  void rowsAreAnsweredByTheFirstOutput() throws Exception {
    JsonNode answer =
        asked("/v1/models/net:predict", "{\"instances\":[[0.5,-1,2,4],[1,0,-0.25,2]]}");
    for (int row = 0; row < 2; row++) {
      same(answer.path("predictions").path(row), NET.logits(X[row], KINDS[row]));
    }
  }

  /** The last value goes into an input of whole numbers of 64 bits. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/v1/models/net:predict|{'instances':[[0.1,-1,2,2.5]]}",
        "/v1/models/net:predict|{'inputs':{'a':[0.1],'b':[1],'kind of file':[2.5],'c':[2]}}",
        "/json|{'model':'net','values':[0.1,-1,2,2.5]}",
        "/json|{'model':'net','keys':['kind of file','a','b','c'],'VALUES':[2.5,0.1,1,2]}",
        "/models/net/predict|{'values':[0.1,-1,2,2.5]}",
        "/v2/models/net/predict|{'data':[{'a':0.1,'b':-1,'c':2,'kind of file':2.5}]}"
      })
  void aNumberThatAnInputOfWholeNumbersCannotTakeIsRefusedByName(String path, String body)
      throws Exception {
    var refused = post(path, body.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    assertThat(refused.statusCode()).as(path + refused.body()).isEqualTo(400);
    assertThat(refused.body())
        .contains("feature 'kind of file' of row 0 must be a whole number of 64 bits", "found 2.5");
    String exact = body.replace("2.5", "3");
    var answered = post(path, exact.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    assertThat(answered.statusCode()).as(path + answered.body()).isEqualTo(200);
  }

  @Test
  void tensorsAreAnsweredByAllOutputs() throws Exception {
    JsonNode answer = asked("/v2/models/net/infer", "{\"id\":\"7\",\"inputs\":[" + INPUTS + "]}");
    assertThat(answer.path("id").asText()).isEqualTo("7");
    assertThat(answer.path("outputs").findValuesAsText("name"))
        .containsExactly("logits", "probabilities");
    JsonNode probabilities = answer.path("outputs").path(1);
    assertThat(probabilities.path("datatype").asText()).isEqualTo("FP32");
    assertThat(probabilities.path("shape").toString()).isEqualTo("[2,2]");
    for (int i = 0; i < 4; i++) {
      assertThat(probabilities.path("data").path(i).asDouble())
          .isCloseTo(NET.probabilities(X[i / 2], KINDS[i / 2])[i % 2], within(1e-5));
    }
    JsonNode one =
        asked(
            "/v2/models/net/infer",
            "{\"inputs\":[" + INPUTS + "],\"outputs\":[{\"name\":\"probabilities\"}]}");
    assertThat(one.path("outputs")).hasSize(1);
    JsonNode metadata = JSON.readTree(get("/v2/models/net").body());
    assertThat(metadata.path("inputs").path(1).toString())
        .isEqualTo("{\"name\":\"kind\",\"datatype\":\"INT64\",\"shape\":[-1]}");
  }

  @Test
  void columnsAndInstancesAreAnsweredByAllOutputs() throws Exception {
    JsonNode columns =
        asked(
            "/v1/models/net:predict",
            "{\"inputs\":{\"x.1\":[[0.5,-1,2],[1,0,-0.25]],\"kind\":[4,2]}}");
    JsonNode rows =
        asked(
            "/v1/models/net:predict",
            "{\"instances\":[{\"x.1\":[0.5,-1,2],\"kind\":4},{\"kind\":2,\"x.1\":[1,0,-0.25]}]}");
    for (int row = 0; row < 2; row++) {
      double[] expected = NET.probabilities(X[row], KINDS[row]);
      same(columns.path("outputs").path("probabilities").path(row), expected);
      same(rows.path("predictions").path(row).path("probabilities"), expected);
      same(rows.path("predictions").path(row).path("logits"), NET.logits(X[row], KINDS[row]));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"inputs\":{\"x.1\":[[1,2,3]]}}",
        "{\"inputs\":{\"x.1\":[[1,2]],\"kind\":[1]}}",
        "{\"inputs\":{\"x.1\":[[1,2,3],[1,2]],\"kind\":[1,1]}}",
        "{\"inputs\":{\"x.1\":[[1,2,3]],\"kind\":[1.5]}}",
        "{\"inputs\":{\"x.1\":[[1,2,3]],\"kind\":[1e30]}}",
        "{\"inputs\":{\"x.1\":[[1,2,3]],\"kind\":[99]}}",
        "{\"inputs\":{\"x.1\":[[1,2,3]],\"kind\":[1,1]}}",
        "{\"inputs\":{\"x.1\":[[1,2,1e39]],\"kind\":[1]}}",
        "{\"inputs\":{\"x.1\":[[1,2,3]],\"kind\":[1],\"other\":[1]}}",
        "{\"instances\":[{\"x.1\":[1,2,3],\"kind\":1},{\"x.1\":[1,2,3]}]}",
        "{\"instances\":[{\"x.1\":[1,2,3],\"kind\":1},7]}",
        "{\"instances\":[{\"x.1\":{},\"kind\":1}]}"
      })
  void whatDoesNotFitIsRefused(String body) throws Exception {
    refused(post("/v1/models/net:predict", body.getBytes(StandardCharsets.UTF_8)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '>',
      value = {"INT64>INT32", "FP32>FP64", "[2]>[3]", "[2,3]>[2]", "kind>x.1", "4,2]>4]"})
  void tensorsThatDoNotFitAreRefused(String right, String wrong) throws Exception {
    String body = "{\"inputs\":[" + INPUTS.replace(right, wrong) + "]}";
    refused(post("/v2/models/net/infer", body.getBytes(StandardCharsets.UTF_8)));
    String outputs = "{\"inputs\":[" + INPUTS + "],\"outputs\":[{\"name\":\"nosuch\"}]}";
    refused(post("/v2/models/net/infer", outputs.getBytes(StandardCharsets.UTF_8)));
  }

  /** Tensors are rows of the model's features too: they are counted, and shadows asked them. */
  @Test
  void tensorsAreCountedAndComparedAsRowsAre() throws Exception {
    assertThat(post("/upload", Files.readAllBytes(archive)).statusCode()).isEqualTo(200);
    ModelName name = new ModelName("net");
    sidecar.management().assign(name, Alias.SHADOW, 1, Caller.ANYBODY);
    asked("/v2/models/net/infer", "{\"inputs\":[" + INPUTS + "]}");
    asked(
        "/v1/models/net:predict", "{\"inputs\":{\"x.1\":[[0.5,-1,2],[1,0,-0.25]],\"kind\":[4,2]}}");
    Await.until(
        "two comparisons",
        () -> {
          ShadowComparison found = sidecar.management().status(name, Caller.ANYBODY).shadow();
          return found != null && found.compared() == 2 && found.largestDifference() == 0;
        });
    assertThat(get("/metrics").body())
        .contains("sidecar_predicted_rows_total{model=\"net\",version=\"2\"} 4.0");
    JsonNode drift = JSON.readTree(get("/v1/registry/models/net/drift").body());
    assertThat(drift.path("rows").asInt()).isEqualTo(4);
    sidecar.management().unassign(name, Alias.SHADOW, Caller.ANYBODY);
  }

  @Test
  void theGraphIsDrawnByItsNamesAndOperations() throws Exception {
    JsonNode graph = JSON.readTree(get("/v1/registry/models/net/graph").body());
    assertThat(graph.path("input").asText()).isEqualTo("x.1, kind");
    assertThat(graph.path("nodes").findValuesAsText("type"))
        .contains("Input", "Constant", "Gemm", "Gather", "Concat");
    List<String> names = graph.path("nodes").findValuesAsText("name");
    graph
        .path("nodes")
        .forEach(
            node -> node.path("operands").forEach(o -> assertThat(names).contains(o.asText())));
    for (String output : graph.path("output").asText().split(", ", -1)) {
      assertThat(names).contains(output);
    }
  }

  /** The golden rows tell both outputs, and a difference in the second one counts. */
  @Test
  void everyOutputIsCompared() throws Exception {
    Path net;
    try (InputStream in = Files.newInputStream(archive)) {
      Path into = Files.createDirectory(directory.resolve("unpacked"));
      net = BundleArchive.unpack(in, into, ArchiveLimits.DEFAULT);
    }
    JsonNode features = JSON.readTree(net.resolve("features.json").toFile());
    JsonNode row = features.path("golden_rows").path(0).path("outputs");
    assertThat(row).hasSize(4);
    ((ArrayNode) row).set(3, row.get(3).asDouble() + 0.01);
    Files.writeString(net.resolve("features.json"), features.toString());
    assertThat(Tool.run(1, "show", net.toString())).contains("golden rows, row 0");
  }

  @Test
  void weightsInAFileOfTheirOwnAreRefused() throws Exception {
    Path onnx = Files.write(directory.resolve("external.onnx"), NET.onnx(true));
    Path out = directory.resolve("external.tar.gz");
    assertThat(Tool.run(1, importing(onnx, out))).contains("outside");
    assertThat(out).doesNotExist();
  }

  private static void same(JsonNode found, double[] expected) {
    assertThat(found).as(found.toString()).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat(found.path(i).asDouble()).isCloseTo(expected[i], within(1e-5));
    }
  }

  private static void refused(HttpResponse<String> answer) throws Exception {
    assertThat(answer.statusCode()).as(answer.body()).isBetween(400, 499);
    assertThat(JSON.readTree(answer.body()).path("error").asText()).isNotBlank();
  }

  private JsonNode asked(String path, String body) throws Exception {
    HttpResponse<String> answer = post(path, body.getBytes(StandardCharsets.UTF_8));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }

  private HttpResponse<String> post(String path, byte[] body) throws Exception {
    return send(request(path).POST(BodyPublishers.ofByteArray(body)));
  }

  private HttpResponse<String> get(String path) throws Exception {
    return send(request(path).GET());
  }

  private HttpRequest.Builder request(String path) {
    URI address = sidecar.address().resolve(path);
    return HttpRequest.newBuilder(address).timeout(Duration.ofSeconds(60));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return http.send(request.build(), BodyHandlers.ofString());
  }
}
