// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.training;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.List;
import org.decisionlab.kernel.testing.KernelClient;
import org.decisionlab.kernel.testing.KernelClient.Received;
import org.decisionlab.kernel.testing.KernelClient.Run;
import org.decisionlab.kernel.testing.KernelProcess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Trainings in cells of a real kernel: what is shown, and what an interrupt leaves. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TrainingCellsTest {

  private static final String TABLES =
      """
      import tech.tablesaw.api.*;
      Table rows(int count, long seed) {
        var random = new java.util.Random(seed);
        var size = FloatColumn.create("size", count);
        var idle = FloatColumn.create("file_idle", count);
        var label = BooleanColumn.create("label", count);
        for (int i = 0; i < count; i++) {
          size.set(i, (float) (20 + 3 * random.nextGaussian()));
          idle.set(i, (float) (8 * random.nextDouble()));
          label.set(i, random.nextDouble() < 1 / (1 + Math.exp(idle.get(i) - 4)));
        }
        return Table.create("rows", size, idle, label);
      }
      FeatureMap features = FeatureMap.standard().select("size", "file_idle");
      TrainedModel model = null;
      """;

  private static final String RUN =
      "TrainingRun.of(rows(4000, 1), rows(1000, 2)).features(features).batchSize(256).seed(7)";

  private KernelProcess process;
  private KernelClient client;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    process =
        KernelProcess.start(
            folder.toRealPath(),
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                "org.decisionlab.kernel.KernelMain",
                "{connection_file}"));
    client = KernelClient.ready(process);
    assertThat(client.execute(TABLES).status()).isEqualTo("ok");
  }

  @AfterAll
  void stop() {
    try {
      client.close();
    } finally {
      process.close();
    }
  }

  private static List<Received> displays(Run run) {
    return run.outputs().stream().filter(m -> m.type().endsWith("display_data")).toList();
  }

  private static String data(Received display, String mime) {
    return display.content().getAsJsonObject("data").get(mime).getAsString();
  }

  private static String displayId(Received display) {
    return display.content().getAsJsonObject("transient").get("display_id").getAsString();
  }

  @Test
  void oneDisplayIsUpdatedInPlaceAndHasChartsAndText() {
    Run run = client.execute("try (var first = " + RUN + ".epochs(4).fit()) {}");
    assertThat(run.status()).as("%s", run.reply()).isEqualTo("ok");
    List<Received> displays = displays(run);
    assertThat(displays.stream().filter(m -> m.type().equals("display_data"))).hasSize(1);
    assertThat(displays.stream().map(TrainingCellsTest::displayId).distinct()).hasSize(1);
    Received last = displays.get(displays.size() - 1);
    assertThat(data(last, "text/plain"))
        .contains("training: 4 epochs in ", "run to its end; best is epoch ", "validation AUC");
    String html = data(last, "text/html");
    assertThat(html.split("src=\"data:image/svg\\+xml;base64,", -1)).hasSize(3);
    assertThat(html).hasSizeLessThan(20_000);
  }

  @Test
  void treesAreShownLikeNets() {
    for (String library : List.of("xgboost", "lightgbm")) {
      Run run =
          client.execute(
              "try (var trees = TreeTrainingRun."
                  + library
                  + "(rows(4000, 1), rows(1000, 2)).features(features).rounds(5).fit()) "
                  + "{ System.out.println(trees.graph().features()); }");
      assertThat(run.status()).as("%s", run.reply()).isEqualTo("ok");
      List<Received> displays = displays(run);
      assertThat(displays.stream().filter(m -> m.type().equals("display_data"))).hasSize(1);
      Received last = displays.get(displays.size() - 1);
      assertThat(data(last, "text/plain")).contains(" 5 rounds in ", "best is round ");
      assertThat(data(last, "text/html").split("src=\"data:image/svg\\+xml;base64,", -1))
          .hasSize(3);
    }
  }

  @Test
  void severalTrainingsOfOneCellShareItsDisplay() {
    Run run =
        client.execute(
            "for (int seed = 1; seed <= 3; seed++) "
                + RUN
                + ".seed(seed).epochs(1).fit().close();");
    assertThat(run.status()).as("%s", run.reply()).isEqualTo("ok");
    List<Received> displays = displays(run);
    assertThat(displays.stream().filter(m -> m.type().equals("display_data"))).hasSize(1);
    Received last = displays.get(displays.size() - 1);
    assertThat(data(last, "text/plain").split("training: 1 epoch in ", -1)).hasSize(4);
    assertThat(data(last, "text/html").split("<img", -1)).hasSize(3);
  }

  @Test
  void anInterruptKeepsTheBestEpochAndSaysSoAndEndsTheRestOfTheCell() {
    String id =
        client.submit(
            "model = " + RUN + ".epochs(100000).patience(100000).fit();\nwhile (true) {}");
    client.await(
        m ->
            m.parent().equals(id)
                && m.type().endsWith("display_data")
                && data(m, "text/plain").contains("best is epoch"));
    client.request("control", "interrupt_request", new JsonObject());
    Run run = client.finish(id);
    assertThat(run.status()).isEqualTo("error");
    List<Received> displays = displays(run);
    assertThat(data(displays.get(displays.size() - 1), "text/plain"))
        .contains("interrupted, best until then kept; best is epoch ");
    Run after =
        client.execute("model.training().stop() + \": \" + model.predict(rows(5, 3)).length");
    assertThat(after.result()).isEqualTo("interrupted, best until then kept: 5");
  }

  @Test
  void withoutTensorFlowATrainableExportSaysWhatItNeeds() {
    Run run =
        client.execute(
            "try (var trained = "
                + RUN
                + ".epochs(1).quiet().fit()) {\n"
                + "  ModelExport.of(trained).toTrainable(java.nio.file.Path.of(\"nowhere\"));\n}");
    assertThat(run.status()).isEqualTo("error");
    assertThat(run.trace())
        .contains("a trainable export needs tensorflow-java")
        .contains("decisionlab-engine-tensorflow");
    assertThat(displays(run)).as("quiet").isEmpty();
  }
}
