// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.decisionlab.core.feature.FeatureMap;
import org.decisionlab.models.bundle.DecisionRule;
import org.decisionlab.models.bundle.FeatureStatistics;
import org.decisionlab.models.bundle.GoldenRow;
import org.decisionlab.models.bundle.ModelBundle;
import org.decisionlab.models.bundle.ModelCard;
import org.decisionlab.models.bundle.Provenance;
import org.decisionlab.models.bundle.SelfCheck;
import org.decisionlab.models.evaluate.Evaluator;
import org.decisionlab.models.graph.ModelGraph;
import org.decisionlab.models.graph.ModelGraphBuilder;
import org.decisionlab.models.graph.Movement;
import org.decisionlab.models.graph.Node;
import org.decisionlab.models.graph.Operation;
import org.decisionlab.models.graph.Selection;
import org.decisionlab.models.graph.Tensor;
import org.decisionlab.models.graph.UnaryFunction;

/** Decision models with random weights, and others whose answers are known beforehand. */
final class Models {

  static final FeatureMap FEATURES = FeatureMap.standard();

  private Models() {}

  /** A net of two layers with random weights over all features of a cache. */
  static ModelBundle random(String name, long seed, double threshold) {
    Random random = new Random(seed);
    int width = FEATURES.size();
    int hidden = 8;
    ModelGraphBuilder builder = ModelGraph.builder();
    Node rows = builder.input("x", width);
    Node first = builder.constant(matrix(random, width, hidden));
    Node second = builder.constant(matrix(random, hidden, 1));
    Node layer = builder.relu(builder.matMul(rows, first));
    return bundle(
        name, builder.build(builder.sigmoid(builder.matMul(layer, second))), random, threshold);
  }

  /** Gives the same probability whatever is asked: sigmoid(0 x + bias). */
  static ModelBundle constant(String name, float bias, double threshold) {
    int width = FEATURES.size();
    ModelGraphBuilder builder = ModelGraph.builder();
    Node rows = builder.input("x", width);
    Node zeros = builder.constant(Tensor.of(new float[width], width, 1));
    Node sum = builder.add(builder.matMul(rows, zeros), builder.constant(Tensor.vector(bias)));
    return bundle(name, builder.build(builder.sigmoid(sum)), new Random(1), threshold);
  }

  /** The sum of the second feature and the first one, or of -1 where the first is missing. */
  static ModelGraph firstOrReplaced() {
    int width = FEATURES.size();
    ModelGraphBuilder builder = ModelGraph.builder();
    Node rows = builder.input("x", width);
    Node first = builder.apply(new Movement.Slice(List.of(0), List.of(1), List.of(1)), rows);
    Node missing = builder.apply(new Operation.Unary(UnaryFunction.IS_MISSING), first);
    Node other = builder.constant(Tensor.vector(-1));
    Node second = builder.apply(new Movement.Slice(List.of(1), List.of(2), List.of(1)), rows);
    return builder.build(
        builder.add(builder.apply(new Selection(), missing, other, first), second));
  }

  static byte[] archive(ModelBundle bundle) {
    try {
      return bundle.toArchive();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static ModelBundle bundle(String name, ModelGraph graph, Random random, double threshold) {
    Evaluator evaluator = Evaluator.of(graph);
    List<GoldenRow> golden = new ArrayList<>();
    for (int i = 0; i < ModelCard.GOLDEN_ROWS; i++) {
      float[] row = row(random, graph.features());
      golden.add(GoldenRow.of(row, evaluator.evaluate(row)));
    }
    Instant day = Instant.parse("2026-01-02T00:00:00Z");
    ModelCard card =
        new ModelCard(
            name,
            "made by a test",
            FEATURES,
            statistics(),
            new DecisionRule(threshold, Duration.ofDays(1)),
            new Provenance(
                day, new Provenance.DataWindow(day, day, 1, "test"), 1, "test", Map.of()),
            Map.of(),
            new SelfCheck("itself", 1, 0, SelfCheck.DEFAULT_TOLERANCE),
            golden);
    return ModelBundle.of(graph, card, List.of("reuse"));
  }

  private static List<FeatureStatistics> statistics() {
    return FEATURES.names().stream()
        .map(
            name ->
                new FeatureStatistics(
                    name, 0, 1, -4, 4, List.of(-1.0, 0.0, 1.0), List.of(0.2, 0.3, 0.3, 0.2)))
        .toList();
  }

  static float[] row(Random random, int width) {
    float[] row = new float[width];
    for (int i = 0; i < width; i++) {
      row[i] = (float) random.nextGaussian();
    }
    return row;
  }

  private static Tensor matrix(Random random, int rows, int columns) {
    return Tensor.of(row(random, rows * columns), rows, columns);
  }
}
