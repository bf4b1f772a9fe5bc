// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.decisionlab.models.proto.WireWriter;
import org.decisionlab.sidecar.Client.Reply;
import org.decisionlab.sidecar.SidecarProcess.Flavour;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the asker does not get is no answer of the model: drift and the like pass it over. */
class RefusedAnswersTest {

  @TempDir Path directory;

  /** Two columns, the first divided by the second. */
  private static byte[] quotient() {
    WireWriter node = new WireWriter().text(1, "a").text(1, "b").text(2, "y").text(4, "Div");
    WireWriter graph = new WireWriter().bytes(1, node.toByteArray()).text(2, "g");
    graph.bytes(11, column("a")).bytes(11, column("b")).bytes(12, column("y"));
    return new WireWriter()
        .varint(1, 8)
        .bytes(7, graph.toByteArray())
        .message(8, operations -> operations.varint(2, 13))
        .toByteArray();
  }

  private static byte[] column(String name) {
    WireWriter shape =
        new WireWriter()
            .message(1, axis -> axis.text(2, "rows"))
            .message(1, axis -> axis.varint(1, 1));
    return new WireWriter()
        .text(1, name)
        .message(
            2, type -> type.message(1, tensor -> tensor.varint(1, 1).bytes(2, shape.toByteArray())))
        .toByteArray();
  }

  private static Reply divided(Client client, int by) {
    String question = "{\"instances\":[{\"a\":[1],\"b\":[" + by + "]}]}";
    return client.post("/v1/models/div:predict", question);
  }

  @Test
  void anAnswerThatIsRefusedIsNotCounted() throws Exception {
    try (SidecarProcess sidecar = SidecarProcess.start(Flavour.ALL, directory.resolve("models"))) {
      Client client = sidecar.client();
      byte[] archive = new Tar().directory("div/").file("div/model.onnx", quotient()).bytes();
      Reply upload = client.post("/upload", archive);
      assertThat(upload.status()).as(upload.text()).isEqualTo(200);
      assertThat(divided(client, 0).status()).isEqualTo(422);
      Reply half = divided(client, 2);
      assertThat(half.status()).as(half.text()).isEqualTo(200);
      assertThat(half.json().path("predictions").path(0).path(0).asDouble()).isEqualTo(0.5);
      String drift = "/v1/registry/models/div/drift";
      assertThat(client.get(drift).json().path("rows").asInt()).isEqualTo(1);
    }
  }
}
