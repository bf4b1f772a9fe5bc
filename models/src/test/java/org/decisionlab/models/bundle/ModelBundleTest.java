// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.decisionlab.models.ModelFormatException;
import org.decisionlab.models.evaluate.Evaluator;
import org.decisionlab.models.evaluate.RandomNets;
import org.decisionlab.models.graph.ModelGraph;
import org.decisionlab.models.testing.OnnxRuntime;
import org.decisionlab.models.testing.TensorFlowRuntime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelBundleTest {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  @TempDir private Path folder;
  private final ModelBundle bundle = Bundles.random("keep_or_not", 5);

  @Test
  void theDirectoryHasWhatServersExpect() throws Exception {
    Path written = bundle.writeFolder(folder);
    assertThat(written).hasFileName("keep_or_not");
    assertThat(names(written))
        .containsExactly(
            "assets",
            "labels.txt",
            "model-card.json",
            "model.onnx",
            "model.pb",
            "params.json",
            "saved_model.pb",
            "variables");
    assertThat(written.resolve("assets")).isEmptyDirectory();
    assertThat(written.resolve("variables")).isEmptyDirectory();
    assertThat(written.resolve("labels.txt")).hasContent("reuse\n");
    assertThat(names(folder)).containsExactly("keep_or_not");
  }

  @Test
  void whatTheCardLetsBeMissingTheGraphMustReplace() {
    ModelCard card = bundle.card();
    String name = card.features().names().get(0);
    ModelCard claim =
        new ModelCard(
            card.name(),
            card.description(),
            card.features(),
            card.statistics(),
            card.decision(),
            card.provenance(),
            card.metrics(),
            card.selfCheck(),
            card.goldenRows(),
            List.of(name));
    assertThatThrownBy(() -> ModelBundle.of(bundle.graph(), claim, bundle.labels()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the card says that %s may be missing; the graph puts nothing in its place", name);
  }

  @Test
  void paramsHaveBothSpellings() throws Exception {
    JsonNode params = JSON.readTree(bundle.file(ModelBundle.PARAMS));
    assertThat(params.path("name").asText()).isEqualTo("keep_or_not");
    assertThat(params.path("model").asText()).isEqualTo("saved_model.pb");
    assertThat(params.path("labels").asText()).isEqualTo("labels.txt");
    assertThat(params.path("input_node")).isEqualTo(params.path("inputNode"));
    assertThat(params.path("output_node")).isEqualTo(params.path("outputNode"));
    assertThat(params.path("input_name").asText()).isEqualTo("serving_default_inputs_input");
    assertThat(params.path("output_name").asText()).isEqualTo("StatefulPartitionedCall");
    assertThat(params.path("timestamp").asText()).isEqualTo("2026-02-01T10:11:12Z");
  }

  @Test
  void everyFormGivesTheAnswersOfTheCard() throws Exception {
    Path written = bundle.writeFolder(folder);
    JsonNode params = JSON.readTree(bundle.formParams());
    assertThat(params.path("model").asText()).isEqualTo("model.pb");
    float[][] rows =
        bundle.card().goldenRows().stream().map(GoldenRow::inputArray).toArray(float[][]::new);
    byte[] saved = Files.readAllBytes(written.resolve("saved_model.pb"));
    byte[] frozen = Files.readAllBytes(written.resolve("model.pb"));
    byte[] onnx = Files.readAllBytes(written.resolve("model.onnx"));
    String input = params.path("input_node").asText();
    String output = params.path("output_node").asText();
    for (float[][] answers :
        List.of(
            TensorFlowRuntime.servedByName(saved, folder.resolve("tf"), rows),
            TensorFlowRuntime.frozen(frozen, input, output, rows),
            OnnxRuntime.run(onnx, rows))) {
      for (int i = 0; i < rows.length; i++) {
        float expected = bundle.card().goldenRows().get(i).outputs().get(0);
        assertThat(Math.abs(answers[i][0] - expected)).isLessThan(1e-5f);
      }
    }
  }

  @Test
  void whatIsWrittenIsReadBack() throws Exception {
    Path archive = folder.resolve("bundle.tar.gz");
    bundle.writeArchive(archive);
    for (Path path : List.of(archive, bundle.writeFolder(folder))) {
      ModelBundle read = ModelBundle.read(path);
      assertThat(read.card()).isEqualTo(bundle.card());
      assertThat(read.labels()).containsExactly("reuse");
      assertThat(read.toArchive()).isEqualTo(bundle.toArchive());
      GoldenReport report = read.verifyGoldenRows(Evaluator.of(read.graph()));
      assertThat(report.passed()).isTrue();
      assertThat(report.rows()).isEqualTo(16);
      assertThat(report.largestDifference()).isZero();
    }
    assertThat(names(folder)).containsExactly("bundle.tar.gz", "keep_or_not");
  }

  @Test
  void theSameModelMakesTheSameBytes() throws Exception {
    assertThat(Bundles.random("keep_or_not", 5).toArchive()).isEqualTo(bundle.toArchive());
    assertThat(Bundles.random("keep_or_not", 6).toArchive()).isNotEqualTo(bundle.toArchive());
  }

  @Test
  void gnuTarReadsTheArchive() throws Exception {
    Path archive = folder.resolve("bundle.tar.gz");
    bundle.writeArchive(archive);
    Process tar =
        new ProcessBuilder("tar", "-tzf", archive.toString()).redirectErrorStream(true).start();
    String listing = new String(tar.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(tar.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(tar.exitValue()).as(listing).isZero();
    assertThat(listing.lines())
        .containsExactly(
            "keep_or_not/",
            "keep_or_not/assets/",
            "keep_or_not/labels.txt",
            "keep_or_not/model-card.json",
            "keep_or_not/model.onnx",
            "keep_or_not/model.pb",
            "keep_or_not/params.json",
            "keep_or_not/saved_model.pb",
            "keep_or_not/variables/");
  }

  @Test
  void anExistingDirectoryIsLeftAlone() throws Exception {
    Path existing = Files.createDirectory(folder.resolve("keep_or_not"));
    assertThatExceptionOfType(FileAlreadyExistsException.class)
        .isThrownBy(() -> bundle.writeFolder(folder));
    assertThat(existing).isEmptyDirectory();
    assertThat(names(folder)).containsExactly("keep_or_not");
  }

  @Test
  void aModelThatMissesItsGoldenRowsIsFound() {
    ModelGraph other = RandomNets.dense(6, Bundles.FEATURES.size(), 8, 1);
    GoldenReport report = bundle.verifyGoldenRows(Evaluator.of(other));
    assertThat(report.passed()).isFalse();
    assertThat(report.worst()).contains("expected", "found");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ModelBundle.of(other, bundle.card(), List.of("reuse")))
        .withMessageContaining("golden row");
  }

  @Test
  void whatDoesNotBelongTogetherIsRefused() throws Exception {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ModelBundle.of(bundle.graph(), bundle.card(), List.of("a", "b")))
        .withMessage("the graph gives 1 outputs; there are 2 labels");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ModelBundle.of(bundle.graph(), bundle.card(), List.of("a\n")))
        .withMessageContaining("without control characters");
    ModelGraph narrow = RandomNets.dense(5, 3, 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ModelBundle.of(narrow, bundle.card(), List.of("reuse")))
        .withMessageContaining("takes 3 features");
    Path written = bundle.writeFolder(folder);
    Files.delete(written.resolve("labels.txt"));
    refused(written, "has no file labels.txt");
    Files.createSymbolicLink(written.resolve("labels.txt"), Path.of("model-card.json"));
    refused(written, "has no file labels.txt");
    Files.delete(written.resolve("labels.txt"));
    Files.writeString(written.resolve("labels.txt"), "a\nb\n");
    refused(written, "there are 2 labels");
  }

  private static void refused(Path path, String reason) {
    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(() -> ModelBundle.read(path))
        .withMessageContaining(reason);
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> list = Files.list(directory)) {
      return list.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }
}
