// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.bench;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.decisionlab.core.feature.FeatureMap;
import org.decisionlab.models.bundle.DecisionRule;
import org.decisionlab.models.bundle.GoldenRow;
import org.decisionlab.models.bundle.ModelBundle;
import org.decisionlab.models.bundle.ModelCard;
import org.decisionlab.models.bundle.Provenance;
import org.decisionlab.models.bundle.SelfCheck;
import org.decisionlab.models.evaluate.Evaluator;
import org.decisionlab.models.graph.ModelGraph;
import org.decisionlab.models.graph.ModelGraphBuilder;
import org.decisionlab.models.graph.Node;
import org.decisionlab.models.graph.Tensor;

/** The models that are measured: nets with random weights, the same in every run. */
public final class BenchModels {

  /** Numbers that go into the net of the table. */
  public static final int INPUTS = 20;

  private static final int FIRST = 64;
  private static final int SECOND = 32;
  private static final int WIDE = 2_048;
  private static final long SEED = 20;

  /** What a model for caches is asked. */
  static final FeatureMap FEATURES = FeatureMap.standard();

  private BenchModels() {}

  /** The net 20-64-32-1. */
  public static ModelGraph mlp() {
    return net(INPUTS, 0);
  }

  /** A net 20-2048-2048-1, which costs too much for an event loop. */
  public static ModelGraph wide() {
    Random random = new Random(SEED);
    ModelGraphBuilder builder = ModelGraph.builder();
    Node rows = builder.input("x", INPUTS);
    Node one = builder.relu(layer(builder, rows, random, INPUTS, WIDE));
    Node two = builder.relu(layer(builder, one, random, WIDE, WIDE));
    return builder.build(builder.sigmoid(layer(builder, two, random, WIDE, 1)));
  }

  /** Decides by a net of those layers over all features that a cache's files have. */
  public static ModelBundle decisions(String name) {
    return bundle(name, net(FEATURES.size(), 0));
  }

  /** The same net with a last layer that is nought, so that each answer is the version's number. */
  public static ModelBundle numbered(String name, int version) {
    return bundle(name, net(FEATURES.size(), version));
  }

  /** Golden rows of a graph, by its own evaluator. */
  static List<GoldenRow> goldenRows(ModelGraph graph) {
    Evaluator evaluator = Evaluator.of(graph);
    Random random = new Random(SEED + 1);
    List<GoldenRow> golden = new ArrayList<>();
    for (int i = 0; i < ModelCard.GOLDEN_ROWS; i++) {
      float[] row = row(random, graph.features());
      golden.add(GoldenRow.of(row, evaluator.evaluate(row)));
    }
    return golden;
  }

  private static ModelBundle bundle(String name, ModelGraph graph) {
    Instant day = Instant.parse("2026-01-02T00:00:00Z");
    ModelCard card =
        new ModelCard(
            name,
            "measured by a bench",
            FEATURES,
            List.of(),
            new DecisionRule(0.5, Duration.ofDays(1)),
            new Provenance(
                day, new Provenance.DataWindow(day, day, 1, "none"), SEED, "bench", Map.of()),
            Map.of(),
            new SelfCheck("itself", 1, 0, SelfCheck.DEFAULT_TOLERANCE),
            goldenRows(graph));
    return ModelBundle.of(graph, card, List.of("reuse"));
  }

  private static ModelGraph net(int inputs, int version) {
    Random random = new Random(SEED);
    ModelGraphBuilder builder = ModelGraph.builder();
    Node rows = builder.input("x", inputs);
    Node one = builder.relu(layer(builder, rows, random, inputs, FIRST));
    Node two = builder.relu(layer(builder, one, random, FIRST, SECOND));
    if (version == 0) {
      return builder.build(builder.sigmoid(layer(builder, two, random, SECOND, 1)));
    }
    Node none = builder.constant(Tensor.of(new float[SECOND], SECOND, 1));
    Node told = builder.constant(Tensor.vector(version));
    return builder.build(builder.identity("y", builder.add(builder.matMul(two, none), told)));
  }

  private static Node layer(ModelGraphBuilder builder, Node from, Random random, int in, int out) {
    Node weights = builder.constant(Tensor.of(scaled(random, in * out, in), in, out));
    Node bias = builder.constant(Tensor.vector(scaled(random, out, in)));
    return builder.add(builder.matMul(from, weights), bias);
  }

  private static float[] scaled(Random random, int count, int in) {
    float[] numbers = row(random, count);
    for (int i = 0; i < count; i++) {
      numbers[i] /= (float) Math.sqrt(in);
    }
    return numbers;
  }

  /** Numbers of a normal distribution. */
  static float[] row(Random random, int width) {
    float[] row = new float[width];
    for (int i = 0; i < width; i++) {
      row[i] = (float) random.nextGaussian();
    }
    return row;
  }
}
