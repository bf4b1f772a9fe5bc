// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.decisionlab.models.graph.ModelGraph;
import org.decisionlab.models.graph.ModelGraphBuilder;
import org.decisionlab.models.graph.Node;
import org.decisionlab.models.graph.Tensor;
import org.decisionlab.models.tensorflow.GraphDefWriter;
import org.decisionlab.sidecar.Client.Part;
import org.decisionlab.sidecar.Client.Reply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SwitchTest {

  private static final int CLIENTS = 32;
  private static final int VERSIONS = 50;
  private static final int WIDTH = 64;

  /** Version k answers k everywhere, so an answer of two versions would show two numbers. */
  @Test
  void everyAnswerIsOfExactlyOneVersionAndVersionsDoNotGoBack(@TempDir Path directory)
      throws Exception {
    try (LocalSidecar sidecar = LocalSidecar.start(directory.resolve("models"))) {
      Client publisher = sidecar.client();
      publish(publisher, 1);
      AtomicBoolean done = new AtomicBoolean();
      ExecutorService pool = Executors.newFixedThreadPool(CLIENTS);
      List<Future<Integer>> askers = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        askers.add(pool.submit(asker(sidecar.client(), done)));
      }
      for (int version = 2; version <= VERSIONS; version++) {
        publish(publisher, version);
        assertThat(ask(publisher)).isEqualTo(version);
      }
      done.set(true);
      for (Future<Integer> asker : askers) {
        assertThat(asker.get(60, TimeUnit.SECONDS)).isPositive();
      }
      pool.shutdown();
    }
  }

  private static Callable<Integer> asker(Client client, AtomicBoolean done) {
    return () -> {
      int answers = 0;
      int latest = 0;
      while (!done.get()) {
        int version = ask(client);
        assertThat(version).isGreaterThanOrEqualTo(latest);
        latest = version;
        answers++;
      }
      return answers;
    };
  }

  private static int ask(Client client) {
    Reply reply = client.post("/json", "{\"values\":[0],\"model\":\"steps\"}");
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    int version = reply.json().get(0).asInt();
    assertThat(reply.json()).hasSize(WIDTH).allMatch(number -> number.asInt() == version);
    return version;
  }

  private static void publish(Client client, int version) {
    ModelGraphBuilder builder = ModelGraph.builder();
    Node rows = builder.input("x", 1);
    Node zeros = builder.constant(Tensor.of(new float[WIDTH], 1, WIDTH));
    float[] answer = new float[WIDTH];
    java.util.Arrays.fill(answer, version);
    Node sum = builder.add(builder.matMul(rows, zeros), builder.constant(Tensor.vector(answer)));
    ModelGraph graph = builder.build(builder.identity("y", sum));
    String params =
        "{\"name\":\"steps\",\"model\":\"m.pb\",\"input_node\":\"x\",\"output_node\":\"y\"}";
    Reply reply =
        client.form(
            "POST",
            "/upload",
            Map.of(
                "name",
                Part.field("steps"),
                "params",
                Part.file("params.json", Fixtures.utf8(params)),
                "model",
                Part.file("m.pb", GraphDefWriter.write(graph))));
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
  }
}
