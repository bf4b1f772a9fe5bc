// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.decisionlab.models.ModelFormatException;
import org.decisionlab.models.bundle.FeatureFile;
import org.decisionlab.models.engine.Engines;
import org.decisionlab.models.engine.ModelFormat;
import org.decisionlab.models.evaluate.Evaluator;
import org.decisionlab.models.onnx.OnnxTreeReader;
import org.decisionlab.sidecar.Sidecar;
import org.decisionlab.sidecar.SidecarSettings;
import org.decisionlab.sidecar.auth.Identity;
import org.decisionlab.sidecar.fault.RefusedException;
import org.decisionlab.sidecar.serve.Ask;
import org.decisionlab.sidecar.serve.PublishOrder;
import org.decisionlab.sidecar.serve.ServedModel;
import org.decisionlab.sidecar.wire.Rounding;
import org.decisionlab.sidecar.wire.Rows;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Models made by others become bundles, are published, and answer as where they were made. */
class ImportTest {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Path IMPORTS = Path.of("src/test/resources/imports");

  @TempDir Path directory;

  private Path features(int count) throws Exception {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      names.add("\"f" + i + "\"");
    }
    return Files.writeString(directory.resolve("names.json"), names.toString());
  }

  @ParameterizedTest
  @CsvSource({"keras_mlp,6", "keras_lstm,30"})
  void kerasAnswersAsInKeras(String name, int width) throws Exception {
    Path archive = directory.resolve(name + ".tar.gz");
    String shown =
        Tool.run(
            0,
            "import",
            IMPORTS.resolve(name).toString(),
            "--name",
            name,
            "--features",
            features(width).toString(),
            "--out",
            archive.toString());
    assertThat(shown).contains("tensorflow 1.1.0", "golden rows");
    assertThat(Tool.run(0, "show", archive.toString()))
        .contains("f0", "FLOAT32", "input", "output");
    JsonNode expected = JSON.readTree(IMPORTS.resolve(name + ".json").toFile());
    try (Sidecar sidecar = Sidecar.start(SidecarSettings.of(0, directory.resolve("models")))) {
      sidecar.publisher().publishArchive(archive, true, PublishOrder.usual());
      ServedModel served = sidecar.registry().serving(name, Identity.local());
      assertThat(served.engine().name()).isEqualTo("tensorflow");
      assertThat(served.features()).hasSize(width).startsWith("f0", "f1");
      float[][] rows = floats(expected.path("rows"));
      float[][] answers =
          sidecar
              .predictor()
              .rows(new Ask(name, null, Identity.local()), new Rows(List.of(), rows, Rounding.NONE))
              .toCompletableFuture()
              .get(60, java.util.concurrent.TimeUnit.SECONDS)
              .rows();
      float[][] wanted = floats(expected.path("answers"));
      for (int row = 0; row < wanted.length; row++) {
        for (int i = 0; i < wanted[row].length; i++) {
          assertThat(answers[row][i]).isCloseTo(wanted[row][i], within(1e-5f));
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"xgboost.ubj", "lightgbm.txt"})
  void treesAnswerAsInTheLibraryThatMadeThem(String file) throws Exception {
    String name = file.substring(0, file.indexOf('.'));
    Path trees = IMPORTS.resolve("trees");
    Path names =
        Files.writeString(directory.resolve("abc.json"), "[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\"]");
    Path archive = directory.resolve(name + ".tar.gz");
    List<String> arguments =
        List.of(
            "import",
            trees.resolve(file).toString(),
            "--name",
            name,
            "--out",
            archive.toString(),
            "--features");
    List<String> wrong = new ArrayList<>(arguments);
    wrong.add(features(6).toString());
    assertThat(Tool.run(1, wrong.toArray(String[]::new)))
        .contains("trained with the features [a, b, c, d, e, f], the features file has [f0, f1");
    List<String> right = new ArrayList<>(arguments);
    right.add(names.toString());
    assertThat(Tool.run(0, right.toArray(String[]::new))).contains("golden rows");
    JsonNode expected = JSON.readTree(trees.resolve(name + "-answers.json").toFile());
    float[][] wanted = floats(expected.path("answers"));
    try (Sidecar sidecar = Sidecar.start(SidecarSettings.of(0, directory.resolve("models")))) {
      sidecar.publisher().publishArchive(archive, true, PublishOrder.usual());
      assertThat(sidecar.registry().serving(name, Identity.local()).engine().name())
          .isEqualTo("java");
      float[][] answers =
          sidecar
              .predictor()
              .rows(
                  new Ask(name, null, Identity.local()),
                  new Rows(
                      List.of("a", "b", "c", "d", "e", "f"),
                      floats(expected.path("rows")),
                      Rounding.NONE))
              .toCompletableFuture()
              .get(60, java.util.concurrent.TimeUnit.SECONDS)
              .rows();
      for (int row = 0; row < wanted.length; row++) {
        assertThat(answers[row][0]).isCloseTo(wanted[row][0], within(1e-5f));
      }
      float[] first = floats(expected.path("rows"))[0];
      assertThat(asked(sidecar, name, first)).isCloseTo(wanted[0][0], within(1e-5));
    }
  }

  /**
   * Classifiers with their maps by label and regressors, as scikit-learn's converters write them.
   */
  @ParameterizedTest
  @CsvSource({
    "forest_two,java",
    "forest_named,java",
    "forest_number,java",
    "boosted_two,java",
    "boosted_three,java",
    "boosted_number,java",
    "scaled_forest,java",
    "lightgbm_two,java",
    "lightgbm_three,java",
    "xgboost_two,java",
    "xgboost_three,java",
    "logistic,onnxruntime"
  })
  void onnxOfScikitLearnAnswersAsThere(String name, String engine) throws Exception {
    Path models = IMPORTS.resolve("sklearn");
    Path archive = directory.resolve(name + ".tar.gz");
    Path model = models.resolve(name + ".onnx");
    String shown =
        Tool.run(
            0,
            "import",
            model.toString(),
            "--name",
            name,
            "--features",
            features(5).toString(),
            "--out",
            archive.toString());
    assertThat(shown).contains("golden rows");
    JsonNode expected = JSON.readTree(models.resolve(name + ".json").toFile());
    float[][] rows = floats(expected.path("rows"));
    float[][] wanted = floats(expected.path("answers"));
    if (engine.equals("java")) {
      OnnxTreeReader.Read read = OnnxTreeReader.read(Files.readAllBytes(model), 5);
      assertThat(read).isNotNull();
      assertThat(read.labels()).hasSize(wanted[0].length == 1 ? 0 : wanted[0].length);
      for (int row = 0; row < rows.length; row++) {
        float[] answer = Evaluator.of(read.graph()).evaluate(rows[row]);
        assertThat(answer).containsExactly(wanted[row], within(1e-5f));
      }
    }
    try (Sidecar sidecar = Sidecar.start(SidecarSettings.of(0, directory.resolve("models")))) {
      sidecar.publisher().publishArchive(archive, true, PublishOrder.usual());
      assertThat(sidecar.registry().serving(name, Identity.local()).engine().name())
          .isEqualTo(engine);
      float[][] answers =
          sidecar
              .predictor()
              .rows(new Ask(name, null, Identity.local()), new Rows(List.of(), rows, Rounding.NONE))
              .toCompletableFuture()
              .get(60, java.util.concurrent.TimeUnit.SECONDS)
              .rows();
      for (int row = 0; row < wanted.length; row++) {
        assertThat(answers[row]).containsExactly(wanted[row], within(1e-5f));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"forest_two,4", "forest_two,6", "scaled_forest,4", "lightgbm_two,7", "logistic,6"})
  void namesOfAnotherNumberOfFeaturesAreRefused(String name, int names) throws Exception {
    Path out = directory.resolve("shifted.tar.gz");
    String shown =
        Tool.run(
            1,
            "import",
            IMPORTS.resolve("sklearn").resolve(name + ".onnx").toString(),
            "--name",
            name,
            "--features",
            features(names).toString(),
            "--out",
            out.toString());
    assertThat(shown).contains("takes 5 numbers, but %d features are named".formatted(names));
    assertThat(out).doesNotExist();
  }

  /** A label is a line of a file, so it has no end of a line. */
  @Test
  void aClassOfSeveralLinesIsRefused() throws Exception {
    byte[] file = Files.readAllBytes(IMPORTS.resolve("sklearn/forest_named.onnx"));
    String text = new String(file, StandardCharsets.ISO_8859_1).replace("warm", "war\n");
    Path model = directory.resolve("lines.onnx");
    Files.write(model, text.getBytes(StandardCharsets.ISO_8859_1));
    String shown =
        Tool.run(
            1,
            "import",
            model.toString(),
            "--name",
            "lines",
            "--features",
            features(5).toString(),
            "--out",
            directory.resolve("lines.tar.gz").toString());
    assertThat(shown).contains("one line of text without control characters");
  }

  /** The answer of TFaaS's door. */
  private static double asked(Sidecar sidecar, String name, float[] row) throws Exception {
    String body =
        "{\"keys\":[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\"],\"values\":%s,\"model\":\"%s\"}"
            .formatted(Arrays.toString(row), name);
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(sidecar.address().resolve("/json"))
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body()).path(0).asDouble();
  }

  @Test
  void onnxBecomesABundleToo() throws Exception {
    Path model =
        Files.write(directory.resolve("net.onnx"), Nets.bytes(Nets.random(3), ModelFormat.ONNX));
    Path archive = directory.resolve("net.tar.gz");
    String shown =
        Tool.run(
            0,
            "import",
            model.toString(),
            "--name",
            "net",
            "--features",
            features(Nets.WIDTH).toString(),
            "--out",
            archive.toString());
    assertThat(shown).contains("onnxruntime 1.28.0");
    try (Sidecar sidecar = Sidecar.start(SidecarSettings.of(0, directory.resolve("models")))) {
      sidecar.publisher().publishArchive(archive, true, PublishOrder.usual());
      assertThat(sidecar.registry().serving("net", Identity.local()).check())
          .isEqualTo("16 golden rows");
    }
  }

  @Test
  void whatDoesNotFitIsRefused() throws Exception {
    Path model =
        Files.write(directory.resolve("net.onnx"), Nets.bytes(Nets.random(3), ModelFormat.ONNX));
    Path out = directory.resolve("x.tar.gz");
    String shown =
        Tool.run(
            1,
            "import",
            model.toString(),
            "--name",
            "net",
            "--features",
            features(Nets.WIDTH + 1).toString(),
            "--out",
            out.toString());
    assertThat(shown).contains("takes 6 numbers, but 7 features are named");
    assertThat(out).doesNotExist();
    assertThat(Tool.run(1, "show", directory.resolve("nothing").toString())).contains("nothing");
    for (String wrong : List.of("{}", "[]", "[1]", "[\"a\",\"a\"]", "[\"\"]", "x")) {
      assertThatThrownBy(() -> FeatureFile.parse(wrong.getBytes(StandardCharsets.UTF_8)))
          .isInstanceOf(ModelFormatException.class)
          .hasMessageContaining("features.json");
    }
  }

  @Test
  void aSidecarWithoutTheEngineSaysSo() throws Exception {
    Path archive = directory.resolve("keras_mlp.tar.gz");
    Tool.run(
        0,
        "import",
        IMPORTS.resolve("keras_mlp").toString(),
        "--name",
        "keras_mlp",
        "--features",
        features(6).toString(),
        "--out",
        archive.toString());
    Engines lite = new Engines(Engines.installed().inOrder().subList(0, 1));
    SidecarSettings usual = SidecarSettings.of(0, directory.resolve("models"));
    SidecarSettings settings = usual.withServing(usual.serving().with(lite));
    try (Sidecar sidecar = Sidecar.start(settings)) {
      assertThatThrownBy(
              () -> sidecar.publisher().publishArchive(archive, true, PublishOrder.usual()))
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining("cannot be read: java:");
    }
  }

  private static float[][] floats(JsonNode rows) {
    float[][] floats = new float[rows.size()][];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = new float[rows.get(i).size()];
      for (int j = 0; j < floats[i].length; j++) {
        floats[i][j] = rows.get(i).get(j).floatValue();
      }
    }
    return floats;
  }
}
