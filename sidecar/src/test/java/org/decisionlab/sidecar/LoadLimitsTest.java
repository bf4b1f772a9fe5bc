// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.decisionlab.models.graph.ModelGraph;
import org.decisionlab.models.graph.ModelGraphBuilder;
import org.decisionlab.models.graph.Movement;
import org.decisionlab.models.graph.Node;
import org.decisionlab.models.graph.Operation;
import org.decisionlab.models.graph.Tensor;
import org.decisionlab.models.graph.Window;
import org.decisionlab.models.proto.WireWriter;
import org.decisionlab.models.tensorflow.GraphDefWriter;
import org.decisionlab.sidecar.Client.Part;
import org.decisionlab.sidecar.Client.Reply;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Models that are too slow or too large to load, given to the built program with 256 MB of heap:
 * each is refused with the reason, and another model answers meanwhile.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LoadLimitsTest {

  private static final int CHANNELS = 64;
  private static final int SIDE = 8;
  private static final int WINDOW = 7;
  private static final int LAYERS = 20;
  private static final String RIGHT = "[0.09003057,0.24472848,0.66524094]\n";

  private SidecarProcess sidecar;
  private Client client;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    sidecar = SidecarProcess.start(directory.resolve("models"), "--load-limit", "2");
    client = sidecar.client();
    assertThat(client.form("POST", "/upload", Fixtures.f1Form("f1")).status()).isEqualTo(200);
  }

  @AfterAll
  void stop() {
    sidecar.close();
  }

  @Test
  void oneThatIsTooSlowIsRefusedAndOthersAnswerMeanwhile() throws Exception {
    Reply reply = whileOthersAreAsked(slow());
    assertThat(reply.status()).isEqualTo(422);
    assertThat(reply.json().path("error").asText())
        .isEqualTo("model 'large' did not load within 2 s");
  }

  /** A constant that is written as one number and declared as many. */
  @Test
  void oneThatDeclaresMoreThanThereMayBeIsRefused() throws Exception {
    Reply reply = whileOthersAreAsked(declaring(1 << 16, 1 << 16));
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.json().path("error").asText()).contains("node w (Const)");
  }

  @Test
  void oneThatDeclaresMoreThanFitsIsRefused() throws Exception {
    Reply reply = whileOthersAreAsked(declaring(1 << 13, (1 << 13) - 2));
    assertThat(reply.status()).isBetween(400, 499);
    assertThat(reply.json().path("error").asText()).contains("large");
  }

  private Reply whileOthersAreAsked(byte[] graph) throws Exception {
    CompletableFuture<Reply> upload = CompletableFuture.supplyAsync(() -> upload(graph));
    int answers = 0;
    do {
      assertThat(client.post("/json", "{\"values\":[1,2,3],\"model\":\"f1\"}").text())
          .isEqualTo(RIGHT);
      answers++;
    } while (!upload.isDone());
    Reply reply = upload.get(60, TimeUnit.SECONDS);
    assertThat(answers).isPositive();
    assertThat(reply.isError()).as(reply.text()).isTrue();
    assertThat(client.get("/models").json().findValuesAsText("name")).containsExactly("f1");
    return reply;
  }

  private Reply upload(byte[] graph) {
    Map<String, Part> parts = new LinkedHashMap<>();
    String params =
        "{\"name\":\"large\",\"model\":\"m.pb\",\"input_node\":\"x\",\"output_node\":\"y\"}";
    parts.put("name", Part.field("large"));
    parts.put("params", Part.file("params.json", Fixtures.utf8(params)));
    parts.put("model", Part.file("m.pb", graph));
    return client.form("POST", "/upload", parts);
  }

  /** A small file and little memory: one kernel that goes over small images again and again. */
  private static byte[] slow() {
    ModelGraphBuilder builder = ModelGraph.builder();
    float[] weights = Models.row(new Random(7), CHANNELS * CHANNELS * WINDOW * WINDOW);
    Node kernel = builder.constant(Tensor.of(weights, CHANNELS, CHANNELS, WINDOW, WINDOW));
    Node images = builder.input("x", List.of(CHANNELS, SIDE, SIDE));
    List<Integer> around = List.of(0, WINDOW / 2, WINDOW / 2);
    Operation pad = new Movement.Pad(around, around, 0);
    Operation slide = new Window.Convolution(List.of(1, 1), List.of(1, 1), 1);
    for (int i = 0; i < LAYERS; i++) {
      images = builder.sigmoid(builder.apply(slide, builder.apply(pad, images), kernel));
    }
    Node rows = builder.apply(new Movement.Reshape(List.of(CHANNELS * SIDE * SIDE)), images);
    return GraphDefWriter.write(builder.build(builder.identity("y", rows)));
  }

  /** x[?,rows] times a constant that is declared as [rows,columns]. */
  private static byte[] declaring(int rows, int columns) {
    Consumer<WireWriter> type = v -> v.varint(6, 1);
    return new WireWriter()
        .message(
            1,
            n ->
                n.text(1, "x")
                    .text(2, "Placeholder")
                    .entry(5, "dtype", type)
                    .entry(5, "shape", v -> v.message(7, s -> shape(s, -1, rows))))
        .message(
            1,
            n ->
                n.text(1, "w")
                    .text(2, "Const")
                    .entry(5, "dtype", type)
                    .entry(
                        5,
                        "value",
                        v ->
                            v.message(
                                8,
                                t ->
                                    t.varint(1, 1)
                                        .message(2, s -> shape(s, rows, columns))
                                        .floats(5, 0.5f))))
        .message(
            1, n -> n.text(1, "y").text(2, "MatMul").text(3, "x").text(3, "w").entry(5, "T", type))
        .toByteArray();
  }

  private static void shape(WireWriter shape, int... sizes) {
    for (int size : sizes) {
      shape.message(2, axis -> axis.varint(1, size));
    }
  }
}
