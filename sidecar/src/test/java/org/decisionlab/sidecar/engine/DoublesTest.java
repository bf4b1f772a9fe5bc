// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.engine;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.decisionlab.models.proto.WireWriter;
import org.decisionlab.sidecar.Sidecar;
import org.decisionlab.sidecar.SidecarSettings;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A model with an input for each column, named like the features as Keras names them: {@code a} and
 * {@code b} are doubles, {@code n} a whole number of 64 bits, {@code f} a float. Its answer tells
 * by how much a number differs from the double that was written.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DoublesTest {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int FLOAT = 1;
  private static final int INT64 = 7;
  private static final int DOUBLE = 11;
  private static final double OF_A = 1e12;
  private static final double OF_B = 1e10;
  private static final long BEYOND_FLOATS = 16_777_217;

  private final HttpClient http = HttpClient.newHttpClient();
  private Sidecar sidecar;

  private static double expected(double a, double b, long n, float f) {
    return (a - 0.1) * OF_A + (b - 0.3) * OF_B + (double) (n - BEYOND_FLOATS) + f;
  }

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    Path archive = folder.resolve("wide.tar.gz");
    Path onnx = Files.write(folder.resolve("wide.onnx"), onnx());
    Path names = Files.writeString(folder.resolve("names.json"), "[\"a\",\"b\",\"n\",\"f\"]");
    Tool.run(
        0,
        "import",
        onnx.toString(),
        "--name",
        "wide",
        "--features",
        names.toString(),
        "--out",
        archive.toString());
    sidecar = Sidecar.start(SidecarSettings.of(0, folder.resolve("models")));
    HttpResponse<String> uploaded = post("/upload", Files.readAllBytes(archive));
    assertThat(uploaded.statusCode()).as(uploaded.body()).isEqualTo(200);
  }

  @AfterAll
  void stop() {
    sidecar.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/json|{'model':'wide','values':[0.1,0.7,16777217,2]}|0",
        "/json|{'model':'wide','keys':['n','f','b','a'],'VALUES':[16777217,2,0.7,0.1]}|0",
        "/v1/models/wide:predict|{'instances':[[0.1,0.7,16777217,2]]}|predictions/0/0",
        "/v1/models/wide:predict|{'instances':[{'f':2,'n':16777217,'b':0.7,'a':0.1}]}|predictions/0/0",
        "/v1/models/wide:predict|{'instances':[{'f':[2],'n':[16777217],'b':[0.7],'a':[0.1]}]}|predictions/0/0",
        "/v1/models/wide:predict|{'inputs':{'b':[0.7],'n':[16777217],'a':[0.1],'f':[2]}}|outputs/0/0",
        "/models/wide/predict|{'data':[[0.1,0.7,16777217,2]]}|predictions/0/probability",
        "/v2/models/wide/predict|{'data':[{'b':0.7,'a':0.1,'f':2,'n':16777217}]}|predictions/0/probability"
      })
  void rowsAreAnsweredAsDoublesAre(String path, String body, String answer) throws Exception {
    JsonNode found = asked(path, body.replace('\'', '"')).at("/" + answer);
    assertThat(found.asDouble()).isCloseTo(expected(0.1, 0.7, 16_777_217, 2), within(300.0));
    JsonNode least = asked(path, body.replace('\'', '"').replace("0.7", "0.3")).at("/" + answer);
    assertThat(least.asDouble()).isCloseTo(expected(0.1, 0.3, 16_777_217, 2), within(1e-6));
    JsonNode one = asked(path, body.replace('\'', '"').replace("0.7", "0.3").replace("217", "219"));
    assertThat(one.at("/" + answer).asDouble())
        .isCloseTo(expected(0.1, 0.3, 16_777_219, 2), within(1e-6));
  }

  private static String tensor(String name, String type, String shape, String data) {
    return "{\"name\":\"%s\",\"datatype\":\"%s\",\"shape\":%s,\"data\":%s}"
        .formatted(name, type, shape, data);
  }

  private static String infer(String type, String shape, String a) {
    return "{\"inputs\":["
        + String.join(
            ",",
            tensor("b", type, shape, "[0.3,0.3]"),
            tensor("a", type, shape, a),
            tensor("f", "FP32", shape, "[2,0.1]"),
            tensor("n", "INT64", shape, "[16777217,16777219]"))
        + "]}";
  }

  /** Columns of rows, and the model's own tensors, which have two axes. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"[2]|outputs|FP32", "[2,1]|y|FP64"})
  void doublesByTheNamesOfTheFeatures(String shape, String output, String type) throws Exception {
    JsonNode answer =
        asked("/v2/models/wide/infer", infer("FP64", shape, "[0.1,0.1000000001]"))
            .path("outputs")
            .path(0);
    assertThat(answer.path("name").asText()).isEqualTo(output);
    assertThat(answer.path("datatype").asText()).isEqualTo(type);
    assertThat(answer.path("data").path(0).asDouble()).isCloseTo(2, within(1e-6));
    assertThat(answer.path("data").path(1).asDouble())
        .isCloseTo(expected(0.1000000001, 0.3, 16_777_219, 0.1f), within(1e-4));
  }

  /** The floats that the client said they are, and no others. */
  @Test
  void floatsAreTakenAsFloats() throws Exception {
    JsonNode data =
        asked("/v2/models/wide/infer", infer("FP32", "[2]", "[0.1,0.5]")).at("/outputs/0/data");
    double first = expected(0.1f, 0.3f, 16_777_217, 2);
    double second = expected(0.5f, 0.3f, 16_777_219, 0.1f);
    assertThat(data.path(0).asDouble()).isCloseTo(first, within(Math.abs(first) * 1e-6));
    assertThat(data.path(1).asDouble()).isCloseTo(second, within(Math.abs(second) * 1e-6));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[0.1,0.3,2.5,2]|feature 'n' of row 0 must be a whole number of 64 bits",
        "[0.1,0.3,9223372036854775808,2]|feature 'n' of row 0 must be a whole number of 64 bits",
        "[9007199254740993,0.3,1,2]|feature 'a' of row 0 must be a number of 64 bits",
        "[null,0.3,1,2]|needs feature 'a'"
      })
  void whatAnInputCannotTakeIsRefusedByName(String values, String reason) throws Exception {
    var refused =
        post("/json", ("{\"model\":\"wide\",\"values\":" + values + "}").getBytes(US_ASCII));
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
    assertThat(refused.body()).contains(reason);
  }

  /** The input of floats has no doubles, which a client that says FP64 does not want rounded. */
  @Test
  void aDoubleForAnInputOfFloatsIsRefused() throws Exception {
    String body = infer("FP64", "[2]", "[0.1,0.1]");
    String told = body.replace("FP32", "FP64").replace("[2,0.1]", "[2,0.123456789]");
    var refused = post("/v2/models/wide/infer", told.getBytes(US_ASCII));
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
    assertThat(refused.body()).contains("feature 'f' of row 1 is no float of 32 bits");
  }

  private JsonNode asked(String path, String body) throws Exception {
    HttpResponse<String> answer = post(path, body.getBytes(US_ASCII));
    assertThat(answer.statusCode()).as(path + answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }

  private HttpResponse<String> post(String path, byte[] body) throws Exception {
    return http.send(
        HttpRequest.newBuilder(sidecar.address().resolve(path))
            .timeout(Duration.ofSeconds(60))
            .POST(BodyPublishers.ofByteArray(body))
            .build(),
        BodyHandlers.ofString());
  }

  private static byte[] onnx() {
    return new WireWriter()
        .varint(1, 8)
        .text(2, "test")
        .message(7, DoublesTest::graph)
        .message(8, set -> set.varint(2, 17))
        .toByteArray();
  }

  private static void graph(WireWriter graph) {
    graph.text(2, "g");
    node(graph, "Sub", "a0", "a", "tenth");
    node(graph, "Mul", "a1", "a0", "of_a");
    node(graph, "Sub", "b0", "b", "three_tenths");
    node(graph, "Mul", "b1", "b0", "of_b");
    cast(graph, "n0", "n");
    node(graph, "Sub", "n1", "n0", "beyond");
    cast(graph, "f0", "f");
    node(graph, "Add", "ab", "a1", "b1");
    node(graph, "Add", "abn", "ab", "n1");
    node(graph, "Add", "y", "abn", "f0");
    constant(graph, "tenth", 0.1);
    constant(graph, "of_a", OF_A);
    constant(graph, "three_tenths", 0.3);
    constant(graph, "of_b", OF_B);
    constant(graph, "beyond", BEYOND_FLOATS);
    graph.message(11, v -> value(v, "a", DOUBLE));
    graph.message(11, v -> value(v, "b", DOUBLE));
    graph.message(11, v -> value(v, "n", INT64));
    graph.message(11, v -> value(v, "f", FLOAT));
    graph.message(12, v -> value(v, "y", DOUBLE));
  }

  private static void node(WireWriter graph, String type, String out, String... inputs) {
    graph.message(
        1,
        node -> {
          for (String input : inputs) {
            node.text(1, input);
          }
          node.text(2, out).text(3, "node_" + out).text(4, type);
        });
  }

  private static void cast(WireWriter graph, String out, String input) {
    graph.message(
        1,
        node ->
            node.text(1, input)
                .text(2, out)
                .text(3, "node_" + out)
                .text(4, "Cast")
                .message(5, a -> a.text(1, "to").varint(3, DOUBLE).varint(20, 2)));
  }

  private static void constant(WireWriter graph, String name, double number) {
    ByteBuffer raw = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putDouble(number);
    graph.message(5, t -> t.varint(1, 1).varint(2, DOUBLE).text(8, name).bytes(9, raw.array()));
  }

  private static void value(WireWriter info, String name, int type) {
    info.text(1, name)
        .message(
            2,
            t ->
                t.message(
                    1,
                    tensor ->
                        tensor
                            .varint(1, type)
                            .message(
                                2,
                                shape ->
                                    shape
                                        .message(1, axis -> axis.text(2, "batch"))
                                        .message(1, axis -> axis.varint(1, 1)))));
  }
}
