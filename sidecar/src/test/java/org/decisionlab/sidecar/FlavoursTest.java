// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import org.decisionlab.sidecar.Client.Reply;
import org.decisionlab.sidecar.SidecarProcess.Flavour;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program with and without engines in native code, over one store with models for each. */
class FlavoursTest {

  private static final Path IMPORTS = Path.of("src/test/resources/imports");
  private static final int KERAS_WIDTH = 6;

  @TempDir static Path directory;

  @BeforeAll
  static void publish() throws Exception {
    try (SidecarProcess sidecar = SidecarProcess.start(Flavour.ALL, directory.resolve("models"))) {
      byte[] bundle = Models.archive(Models.constant("everywhere", 1, 0.5));
      byte[] onnx =
          new Tar()
              .directory("only_onnx/")
              .file("only_onnx/model.onnx", Models.constant("only_onnx", 2, 0.5).file("model.onnx"))
              .bytes();
      Tar keras = new Tar().directory("keras/").directory("keras/assets/");
      for (String file :
          List.of(
              "saved_model.pb",
              "variables/variables.index",
              "variables/variables.data-00000-of-00001")) {
        Path from = IMPORTS.resolve("keras_mlp").resolve(file);
        keras.file("keras/" + file, java.nio.file.Files.readAllBytes(from));
      }
      for (byte[] archive : List.of(bundle, onnx, keras.bytes())) {
        Reply reply = sidecar.client().post("/upload", archive);
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
      }
    }
  }

  private static int status(Client client, String model, int width) {
    String row = PublishTest.rowJson(model, List.of(), new float[width]);
    return client.post("/json", row).status();
  }

  private static void answers(Flavour flavour, int onnx, int keras) throws Exception {
    int width = Models.FEATURES.size();
    try (SidecarProcess sidecar = SidecarProcess.start(flavour, directory.resolve("models"))) {
      Client client = sidecar.client();
      assertThat(status(client, "everywhere", width)).isEqualTo(200);
      assertThat(status(client, "only_onnx", width)).isEqualTo(onnx);
      assertThat(status(client, "keras", KERAS_WIDTH)).isEqualTo(keras);
      for (JsonNode entry : client.get("/models").json()) {
        if (entry.path("state").asText().equals("damaged")) {
          assertThat(entry.path("problem").asText())
              .containsAnyOf("no engine for ONNX is installed", "java: ");
        }
      }
    }
  }

  @Test
  void liteServesWhatTheEvaluatorReadsAndSaysWhyNotTheRest() throws Exception {
    answers(Flavour.LITE, 500, 500);
  }

  @Test
  void onnxServesOnnxToo() throws Exception {
    answers(Flavour.ONNX, 200, 500);
  }

  @Test
  void allServesAll() throws Exception {
    answers(Flavour.ALL, 200, 200);
  }
}
