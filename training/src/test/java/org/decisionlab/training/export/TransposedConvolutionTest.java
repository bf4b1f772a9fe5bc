// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import java.nio.file.Path;
import java.util.Random;
import org.decisionlab.training.TransposedConvolution;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TransposedConvolutionTest {

  private static final int GROUPS = 2;
  private static final int[] KERNEL = {3, 2};
  private static final int[] STRIDE = {2, 3};
  private static final int[] PADDING = {1, 0};
  private static final int[] MORE = {1, 2};
  private static final int[] DILATION = {1, 2};

  private final NDManager manager = NDManager.newBaseManager("PyTorch");

  @AfterEach
  void close() {
    manager.close();
  }

  private static Shape shape(int... sizes) {
    return new Shape(sizes[0], sizes[1]);
  }

  private static TransposedConvolution block() {
    return TransposedConvolution.builder()
        .setFilters(6)
        .setKernelShape(shape(KERNEL))
        .optStride(shape(STRIDE))
        .optPadding(shape(PADDING))
        .optOutPadding(shape(MORE))
        .optDilation(shape(DILATION))
        .optGroups(GROUPS)
        .build();
  }

  /** Every number of the image is added to where its kernel lies, as the definition says. */
  private static double[] byDefinition(
      float[] image, Shape in, float[] weights, float[] bias, Shape out) {
    int channels = (int) in.get(1) / GROUPS;
    int filters = (int) out.get(1) / GROUPS;
    double[] result = new double[(int) out.size()];
    int area = (int) (out.get(2) * out.get(3));
    for (int i = 0; i < result.length; i++) {
      result[i] = bias[i / area];
    }
    for (int i = 0; i < image.length; i++) {
      int x = i % (int) in.get(3);
      int y = i / (int) in.get(3) % (int) in.get(2);
      int c = i / (int) in.get(3) / (int) in.get(2);
      for (int k = 0; k < filters * KERNEL[0] * KERNEL[1]; k++) {
        int kx = k % KERNEL[1];
        int ky = k / KERNEL[1] % KERNEL[0];
        int o = c / channels * filters + k / KERNEL[1] / KERNEL[0];
        int toX = x * STRIDE[1] - PADDING[1] + kx * DILATION[1];
        int toY = y * STRIDE[0] - PADDING[0] + ky * DILATION[0];
        if (0 <= toX && toX < out.get(3) && 0 <= toY && toY < out.get(2)) {
          int to = (o * (int) out.get(2) + toY) * (int) out.get(3) + toX;
          result[to] += image[i] * weights[c * filters * KERNEL[0] * KERNEL[1] + k];
        }
      }
    }
    return result;
  }

  private static float[] random(int count, long seed) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  @Test
  void itDoesWhatTheDefinitionSays() {
    TransposedConvolution block = block();
    Shape in = new Shape(1, 4, 3, 5);
    block.initialize(manager, DataType.FLOAT32, in);
    float[] weights = random((int) block.getParameters().get("weight").getShape().size(), 3);
    float[] bias = random(6, 4);
    block.getParameters().get("weight").getArray().set(weights);
    block.getParameters().get("bias").getArray().set(bias);
    float[] image = random((int) in.size(), 5);
    NDArray found =
        block
            .forward(
                new ParameterStore(manager, false), new NDList(manager.create(image, in)), false)
            .singletonOrThrow();
    Shape out = block.getOutputShapes(new Shape[] {in})[0];
    assertThat(found.getShape()).isEqualTo(out).isEqualTo(new Shape(1, 6, 6, 17));
    double[] expected = byDefinition(image, in, weights, bias, out);
    float[] values = found.toFloatArray();
    for (int i = 0; i < expected.length; i++) {
      assertThat(Math.abs(values[i] - expected[i])).as("number %d", i).isLessThan(1e-5);
    }
  }

  @Test
  void everyRuntimeAgrees(@TempDir Path folder) throws Exception {
    SequentialBlock net =
        new SequentialBlock()
            .add(block())
            .add(
                TransposedConvolution.builder()
                    .setFilters(2)
                    .setKernelShape(new Shape(1, 1))
                    .optPadding(new Shape(1, 1))
                    .optBias(false)
                    .build())
            .add(Blocks.batchFlattenBlock());
    Judge judge = new Judge(manager, 17);
    judge.initialise(net, new Shape(4, 3, 5));
    judge.check(net, new Shape(4, 3, 5), false, folder, 1, 3, 257);
  }

  @Test
  void itLearns() {
    TransposedConvolution block = block();
    Shape in = new Shape(2, 4, 3, 5);
    block.initialize(manager, DataType.FLOAT32, in);
    NDArray weight = block.getParameters().get("weight").getArray();
    weight.setRequiresGradient(true);
    try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
      NDArray image = manager.create(random((int) in.size(), 6), in);
      NDList made = block.forward(new ParameterStore(manager, false), new NDList(image), true);
      collector.backward(made.singletonOrThrow().square().sum());
    }
    assertThat(weight.getGradient().abs().min().getFloat()).isPositive();
  }

  @Test
  void whatCannotBeIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TransposedConvolution.builder().setFilters(2).build())
        .withMessageContaining("kernel in 1 to 3 directions");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> block().initialize(manager, DataType.FLOAT32, new Shape(1, 3, 5, 5)))
        .withMessageContaining("cannot be split into 2 groups");
  }
}
