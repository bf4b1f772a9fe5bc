// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.evaluate;

import java.util.Random;
import org.decisionlab.models.graph.BatchNormStatistics;
import org.decisionlab.models.graph.ModelGraph;
import org.decisionlab.models.graph.ModelGraphBuilder;
import org.decisionlab.models.graph.Node;
import org.decisionlab.models.graph.Tensor;

/** Seeded random nets and rows for the tests of this room. */
public final class RandomNets {

  private RandomNets() {}

  /**
   * Standardisation, then dense layers with batch normalisation and alternating functions, with
   * matrices stored both ways, and softmax or sigmoid at the end.
   */
  public static ModelGraph dense(long seed, int... widths) {
    Random random = new Random(seed);
    ModelGraphBuilder builder = ModelGraph.builder();
    Node node = builder.input("inputs", widths[0]);
    node = builder.standardise(node, vector(random, widths[0], 0, 2), positive(random, widths[0]));
    for (int layer = 1; layer < widths.length; layer++) {
      int in = widths[layer - 1];
      int out = widths[layer];
      float[] weights = vector(random, in * out, 0, (float) (1 / Math.sqrt(in)));
      node =
          layer % 2 == 1
              ? builder.matMulTransposed(node, builder.constant(Tensor.of(weights, out, in)))
              : builder.matMul(node, builder.constant(Tensor.of(weights, in, out)));
      node = builder.add(node, builder.constant(Tensor.vector(vector(random, out, 0, 1))));
      if (layer < widths.length - 1) {
        node = builder.batchNorm(node, statistics(random, out));
        node = layer % 2 == 1 ? builder.relu(node) : builder.tanh(node);
      }
    }
    node = widths[widths.length - 1] == 1 ? builder.sigmoid(node) : builder.softmax(node);
    return builder.build(node);
  }

  /** Normal rows with deviation 3. */
  public static float[][] rows(long seed, int count, int features) {
    Random random = new Random(seed);
    float[][] rows = new float[count][];
    for (int i = 0; i < count; i++) {
      rows[i] = vector(random, features, 0, 3);
    }
    return rows;
  }

  private static BatchNormStatistics statistics(Random random, int width) {
    return new BatchNormStatistics(
        Tensor.vector(vector(random, width, 1, 0.3f)),
        Tensor.vector(vector(random, width, 0, 0.3f)),
        Tensor.vector(vector(random, width, 0, 0.5f)),
        Tensor.vector(positive(random, width)),
        1e-5f);
  }

  private static float[] positive(Random random, int width) {
    float[] values = new float[width];
    for (int i = 0; i < width; i++) {
      values[i] = 0.2f + 3 * random.nextFloat();
    }
    return values;
  }

  private static float[] vector(Random random, int width, float mean, float deviation) {
    float[] values = new float[width];
    for (int i = 0; i < width; i++) {
      values[i] = mean + deviation * (float) random.nextGaussian();
    }
    return values;
  }
}
