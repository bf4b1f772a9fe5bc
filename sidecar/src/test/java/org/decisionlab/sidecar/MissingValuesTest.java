// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.decisionlab.models.bundle.GoldenRow;
import org.decisionlab.models.bundle.ModelBundle;
import org.decisionlab.models.bundle.ModelCard;
import org.decisionlab.models.engine.Engines;
import org.decisionlab.models.evaluate.Evaluator;
import org.decisionlab.models.graph.ModelGraph;
import org.decisionlab.models.proto.WireWriter;
import org.decisionlab.sidecar.Client.Reply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A value that is missing is taken where the model says what stands for it, else by no door. */
class MissingValuesTest {

  private static final int WIDTH = Models.FEATURES.size();
  private static final List<String> NAMES = Models.FEATURES.names();

  @TempDir Path directory;

  @Test
  void everyDoorTakesThemOfAModelThatCan() throws Exception {
    try (LocalSidecar sidecar = LocalSidecar.start(directory.resolve("models"))) {
      Client client = sidecar.client();
      publish(client);
      ask(client, "null", -1);
      ask(client, "7", 7);
      assertThat(proto(client, Float.NaN, 0).status()).isEqualTo(200);
      // Of the second feature the model does not say what stands for it.
      Reply refused = proto(client, 1, Float.NaN);
      assertThat(refused.status()).isEqualTo(400);
    }
  }

  @Test
  void aFeatureThatMustBeThereIsNamed() throws Exception {
    try (LocalSidecar sidecar = LocalSidecar.start(directory.resolve("models"))) {
      Client client = sidecar.client();
      byte[] archive = Models.archive(Models.random("plain", 3, 0.5));
      assertThat(client.post("/upload", archive).status()).isEqualTo(200);
      for (String[] door : doors("plain", "null")) {
        Reply reply = client.post(door[0], door[1]);
        assertThat(reply.status()).as(door[0] + ": " + reply.text()).isEqualTo(400);
        assertThat(reply.json().path("error").asText())
            .contains("feature '" + NAMES.get(0) + "'", "missing");
      }
    }
  }

  /** An engine of others does not know: the card tells, as far as its golden rows show it. */
  @Test
  void whatAnEngineDoesNotKnowIsToldByTheCard() throws Exception {
    Engines engines = new Engines(List.of(new WatchedEngine(file -> {}, row -> {})));
    try (LocalSidecar sidecar =
        LocalSidecar.start(
            directory.resolve("models"), s -> s.withServing(s.serving().with(engines)))) {
      Client client = sidecar.client();
      publish(client);
      assertThat(proto(client, Float.NaN, 0).status()).isEqualTo(400);
      publish(client, told(Float.NaN));
      ask(client, "null", -1);
      assertThat(proto(client, 1, Float.NaN).status()).isEqualTo(400);
      publish(client, told(0));
      assertThat(proto(client, Float.NaN, 0).status()).isEqualTo(400);
    }
  }

  /** A card that names the first feature, with one golden row. */
  private static ModelBundle told(float first) {
    ModelGraph graph = Models.firstOrReplaced();
    ModelCard card = Models.bundle("gaps", graph, new Random(1), 0.5).card();
    float[] row = new float[WIDTH];
    row[0] = first;
    ModelCard telling =
        new ModelCard(
            card.name(),
            card.description(),
            card.features(),
            card.statistics(),
            card.decision(),
            card.provenance(),
            card.metrics(),
            card.selfCheck(),
            List.of(GoldenRow.of(row, Evaluator.of(graph).evaluate(row))),
            List.of(NAMES.get(0)));
    return ModelBundle.of(graph, telling, List.of("reuse"));
  }

  private static void publish(Client client, ModelBundle bundle) {
    assertThat(client.post("/upload", Models.archive(bundle)).status()).isEqualTo(200);
  }

  private static void publish(Client client) {
    byte[] archive =
        Models.archive(Models.bundle("gaps", Models.firstOrReplaced(), new Random(1), 0.5));
    assertThat(client.post("/upload", archive).status()).isEqualTo(200);
  }

  private static void ask(Client client, String first, double expected) {
    for (String[] door : doors("gaps", first)) {
      Reply reply = client.post(door[0], door[1]);
      assertThat(reply.status()).as(door[0] + ": " + reply.text()).isEqualTo(200);
      String number =
          reply.text().replaceAll("(?s).*?(\\[+|probability\":)(-?[0-9.]+)[],}].*", "$2");
      if (door[0].startsWith("/v2") && !door[0].endsWith("predict")) {
        number = reply.json().path("outputs").get(0).path("data").get(0).asText();
      }
      assertThat(Double.parseDouble(number)).as(door[0] + ": " + reply.text()).isEqualTo(expected);
    }
  }

  /** Paths and bodies that ask the same row: the first value, and 0 for all others. */
  private static List<String[]> doors(String model, String first) {
    String row = first + ",0".repeat(WIDTH - 1);
    String named =
        "\""
            + NAMES.get(0)
            + "\":"
            + first
            + NAMES.stream()
                .skip(1)
                .map(name -> ",\"" + name + "\":0")
                .collect(Collectors.joining());
    return List.of(
        new String[] {"/json", "{\"model\":\"" + model + "\",\"values\":[" + row + "]}"},
        new String[] {"/v1/models/" + model + ":predict", "{\"instances\":[[" + row + "]]}"},
        new String[] {"/v1/models/" + model + ":predict", "{\"instances\":[{" + named + "}]}"},
        new String[] {"/v2/models/" + model + "/predict", "{\"data\":[[" + row + "]]}"},
        new String[] {
          "/v2/models/" + model + "/infer",
          "{\"inputs\":[{\"name\":\"inputs\",\"datatype\":\"FP32\",\"shape\":[1,"
              + WIDTH
              + "],\"data\":["
              + row
              + "]}]}"
        });
  }

  private static Reply proto(Client client, float first, float second) {
    float[] row = new float[WIDTH];
    row[0] = first;
    row[1] = second;
    return client.post("/proto", new WireWriter().floats(2, row).text(3, "gaps").toByteArray());
  }
}
