// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.export;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv1d;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.convolutional.Conv3d;
import ai.djl.nn.convolutional.Convolution;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.nn.pooling.Pool;
import ai.djl.nn.recurrent.GRU;
import ai.djl.nn.recurrent.LSTM;
import ai.djl.nn.recurrent.RNN;
import ai.djl.nn.recurrent.RecurrentBlock;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Layers with parameters drawn at random: DJL against every runtime. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RandomLayersTest {

  private static final int CASES = Integer.getInteger("decisionlab.layers", 12);

  private final NDManager manager = NDManager.newBaseManager("PyTorch");

  @TempDir private Path folder;

  @AfterAll
  void close() {
    manager.close();
  }

  static IntStream seeds() {
    return IntStream.range(0, CASES);
  }

  private void check(Block layer, Shape row, long seed) throws Exception {
    Block block = new SequentialBlock().add(layer).add(Blocks.batchFlattenBlock());
    Judge judge = new Judge(manager, seed);
    judge.initialise(block, row);
    judge.check(block, row, false, folder.resolve("s" + seed), 1, 3);
  }

  private static Shape sizes(Random random, int directions, int least, int most) {
    return new Shape(random.longs(directions, least, most + 1).toArray());
  }

  /** Groups, several outputs for each input of a group, strides, paddings, gaps. */
  @ParameterizedTest
  @MethodSource("seeds")
  void convolutions(int seed) throws Exception {
    Random random = new Random(seed);
    int directions = 1 + seed % 3;
    int groups = new int[] {1, 2, 4}[random.nextInt(3)];
    int channels = random.nextBoolean() ? groups : 4;
    Convolution.ConvolutionBuilder<?> builder =
        directions == 1 ? Conv1d.builder() : directions == 2 ? Conv2d.builder() : Conv3d.builder();
    builder.setKernelShape(sizes(random, directions, 1, 3));
    builder.setFilters(groups * (1 + random.nextInt(3)));
    builder.optStride(sizes(random, directions, 1, 3));
    builder.optPadding(sizes(random, directions, 0, 2));
    builder.optDilation(sizes(random, directions, 1, 2));
    builder.optGroups(groups);
    builder.optBias(random.nextBoolean());
    Block layer = build(builder);
    Shape row = new Shape(channels).addAll(sizes(random, directions, 5, 9));
    check(layer, row, seed);
  }

  private static Block build(Convolution.ConvolutionBuilder<?> builder) {
    if (builder instanceof Conv1d.Builder one) {
      return one.build();
    }
    return builder instanceof Conv2d.Builder two ? two.build() : ((Conv3d.Builder) builder).build();
  }

  /** Windows that stand out at the end, and padding of up to half a window. */
  @ParameterizedTest
  @MethodSource("seeds")
  void pools(int seed) throws Exception {
    Random random = new Random(seed);
    int directions = 1 + seed % 3;
    long[] window = random.longs(directions, 2, 5).toArray();
    Shape size = new Shape(window);
    Shape stride = sizes(random, directions, 1, 4);
    Shape padding =
        new Shape(Arrays.stream(window).map(w -> random.nextInt((int) w / 2 + 1)).toArray());
    boolean ceil = random.nextBoolean();
    boolean counted = random.nextBoolean();
    boolean max = random.nextBoolean();
    Block layer =
        LambdaBlock.singleton(
            x ->
                max
                    ? Pools.max(directions, x, size, stride, padding, ceil)
                    : Pools.mean(directions, x, size, stride, padding, ceil, counted));
    check(layer, new Shape(2).addAll(sizes(random, directions, 5, 9)), seed);
  }

  private static final class Pools {
    static NDArray max(
        int directions, NDArray x, Shape size, Shape stride, Shape padding, boolean ceil) {
      return switch (directions) {
        case 1 -> Pool.maxPool1d(x, size, stride, padding, ceil);
        case 2 -> Pool.maxPool2d(x, size, stride, padding, ceil);
        default -> Pool.maxPool3d(x, size, stride, padding, ceil);
      };
    }

    static NDArray mean(
        int directions,
        NDArray x,
        Shape size,
        Shape stride,
        Shape padding,
        boolean ceil,
        boolean counted) {
      return switch (directions) {
        case 1 -> Pool.avgPool1d(x, size, stride, padding, ceil, counted);
        case 2 -> Pool.avgPool2d(x, size, stride, padding, ceil, counted);
        default -> Pool.avgPool3d(x, size, stride, padding, ceil, counted);
      };
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void recurrence(int seed) throws Exception {
    Random random = new Random(seed);
    RecurrentBlock.BaseBuilder<?> builder =
        switch (seed % 3) {
          case 0 -> LSTM.builder();
          case 1 -> GRU.builder();
          default ->
              RNN.builder()
                  .setActivation(random.nextBoolean() ? RNN.Activation.RELU : RNN.Activation.TANH);
        };
    builder.setStateSize(1 + random.nextInt(5));
    builder.setNumLayers(1 + random.nextInt(3));
    builder.optBatchFirst(true);
    boolean bidirectional = random.nextBoolean();
    builder.optBidirectional(bidirectional);
    // DJL itself cannot run both directions with biases.
    builder.optHasBiases(!bidirectional && random.nextBoolean());
    Block layer =
        builder instanceof LSTM.Builder lstm
            ? lstm.build()
            : builder instanceof GRU.Builder gru ? gru.build() : ((RNN.Builder) builder).build();
    check(layer, new Shape(1 + random.nextInt(6), 1 + random.nextInt(4)), seed);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void normalisations(int seed) throws Exception {
    Random random = new Random(seed);
    Shape row = sizes(random, 1 + random.nextInt(3), 1, 5);
    int axis = 1 + random.nextInt(row.dimension());
    check(
        seed % 2 == 0
            ? BatchNorm.builder()
                .optAxis(axis)
                .optCenter(random.nextBoolean())
                .optScale(random.nextBoolean())
                .optEpsilon(random.nextBoolean() ? 1e-5f : 0.1f)
                .build()
            : LayerNorm.builder()
                .axis(IntStream.rangeClosed(axis, row.dimension()).toArray())
                .build(),
        row,
        seed);
  }

  /** Along a dimension told from the front or from behind. */
  @ParameterizedTest
  @MethodSource("seeds")
  void axes(int seed) throws Exception {
    Random random = new Random(seed);
    int rank = 2 + random.nextInt(2);
    Shape row = sizes(random, rank, 2, 5);
    int axis = 1 + random.nextInt(rank);
    int told = random.nextBoolean() ? axis : axis - rank - 1;
    boolean kept = random.nextBoolean();
    Block layer =
        LambdaBlock.singleton(
            x ->
                switch (seed % 12) {
                  case 0 -> x.softmax(told);
                  case 1 -> x.logSoftmax(told);
                  case 2 -> x.sum(new int[] {told}, kept);
                  case 3 -> x.mean(new int[] {told}).add(x.max(new int[] {told}));
                  case 4 -> x.cumSum(told);
                  case 5 -> x.sort(told);
                  case 6 -> x.concat(x.neg(), told);
                  case 7 -> x.expandDims(told).mul(2);
                  case 8 -> x.flip(told);
                  case 9 -> x.swapAxes(told, -1);
                  case 10 -> x.argMax(told).toType(DataType.FLOAT32, false);
                  default -> x.prod(new int[] {told});
                });
    check(layer, row, seed);
  }
}
