// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.decisionlab.models.ModelFormatException;
import org.junit.jupiter.api.Test;

class ModelCardTest {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final ModelCard card = Bundles.random("model_1", 1).card();

  @Test
  void theJsonFormSpeaksForItself() throws Exception {
    JsonNode json = JSON.readTree(card.toJson());
    assertThat(json.path("format").asInt()).isEqualTo(1);
    assertThat(json.path("name").asText()).isEqualTo("model_1");
    assertThat(json.path("features")).isEqualTo(Bundles.FEATURES.toJson());
    assertThat(json.at("/decision/threshold").asDouble()).isEqualTo(0.4);
    assertThat(json.at("/decision/horizon").asText()).isEqualTo("PT168H");
    assertThat(json.at("/provenance/created_at").asText()).isEqualTo("2026-02-01T10:11:12Z");
    assertThat(json.at("/provenance/data/rows").asLong()).isEqualTo(12_345);
    assertThat(json.at("/provenance/libraries/djl").asText()).isEqualTo("0.35.1");
    assertThat(json.at("/self_check/largest_difference").asDouble()).isEqualTo(2e-7);
    assertThat(json.at("/metrics/auc").asDouble()).isEqualTo(0.91);
    assertThat(json.at("/golden_rows/15/inputs")).hasSize(Bundles.FEATURES.size());
    assertThat(json.at("/statistics/0/mean").asDouble()).isEqualTo(0.5);
  }

  @Test
  void itIsReadBackToTheLastBit() throws Exception {
    assertThat(ModelCard.fromJson(card.toJson())).isEqualTo(card);
    assertThat(ModelCard.fromJson(card.toJson()).toJson()).isEqualTo(card.toJson());
  }

  @Test
  void membersOfLaterVersionsArePassedOver() throws Exception {
    ObjectNode root = (ObjectNode) JSON.readTree(card.toJson());
    root.put("later", 1);
    assertThat(ModelCard.fromJson(root.toString())).isEqualTo(card);
  }

  @Test
  void cardsFromBeforeHardwareWasToldAreRead() throws Exception {
    ObjectNode root = (ObjectNode) JSON.readTree(card.toJson());
    ((ObjectNode) root.path("provenance")).remove(List.of("hardware", "settings"));
    assertThat(ModelCard.fromJson(root.toString())).isEqualTo(card);
  }

  @Test
  void cardsFromBeforeMissingFeaturesWereToldAreRead() throws Exception {
    ObjectNode root = (ObjectNode) JSON.readTree(card.toJson());
    assertThat(root.path("may_be_missing")).isEmpty();
    root.remove("may_be_missing");
    assertThat(ModelCard.fromJson(root.toString())).isEqualTo(card);
  }

  @Test
  void aFeatureThatMayBeMissingIsNullInAGoldenRow() throws Exception {
    String name = Bundles.FEATURES.names().get(1);
    ObjectNode root = (ObjectNode) JSON.readTree(card.toJson());
    root.putArray("may_be_missing").add(name);
    ((ArrayNode) root.at("/golden_rows/3/inputs")).setNull(1);
    ModelCard read = ModelCard.fromJson(root.toString());
    assertThat(read.mayBeMissing()).containsExactly(name);
    assertThat(read.goldenRows().get(3).inputArray()[1]).isNaN();
    assertThat(read.goldenRows().get(3).isMissing(1)).isTrue();
    assertThat(JSON.readTree(read.toJson())).isEqualTo(root);
  }

  @Test
  void whereItComesFromReadsAsFacts() {
    Provenance told =
        new Provenance(
            card.provenance().createdAt(),
            card.provenance().data(),
            7,
            "0123abc-dirty",
            Map.of("java", "17", "djl", "0.35.1"),
            Map.of("device", "cpu"),
            Map.of("batch_size", "512", "optimizer", "Adam"));
    assertThat(told.facts())
        .containsEntry("seed", "7")
        .containsEntry("code", "0123abc-dirty")
        .containsEntry("versions", "djl 0.35.1, java 17")
        .containsEntry("hardware", "device cpu")
        .containsEntry("settings", "batch_size 512, optimizer Adam");
    assertThat(card.provenance().facts()).doesNotContainKeys("hardware", "settings");
  }

  @Test
  void damagedCardsAreRefused() throws Exception {
    refused(root -> root.put("format", 2), "format");
    refused(root -> root.remove("decision"), "decision");
    refused(root -> root.putNull("name"), "name");
    refused(root -> root.put("name", "../x"), "../x");
    refused(root -> ((ObjectNode) root.path("decision")).put("threshold", 1.5), "1.5");
    refused(root -> ((ObjectNode) root.path("decision")).put("horizon", "a week"), "a week");
    refused(root -> ((ObjectNode) root.path("features")).put("sha256", "0"), "hash");
    refused(root -> ((ObjectNode) root.path("metrics")).put("auc", "NaN"), "auc");
    refused(root -> ((ObjectNode) root.path("metrics")).putNull("auc"), "auc");
    refused(root -> root.putArray("golden_rows"), "golden rows");
    refused(root -> ((ObjectNode) root.at("/golden_rows/3")).putArray("inputs"), "golden row");
    refused(root -> ((ObjectNode) root.at("/golden_rows/3")).putArray("inputs").addNull(), "");
    refused(root -> root.putArray("may_be_missing").add("colour"), "colour");
    refused(root -> ((ArrayNode) root.at("/golden_rows/3/inputs")).setNull(1), "lacks feature");
    refused(root -> ((ArrayNode) root.at("/golden_rows/3/inputs")).set(1, "x"), "neither");
    refused(root -> ((ArrayNode) root.at("/golden_rows/3/outputs")).setNull(0), "");
    refused(root -> ((ObjectNode) root.path("self_check")).put("tolerance", 1e-9), "not passed");
    refused(root -> ((ObjectNode) root.at("/statistics/0")).put("name", "other"), "other");
    for (String text : List.of("", "[]", "{", "null", "{\"format\":1}", "{} {}")) {
      assertThatExceptionOfType(ModelFormatException.class)
          .as(text)
          .isThrownBy(() -> ModelCard.fromJson(text));
    }
  }

  @Test
  void contradictionsAreRefusedWhereTheyAreMade() {
    assertThatIllegalArgumentException().isThrownBy(() -> new DecisionRule(0.5, Duration.ZERO));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new DecisionRule(Double.NaN, Duration.ofDays(1)));
    assertThatIllegalArgumentException().isThrownBy(() -> new SelfCheck("x", 10, 1e-3, 1e-5));
    assertThatIllegalArgumentException().isThrownBy(() -> new SelfCheck("x", 10, Double.NaN, 1e-5));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GoldenRow.of(new float[] {Float.POSITIVE_INFINITY}, new float[] {1}));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GoldenRow.of(new float[] {1}, new float[] {Float.NaN}));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new FeatureStatistics("x", 0, -1, 0, 1))
        .withMessageContaining("deviation -1.0");
    assertThat(Map.copyOf(card.metrics())).containsOnlyKeys("auc", "auc_seen_before");
  }

  private void refused(Consumer<ObjectNode> damage, String reason) throws Exception {
    ObjectNode root = (ObjectNode) JSON.readTree(card.toJson());
    damage.accept(root);
    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(() -> ModelCard.fromJson(root.toString()))
        .withMessageContaining(reason);
  }
}
