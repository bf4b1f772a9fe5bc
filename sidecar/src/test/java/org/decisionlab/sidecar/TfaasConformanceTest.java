// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.decisionlab.models.proto.WireReader;
import org.decisionlab.sidecar.Client.Part;
import org.decisionlab.sidecar.Client.Reply;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The conformance checks of the TFaaS wire, in their order, against the program as a process. Their
 * numbers are those of the table that was recorded from the original server.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TfaasConformanceTest {

  private static final double[] S123 = {0.09003057, 0.24472848, 0.66524094};
  private static final String ROW_F1 =
      "{\"keys\":[\"a\",\"b\",\"c\"],\"values\":[1,2,3],\"model\":\"f1\"}";

  private SidecarProcess sidecar;
  private Client client;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    sidecar = SidecarProcess.start(directory.resolve("models"));
    client = sidecar.client();
  }

  @AfterAll
  void stop() throws Exception {
    sidecar.close();
  }

  @TestFactory
  List<DynamicTest> checks() {
    List<DynamicTest> checks = new ArrayList<>();
    checks.addAll(formAndJson());
    checks.addAll(protobufAndLists());
    checks.addAll(bundles());
    checks.addAll(mistakes());
    checks.addAll(deletions());
    return checks;
  }

  private List<DynamicTest> formAndJson() {
    Map<String, Part> withOp = new LinkedHashMap<>(Fixtures.f1Form("f1"));
    withOp.put("op", Part.file("labels.txt", Fixtures.utf8(Fixtures.LABELS)));
    return List.of(
        dynamicTest("C01 no models", () -> assertThat(get(200, "/models").size()).isZero()),
        dynamicTest(
            "C02 form of four parts",
            () -> empty(client.form("POST", "/upload", Fixtures.f1Form("f1")))),
        dynamicTest("C03 form of five parts", () -> empty(client.form("POST", "/upload", withOp))),
        dynamicTest(
            "C04 row with keys",
            () -> s123(client.post("/json", ROW_F1, "Content-type", "application/json"))),
        dynamicTest(
            "C05 row without keys and content type",
            () -> s123(client.post("/predict/json", "{\"values\":[1,2,3],\"model\":\"f1\"}"))),
        dynamicTest("C06 numbers as the original writes them", this::numbers));
  }

  private void numbers() {
    // curl -d sends this content type whatever the body is.
    Reply reply =
        client.post(
            "/json",
            "{\"values\":[20,0,0],\"model\":\"f1\"}",
            "Content-Type",
            "application/x-www-form-urlencoded");
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.json().get(0).asDouble()).isEqualTo(1);
    assertThat(reply.json().get(1).asDouble()).isCloseTo(2.0611537e-9, within(2e-14));
    assertThat(reply.json().get(2).asDouble()).isCloseTo(2.0611537e-9, within(2e-14));
    assertThat(reply.text()).startsWith("[1,2.06115").endsWith("e-9]\n");
  }

  private List<DynamicTest> protobufAndLists() {
    return List.of(
        dynamicTest(
            "C07 protobuf",
            () ->
                assertThat(probabilities("/proto", "0a0161120c0000803f00000040000040401a026631"))
                    .containsExactly(floats(S123), within(1e-6f))),
        dynamicTest(
            "C08 protobuf with zeros",
            () ->
                assertThat(probabilities("/predict/proto", "120c0000484300000000000000001a026631"))
                    .containsExactly(1, 0, 0)),
        dynamicTest("C09 list", this::list),
        dynamicTest(
            "C10 parameters as uploaded",
            () ->
                assertThat(get(200, "/params/f1"))
                    .isEqualTo(JsonMapper.builder().build().readTree(Fixtures.F1_PARAMS))));
  }

  private void list() {
    JsonNode list = get(200, "/models");
    assertThat(list.size()).isEqualTo(1);
    JsonNode entry = list.get(0);
    assertThat(entry.path("name").asText()).isEqualTo("f1");
    assertThat(entry.path("model").asText()).isEqualTo("f1.pb");
    assertThat(entry.path("labels").asText()).isEqualTo("labels.txt");
    assertThat(entry.path("input_node").asText()).isEqualTo("x_in");
    assertThat(entry.path("output_node").asText()).isEqualTo("y_out");
    assertThat(entry.path("description").asText()).isEqualTo("identity softmax");
    assertThat(entry.path("timestamp").asText()).isNotEmpty();
    List<String> members = new ArrayList<>();
    entry.fieldNames().forEachRemaining(members::add);
    assertThat(members)
        .startsWith(
            "name",
            "model",
            "labels",
            "op",
            "input_name",
            "output_name",
            "img_channels",
            "options",
            "input_node",
            "output_node",
            "description",
            "timestamp");
  }

  private List<DynamicTest> bundles() {
    byte[] tar = Fixtures.f2Tar();
    byte[] tgz = Fixtures.gzip(tar);
    String[] octets = {"content-type", "application/octet-stream"};
    return List.of(
        dynamicTest(
            "C11 gzip'd bundle",
            () ->
                empty(
                    client.post(
                        "/upload",
                        tgz,
                        "Content-Encoding",
                        "gzip",
                        "content-type",
                        "application/octet-stream"))),
        dynamicTest(
            "C12 row for the bundle",
            () -> s123(client.post("/json", "{\"values\":[1,2,3],\"model\":\"f2\"}"))),
        dynamicTest("C13 plain tar", () -> empty(client.post("/upload", tar, octets))),
        dynamicTest("C14 gzip without saying so", () -> empty(client.post("/upload", tgz, octets))),
        dynamicTest(
            "C15 not gzip",
            () -> error(client.post("/upload", "zzz", "Content-Encoding", "gzip"))));
  }

  private List<DynamicTest> mistakes() {
    return List.of(
        dynamicTest(
            "C16 unknown model",
            () -> error(client.post("/json", "{\"values\":[1,2,3],\"model\":\"nope\"}"))),
        dynamicTest("C17 not JSON", () -> error(client.post("/json", "{bad"))),
        dynamicTest(
            "C18 values not numbers",
            () -> error(client.post("/json", "{\"values\":[\"x\"],\"model\":\"f1\"}"))),
        dynamicTest(
            "C19 too few values",
            () -> error(client.post("/json", "{\"values\":[1],\"model\":\"f1\"}"))),
        dynamicTest("C20 not protobuf", () -> error(client.post("/proto", "garbage"))),
        dynamicTest(
            "C21 name differs from params",
            () -> {
              Map<String, Part> parts = new LinkedHashMap<>(Fixtures.f1Form("f1"));
              parts.put("name", Part.field("zz"));
              error(client.form("POST", "/upload", parts));
              assertThat(get(200, "/models").size()).isEqualTo(2);
            }),
        dynamicTest(
            "C22 parts missing",
            () ->
                error(
                    client.form(
                        "POST",
                        "/upload",
                        Map.of(
                            "params",
                            Part.file("params.json", Fixtures.utf8(Fixtures.F1_PARAMS)))))),
        dynamicTest("C23 status", this::status),
        dynamicTest(
            "C24 wrong methods",
            () -> {
              assertThat(client.get("/json").status()).isEqualTo(405);
              assertThat(client.send("PUT", "/upload", new byte[0]).status()).isEqualTo(405);
              assertThat(client.post("/models", "").status()).isEqualTo(405);
            }),
        dynamicTest("C25 nothing there", () -> get(404, "/nope")),
        dynamicTest(
            "C26 picture missing",
            () -> error(client.form("POST", "/image", Map.of("model", Part.field("f2"))))),
        dynamicTest(
            "C27 picture for an unknown model",
            () -> error(client.form("POST", "/image", Pictures.form(Pictures.grey28(), "nope")))),
        dynamicTest(
            "C28 download",
            () -> {
              Reply reply = client.get("/download/f1/labels.txt");
              assertThat(reply.status()).isEqualTo(200);
              assertThat(reply.text()).isEqualTo(Fixtures.LABELS);
            }),
        dynamicTest(
            "C29 graph view",
            () -> {
              Reply reply = client.get("/netron/?url=x%2fdownload%2ff1%2ff1.pb");
              assertThat(reply.status()).isEqualTo(200);
              assertThat(reply.contentType()).startsWith("text/html");
              assertThat(get(200, "/v1/registry/models/f1/graph").path("nodes").size())
                  .isGreaterThan(2);
            }),
        dynamicTest(
            "C30 default model",
            () -> {
              empty(client.post("/params", "{\"name\":\"f1\"}"));
              s123(client.post("/json", "{\"values\":[1,2,3]}"));
            }),
        dynamicTest("C31 picture for a frozen graph", this::pictureOfFrozenGraph),
        dynamicTest("C32 picture for a SavedModel", this::pictureOfSavedModel));
  }

  private void pictureOfFrozenGraph() {
    empty(client.form("POST", "/upload", Pictures.frozenForm("img1")));
    Reply reply = client.form("POST", "/predict/image", Pictures.form(Pictures.grey28(), "img1"));
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    assertThat(reply.json().path("filename").asText()).isEqualTo("img.png");
    JsonNode labels = reply.json().path("labels");
    assertThat(labels).hasSize(5);
    List<Float> expected = Pictures.expected();
    List<Float> sorted = expected.stream().sorted(Comparator.reverseOrder()).toList();
    for (int i = 0; i < 5; i++) {
      float probability = labels.get(i).path("probability").floatValue();
      assertThat(probability).isCloseTo(sorted.get(i), within(1e-6f));
      String label = labels.get(i).path("label").asText();
      assertThat(label).isEqualTo("label" + expected.indexOf(sorted.get(i)));
    }
    empty(client.send("DELETE", "/delete/img1", new byte[0]));
  }

  private void pictureOfSavedModel() {
    empty(client.post("/upload", Pictures.savedModelTar("img2")));
    Reply reply = client.form("POST", "/image", Pictures.form(Pictures.grey28(), "img2"));
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    assertThat(reply.json()).hasSize(7);
    double sum = 0;
    for (int i = 0; i < 7; i++) {
      sum += reply.json().get(i).asDouble();
      assertThat(reply.json().get(i).floatValue())
          .isCloseTo(Pictures.expected().get(i), within(1e-6f));
    }
    assertThat(sum).isCloseTo(1, within(1e-5));
    empty(client.send("DELETE", "/delete/img2", new byte[0]));
  }

  private void status() {
    JsonNode status = get(200, "/status");
    assertThat(status.path("Uptime").isNumber()).isTrue();
    assertThat(status.path("getRequests").asLong()).isPositive();
    assertThat(status.path("postRequests").asLong()).isPositive();
    assertThat(status.path("Memory").path("Virtual").path("total").asLong()).isPositive();
  }

  private List<DynamicTest> deletions() {
    Map<String, Part> f1 = Map.of("model", Part.field("f1"));
    return List.of(
        dynamicTest(
            "C33 delete by form",
            () -> {
              empty(client.form("DELETE", "/delete", f1));
              error(client.post("/json", ROW_F1));
              assertThat(get(200, "/models").findValuesAsText("name")).doesNotContain("f1");
            }),
        dynamicTest(
            "C34 delete by path",
            () -> {
              empty(client.send("DELETE", "/delete/f2", new byte[0]));
              assertThat(get(200, "/models").size()).isZero();
            }),
        dynamicTest(
            "C35 delete nothing", () -> error(client.send("DELETE", "/delete", new byte[0]))),
        dynamicTest(
            "C36 delete again", () -> empty(client.send("DELETE", "/delete/f1", new byte[0]))));
  }

  private JsonNode get(int status, String path) {
    Reply reply = client.get(path);
    assertThat(reply.status()).isEqualTo(status);
    return reply.json();
  }

  private float[] probabilities(String path, String hex) throws Exception {
    Reply reply = client.post(path, HexFormat.of().parseHex(hex));
    assertThat(reply.status()).isEqualTo(200);
    List<Float> found = new ArrayList<>();
    WireReader predictions = WireReader.of(reply.body(), "Predictions");
    while (predictions.next()) {
      assertThat(predictions.field()).isEqualTo(1);
      WireReader one = predictions.message("prediction");
      float probability = 0;
      while (one.next()) {
        assertThat(one.field()).isEqualTo(2);
        probability = one.fixed32();
      }
      found.add(probability);
    }
    float[] result = new float[found.size()];
    for (int i = 0; i < result.length; i++) {
      result[i] = found.get(i);
    }
    return result;
  }

  private static float[] floats(double[] numbers) {
    float[] result = new float[numbers.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = (float) numbers[i];
    }
    return result;
  }

  private static void s123(Reply reply) {
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.text()).startsWith("[").endsWith("]\n");
    assertThat(reply.json().size()).isEqualTo(3);
    for (int i = 0; i < 3; i++) {
      assertThat(reply.json().get(i).asDouble()).isCloseTo(S123[i], within(1e-6));
    }
  }

  private static void empty(Reply reply) {
    assertThat(reply.text()).isEmpty();
    assertThat(reply.status()).isEqualTo(200);
  }

  private static void error(Reply reply) {
    assertThat(reply.isError()).as(reply.status() + " " + reply.text()).isTrue();
  }
}
