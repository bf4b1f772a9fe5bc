// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.bundle;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.decisionlab.core.feature.FeatureMap;
import org.decisionlab.models.bundle.Provenance.DataWindow;
import org.decisionlab.models.evaluate.Evaluator;
import org.decisionlab.models.evaluate.RandomNets;
import org.decisionlab.models.graph.ModelGraph;

/** Small bundles for the tests of this room. */
public final class Bundles {

  /** Features of the bundles. */
  public static final FeatureMap FEATURES = FeatureMap.standard();

  private Bundles() {}

  /** A random net with one output and its card. */
  public static ModelBundle random(String name, long seed) {
    ModelGraph graph = RandomNets.dense(seed, FEATURES.size(), 8, 1);
    return ModelBundle.of(graph, card(name, goldenRows(graph, seed)), List.of("reuse"));
  }

  static List<GoldenRow> goldenRows(ModelGraph graph, long seed) {
    Evaluator evaluator = Evaluator.of(graph);
    return Arrays.stream(RandomNets.rows(seed, ModelCard.GOLDEN_ROWS, graph.features()))
        .map(row -> GoldenRow.of(row, evaluator.evaluate(row)))
        .toList();
  }

  static ModelCard card(String name, List<GoldenRow> goldenRows) {
    List<FeatureStatistics> statistics =
        FEATURES.names().stream().map(f -> new FeatureStatistics(f, 0.5, 2, -8.25, 9)).toList();
    Instant from = Instant.parse("2026-01-01T00:00:00Z");
    return new ModelCard(
        name,
        "A net that \"keeps\" files.",
        FEATURES,
        statistics,
        new DecisionRule(0.4, Duration.ofDays(7)),
        new Provenance(
            Instant.parse("2026-02-01T10:11:12Z"),
            new DataWindow(from, from.plus(Duration.ofDays(20)), 12_345, "generated, preset test"),
            42,
            "test",
            Map.of("djl", "0.35.1", "java", "17")),
        Map.of("auc", 0.91, "auc_seen_before", 0.8),
        new SelfCheck("the evaluator itself", 1_000, 2e-7, SelfCheck.DEFAULT_TOLERANCE),
        goldenRows);
  }
}
