// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.evaluate;

import java.util.List;
import java.util.Random;
import org.decisionlab.models.graph.BatchNormStatistics;
import org.decisionlab.models.graph.BinaryFunction;
import org.decisionlab.models.graph.Lookup;
import org.decisionlab.models.graph.ModelGraph;
import org.decisionlab.models.graph.ModelGraphBuilder;
import org.decisionlab.models.graph.Movement;
import org.decisionlab.models.graph.Node;
import org.decisionlab.models.graph.Operation;
import org.decisionlab.models.graph.ReduceFunction;
import org.decisionlab.models.graph.Reduction;
import org.decisionlab.models.graph.Selection;
import org.decisionlab.models.graph.Tensor;
import org.decisionlab.models.graph.Window;

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

  /**
   * Every family of operations in one graph, from rows of 32 numbers to rows of 3: an image with
   * grouped, depthwise and dilated convolutions and pools, a product of matrices of each row, a
   * lookup, choices, comparisons, reductions, slices and paddings.
   */
  public static ModelGraph everything(long seed) {
    Random random = new Random(seed);
    ModelGraphBuilder builder = ModelGraph.builder();
    Node x = builder.tanh(builder.input("inputs", 32));
    Node image = builder.apply(new Movement.Reshape(List.of(2, 4, 4)), x);
    Node padded = builder.apply(new Movement.Pad(List.of(0, 1, 2), List.of(0, 2, 1), 0.5f), image);
    Node wide = convolve(builder, random, padded, new int[] {4, 2, 3, 2}, 1, 2, 1);
    Node grouped = convolve(builder, random, wide, new int[] {4, 2, 2, 2}, 2, 1, 1);
    Node deep = convolve(builder, random, grouped, new int[] {8, 1, 1, 2}, 4, 1, 2);
    Node largest = builder.apply(new Window.Pool(false, List.of(1, 2), List.of(1, 1)), deep);
    Node mean = builder.apply(new Window.Pool(true, List.of(1, 2), List.of(1, 1)), deep);
    Node both = builder.apply(new Movement.Concat(1), largest, mean);
    Node pooled = builder.apply(new Reduction(ReduceFunction.MEAN, List.of(2, 3), false), both);
    Node matrix = builder.apply(new Movement.Reshape(List.of(4, 8)), x);
    Node turned = builder.apply(new Movement.Transpose(List.of(0, 2, 1)), matrix);
    Node scores = builder.softmax(builder.apply(new Operation.MatMul(false), matrix, turned));
    Node again = builder.apply(new Operation.MatMul(true), scores, scores);
    Node most = builder.apply(new Reduction(ReduceFunction.MAXIMUM, List.of(2), false), again);
    Node part = builder.apply(new Movement.Slice(List.of(1), List.of(9), List.of(2)), x);
    Node positive =
        builder.apply(
            new Operation.Binary(BinaryFunction.GREATER), part, builder.constant(Tensor.scalar(0)));
    Node chosen = builder.apply(new Selection(), positive, builder.multiply(part, part), most);
    Node index = builder.multiply(positive, builder.constant(Tensor.scalar(2)));
    Node table = builder.constant(Tensor.of(vector(random, 9, 0, 1), 3, 3));
    Node looked = builder.apply(new Lookup(), table, index);
    Node flat = builder.apply(new Movement.Reshape(List.of(12)), looked);
    Node all = builder.apply(new Movement.Concat(1), pooled, chosen, flat);
    int width = all.shape().width();
    Node weights = builder.constant(Tensor.of(vector(random, 3 * width, 0, 0.3f), width, 3));
    return builder.build(builder.identity("answer", builder.matMul(all, weights)));
  }

  private static Node convolve(
      ModelGraphBuilder builder,
      Random random,
      Node image,
      int[] kernel,
      int groups,
      int dilation,
      int stride) {
    int size = kernel[0] * kernel[1] * kernel[2] * kernel[3];
    return builder.apply(
        new Window.Convolution(List.of(stride, stride), List.of(dilation, 1), groups),
        image,
        builder.constant(Tensor.of(vector(random, size, 0, 0.4f), kernel)));
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
