// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.decisionlab.core.access.AccessRecord;
import org.decisionlab.core.access.XrootdJsonWriter;
import org.decisionlab.core.decision.CacheDecision;
import org.decisionlab.core.feature.FeatureMap;
import org.decisionlab.core.feature.FileHistory;
import org.decisionlab.data.DataManager;
import org.decisionlab.data.FeatureTable;
import org.decisionlab.data.LocalSpark;
import org.decisionlab.data.Split;
import org.decisionlab.data.TimeSplit;
import org.decisionlab.magics.tfaas.TfaasService;
import org.decisionlab.models.bundle.ModelBundle;
import org.decisionlab.models.decision.ModelDecisionPolicy;
import org.decisionlab.models.tfaas.CacheExplanation;
import org.decisionlab.models.tfaas.CacheQuestion;
import org.decisionlab.models.tfaas.TfaasClient;
import org.decisionlab.models.tfaas.TfaasSettings;
import org.decisionlab.testing.SeededAccesses;
import org.decisionlab.training.TrainedModel;
import org.decisionlab.training.TrainingRun;
import org.decisionlab.training.evaluation.Threshold;
import org.decisionlab.training.export.ModelExport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tech.tablesaw.api.Table;

/** The whole way of one record: log, Spark, DJL, bundle, sidecar, decision. */
class EndToEndIT {

  private static final int RECORDS = 20_000;
  private static final FeatureMap FEATURES = FeatureMap.standard();

  @TempDir private Path folder;

  @Test
  void theSidecarAnswersAsTheTrainedModelAndSeesWhatSparkSaw() throws Exception {
    List<AccessRecord> records = SeededAccesses.inTimeOrder(11, RECORDS, 20);
    Path log = folder.resolve("accesses.json");
    try (OutputStream out = Files.newOutputStream(log);
        XrootdJsonWriter writer = new XrootdJsonWriter(out)) {
      for (AccessRecord access : records) {
        writer.write(access);
      }
    }
    var spark = LocalSpark.session();
    try (var accesses = DataManager.on(spark).read(log.toString());
        FeatureTable table =
            accesses.features(FEATURES, Duration.ofHours(12), TimeSplit.shares(0.5, 0.2));
        TrainedModel model = train(table);
        SidecarProcess sidecar =
            SidecarProcess.start(folder.resolve("models"), folder.resolve("sidecar.log"))) {
      ModelBundle bundle = publish(table, model, sidecar);
      predictionsAgree(table.toTablesaw(Split.TEST), model, sidecar);
      decisionsAgree(table, bundle, accesses.inTimeOrder().toList(), sidecar);
    } finally {
      spark.stop();
    }
  }

  private static TrainedModel train(FeatureTable table) {
    return TrainingRun.of(table.toTablesaw(Split.TRAIN), table.toTablesaw(Split.VALIDATION))
        .features(FEATURES)
        .hidden(16, 8)
        .epochs(3)
        .seed(5)
        .fit();
  }

  private ModelBundle publish(FeatureTable table, TrainedModel model, SidecarProcess sidecar)
      throws Exception {
    Table validation = table.toTablesaw(Split.VALIDATION);
    ModelBundle bundle =
        ModelExport.of(model)
            .name("end_to_end")
            .horizon(Duration.ofHours(12))
            .threshold(Threshold.keeping(validation, "label", model.predict(validation), 0.9))
            .data(table.windows().trainFrom(), table.windows().validationFrom(), "generated")
            .toBundle();
    Path archive = folder.resolve("end_to_end.tar.gz");
    bundle.writeArchive(archive);
    TfaasService service = TfaasService.of(sidecar.address().toString(), name -> null);
    assertThat(service.upload(archive)).isEqualTo("end_to_end");
    assertThat(service.models()).extracting("name").containsExactly("end_to_end");
    return bundle;
  }

  private static void predictionsAgree(Table test, TrainedModel model, SidecarProcess sidecar)
      throws Exception {
    TfaasService service = TfaasService.of(sidecar.address().toString(), name -> null);
    float[] trained = model.predict(test);
    assertThat(trained.length).isGreaterThan(200);
    for (int row = 0; row < 200; row++) {
      Map<String, Float> values = new LinkedHashMap<>();
      // In another order than the model's: the names decide, not the places.
      List<String> names = new ArrayList<>(FEATURES.names());
      java.util.Collections.reverse(names);
      for (String name : names) {
        values.put(name, test.floatColumn(name).get(row));
      }
      assertThat(service.predict("end_to_end", values)[0])
          .as("row %d", row)
          .isCloseTo(trained[row], within(1e-5f));
    }
  }

  private static void decisionsAgree(
      FeatureTable table, ModelBundle bundle, List<AccessRecord> inOrder, SidecarProcess sidecar)
      throws Exception {
    List<Row> seenBySpark = table.rows().orderBy("opened_at", "sequence").collectAsList();
    assertThat(seenBySpark).hasSize(RECORDS);
    TfaasClient client = new TfaasClient(TfaasSettings.of(sidecar.address()));
    ModelDecisionPolicy policy = ModelDecisionPolicy.of(bundle, 1);
    FileHistory history = new FileHistory();
    int stored = 0;
    for (int i = 0; i < RECORDS; i++) {
      AccessRecord access = inOrder.get(i);
      Row row = seenBySpark.get(i);
      CacheExplanation answer = client.explain(question(access));
      for (String name : FEATURES.names()) {
        Double asked = answer.features().get(name);
        assertThat(asked).as("%s of record %d", name, i).isNotNull();
        assertThat(Float.floatToRawIntBits(asked.floatValue()))
            .as("%s of record %d: Spark %s, sidecar %s", name, i, row.getAs(name), asked)
            .isEqualTo(Float.floatToRawIntBits(row.<Float>getAs(name)));
      }
      CacheDecision replayed = policy.decide(access, history.before(access));
      history.add(access);
      assertThat(answer.answer().store()).as("decision %d", i).isEqualTo(replayed.store());
      stored += replayed.store() ? 1 : 0;
    }
    assertThat(stored).as("both answers occur").isBetween(1, RECORDS - 1);
  }

  private static CacheQuestion question(AccessRecord access) {
    Long size = access.sizeBytes();
    CacheQuestion question =
        size == null ? CacheQuestion.of(access.lfn()) : CacheQuestion.of(access.lfn(), size);
    return question.at(access.openedAt());
  }
}
