// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.decisionlab.sidecar.Sidecar;
import org.decisionlab.sidecar.SidecarSettings;
import org.decisionlab.sidecar.auth.Identity;
import org.decisionlab.sidecar.serve.PublishOrder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models that PyTorch's exporters wrote become bundles and answer as in PyTorch. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TorchFilesTest {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Path MODELS = Path.of("src/test/resources/imports/torch");

  private final HttpClient http = HttpClient.newHttpClient();
  private Path directory;
  private Sidecar sidecar;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    directory = folder;
    sidecar = Sidecar.start(SidecarSettings.of(0, folder.resolve("models")));
  }

  @AfterAll
  void stop() {
    sidecar.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "torch_mlp_1_13",
        "torch_mlp_torchscript",
        "torch_mlp_dynamo",
        "torch_kinds_1_13",
        "torch_kinds_torchscript",
        "torch_kinds_dynamo"
      })
  void answersAsInPyTorch(String name) throws Exception {
    JsonNode story = JSON.readTree(MODELS.resolve(name + ".json").toFile());
    Path archive = imported(name, story.path("inputs"));
    String shown = Tool.run(0, "show", archive.toString());
    story.path("inputs").fieldNames().forEachRemaining(key -> says(shown, "input", key));
    story.path("outputs").fieldNames().forEachRemaining(key -> says(shown, "output", key));
    sidecar.publisher().publishArchive(archive, true, PublishOrder.usual());
    assertThat(sidecar.registry().serving(name, Identity.local()).check())
        .isEqualTo("16 golden rows");
    JsonNode answers = asked("/v2/models/" + name + "/infer", tensors(story.path("inputs")));
    for (JsonNode output : answers.path("outputs")) {
      // A model that answers rows with one output has the sidecar's own name for it.
      String named = output.path("name").asText();
      JsonNode outputs = story.path("outputs");
      List<Double> expected =
          flat(outputs.size() == 1 ? outputs.iterator().next() : outputs.path(named));
      assertThat(expected).isNotEmpty();
      List<Double> found = flat(output.path("data"));
      assertThat(found).hasSameSizeAs(expected);
      for (int i = 0; i < found.size(); i++) {
        assertThat(found.get(i)).as("%s[%d]", output, i).isCloseTo(expected.get(i), within(1e-5));
      }
    }
    assertThat(answers.path("outputs")).hasSameSizeAs(story.path("outputs"));
  }

  private static void says(String shown, String role, String name) {
    assertThat(shown).containsPattern(role + " +" + name + " (FLOAT32|INT64) \\[any");
  }

  /** As many features as there are numbers in a row of all inputs. */
  private Path imported(String name, JsonNode inputs) throws Exception {
    ArrayNode names = JSON.createArrayNode();
    for (JsonNode input : inputs) {
      for (int i = 0; i < Math.max(1, input.path(0).size()); i++) {
        names.add("f" + names.size());
      }
    }
    Path features = Files.writeString(directory.resolve(name + ".names"), names.toString());
    Path archive = directory.resolve(name + ".tar.gz");
    String file = MODELS.resolve(name + ".onnx").toString();
    Tool.run(0, "import", file, "--name", name, "--features", features + "", "--out", archive + "");
    return archive;
  }

  private static String tensors(JsonNode inputs) {
    ObjectNode request = JSON.createObjectNode();
    ArrayNode all = request.putArray("inputs");
    inputs
        .properties()
        .forEach(
            each -> {
              boolean whole = each.getValue().path(0).isIntegralNumber();
              ObjectNode tensor = all.addObject().put("name", each.getKey());
              tensor.put("datatype", whole ? "INT64" : "FP32");
              ArrayNode shape = tensor.putArray("shape").add(each.getValue().size());
              if (!whole) {
                shape.add(each.getValue().path(0).size());
              }
              tensor.set("data", each.getValue());
            });
    return request.toString();
  }

  private static List<Double> flat(JsonNode numbers) {
    List<Double> all = new ArrayList<>();
    for (JsonNode each : numbers) {
      if (each.isArray()) {
        all.addAll(flat(each));
      } else {
        all.add(each.asDouble());
      }
    }
    return all;
  }

  private JsonNode asked(String path, String body) throws Exception {
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(sidecar.address().resolve(path))
                .timeout(Duration.ofSeconds(60))
                .POST(BodyPublishers.ofString(body))
                .build(),
            BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }
}
