// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.Dropout;
import ai.djl.nn.recurrent.LSTM;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.Initializer;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.decisionlab.models.evaluate.Evaluator;
import org.decisionlab.models.graph.ModelGraph;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlockExporterTest {

  private final NDManager manager = NDManager.newBaseManager("PyTorch");

  @AfterEach
  void close() {
    manager.close();
  }

  /** Initialises a block and gives every parameter, running statistics too, a value of its own. */
  private void initialise(Block block, int features, Random random) {
    block.setInitializer(Initializer.ONES, parameter -> true);
    block.initialize(manager, DataType.FLOAT32, new Shape(1, features));
    for (Parameter parameter : block.getParameters().values()) {
      float[] values = new float[(int) parameter.getShape().size()];
      for (int i = 0; i < values.length; i++) {
        values[i] =
            parameter.getType() == Parameter.Type.RUNNING_VAR
                ? 0.2f + 3 * random.nextFloat()
                : (float) random.nextGaussian();
      }
      parameter.getArray().set(values);
    }
  }

  private float[] djl(Block block, float[][] rows) {
    try (NDManager scope = manager.newSubManager()) {
      NDList output =
          block.forward(new ParameterStore(scope, false), new NDList(scope.create(rows)), false);
      return output.singletonOrThrow().toFloatArray();
    }
  }

  private void assertParity(Block block, int features, Random random) {
    ModelGraph graph = BlockExporter.export(block, features, manager);
    Evaluator evaluator = Evaluator.of(graph);
    assertThat(graph.features()).isEqualTo(features);
    for (int size : new int[] {1, 3, 257}) {
      float[][] rows = new float[size][features];
      for (float[] row : rows) {
        for (int c = 0; c < features; c++) {
          row[c] = (float) (2 * random.nextGaussian());
        }
      }
      assertThat(ParityCheck.flat(evaluator.evaluate(rows)))
          .usingElementComparator((a, b) -> Math.abs(a - b) <= 1e-5 ? 0 : Float.compare(a, b))
          .containsExactly(djl(block, rows));
    }
  }

  private static Block lambda(UnaryOperator<NDArray> function) {
    return LambdaBlock.singleton(function);
  }

  private void refused(Block block, String... words) {
    initialise(block, 4, new Random(1));
    assertThatThrownBy(() -> BlockExporter.export(block, 4, manager))
        .isInstanceOf(ExportRefusedException.class)
        .satisfies(e -> assertThat(e.getMessage()).contains(words));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void randomNetsAgree(long seed) {
    Random random = new Random(seed);
    int features = 1 + random.nextInt(12);
    SequentialBlock net = new SequentialBlock();
    if (random.nextBoolean()) {
      net.add(Blocks.batchFlattenBlock());
    }
    for (int layer = 0; layer <= random.nextInt(3); layer++) {
      net.add(
          Linear.builder().setUnits(1 + random.nextInt(20)).optBias(random.nextBoolean()).build());
      if (random.nextBoolean()) {
        net.add(
            BatchNorm.builder()
                .optCenter(random.nextBoolean())
                .optScale(random.nextBoolean())
                .optEpsilon(random.nextBoolean() ? 1e-5f : 0.1f)
                .build());
      }
      List<Block> activations =
          List.of(Activation.reluBlock(), Activation.tanhBlock(), Activation.sigmoidBlock());
      net.add(activations.get(random.nextInt(3)));
      if (random.nextBoolean()) {
        net.add(Dropout.builder().optRate(0.5f).build());
      }
    }
    net.add(Linear.builder().setUnits(1 + random.nextInt(3)).build());
    net.add(Activation.sigmoidBlock());
    initialise(net, features, random);
    assertParity(net, features, random);
  }

  @Test
  void arithmeticOnArraysAgrees() {
    Random random = new Random(5);
    float[] scale = {0.5f, 2, -3, 4};
    Block block =
        lambda(
            x -> {
              NDArray factors = x.getManager().create(scale);
              NDArray y = x.sub(0.25).mul(factors).div(factors.add(10)).neg();
              NDArray z =
                  NDArrays.sub(1, y.add(x)).add(x.getManager().create(scale, new Shape(1, 4)));
              return z.getNDArrayInternal().rdiv(3).mul(NDArrays.add(x, y));
            });
    initialise(block, 4, random);
    ModelGraph graph = BlockExporter.export(block, 4, manager);
    float[][] rows = {{1, 2, 3, 4}, {-1, 0.5f, 0.25f, 7}};
    float[] expected = djl(block, rows);
    float[] found = ParityCheck.flat(Evaluator.of(graph).evaluate(rows));
    for (int i = 0; i < expected.length; i++) {
      assertThat(found[i]).isCloseTo(expected[i], org.assertj.core.data.Offset.offset(1e-5f));
    }
  }

  @Test
  void compositeFunctionsDecompose() {
    SequentialBlock net =
        new SequentialBlock()
            .add(Linear.builder().setUnits(3).build())
            .add(Activation.swishBlock(1.5f));
    Random random = new Random(6);
    initialise(net, 4, random);
    assertParity(net, 4, random);
  }

  @Test
  void aBlockThatDoesNothingAgrees() {
    Block block = Blocks.identityBlock();
    initialise(block, 4, new Random(1));
    assertParity(block, 4, new Random(2));
  }

  @Test
  void residualsAgree() {
    ParallelBlock block =
        new ParallelBlock(
            branches -> new NDList(branches.get(0).head().add(branches.get(1).head())));
    block.add(Blocks.identityBlock()).add(Linear.builder().setUnits(4).build());
    Random random = new Random(8);
    initialise(block, 4, random);
    assertParity(block, 4, random);
  }

  @Test
  void workOnConstantsIsFolded() {
    Block block =
        lambda(x -> x.mul(x.getManager().create(new float[] {2, 3, 4, 5}).square().sum()));
    initialise(block, 4, new Random(1));
    ModelGraph graph = BlockExporter.export(block, 4, manager);
    assertThat(Evaluator.of(graph).evaluate(new float[] {1, 0, 0, 0})[0]).isEqualTo(54);
  }

  @Test
  void exportChangesNothingInTheModel() {
    Linear linear = Linear.builder().setUnits(2).build();
    initialise(linear, 4, new Random(3));
    float[] before = linear.getParameters().get("weight").getArray().toFloatArray();
    BlockExporter.export(linear, 4, manager);
    assertThat(linear.getParameters().get("weight").getArray().toFloatArray())
        .containsExactly(before);
  }

  @Test
  void anUnlistedOperationIsRefusedByLayerAndName() {
    refused(
        new SequentialBlock()
            .add(Linear.builder().setUnits(2).build())
            .add(new SequentialBlock().add(lambda(x -> x.unique().get(0)))),
        "operation unique() in layer SequentialBlock > SequentialBlock > LambdaBlock",
        "01Linear_bias",
        "how many numbers it gives depends on their values");
  }

  @Test
  void inPlaceWorkIsRefused() {
    refused(lambda(x -> x.addi(1)), "operation addi(Number)");
  }

  @Test
  void valuesReadIntoJavaAreRefused() {
    refused(lambda(x -> x.mul(x.toFloatArray()[0])), "operation toFloatArray()", "takes values");
    refused(lambda(x -> x.getFloat(0, 0) > 0 ? x : x.neg()), "operation getFloat(long[])");
    refused(lambda(x -> x.contentEquals(0) ? x : x.neg()), "operation contentEquals(Number)");
    refused(lambda(x -> x.mul(x.sum())), "operation sum()", "of all rows");
    refused(lambda(x -> x.mul(x.mean(new int[] {0}))), "operation mean(int[], boolean)", "batch");
  }

  @Test
  void aConstantOnTheLeftIsRefusedWithAdvice() {
    NDArray outside = manager.create(2f);
    refused(lambda(x -> outside.mul(x)), "takes values", "put it on the right");
  }

  @Test
  void dependenceOnTheNumberOfRowsIsRefused() {
    refused(lambda(x -> x.div(x.size(0))), "something else for 5 rows than for 7");
    refused(
        lambda(x -> x.add(x.getManager().arange((float) x.size(0)).reshape(-1, 1))),
        "cannot be broadcast");
    refused(lambda(x -> x.get("1:3")), "operation get(NDIndex)", "a part of the batch");
    refused(lambda(x -> x.concat(x, 0)), "operation concat(NDList, int)", "along the batch");
    refused(lambda(x -> x.softmax(0)), "operation softmax(int)", "along the batch");
    refused(lambda(x -> x.transpose(1, 0)), "operation transpose(int[])", "moves the batch");
    refused(lambda(x -> x.expandDims(0)), "operation expandDims(int)", "no longer in front");
    refused(lambda(x -> x.mul(x.getManager().randomNormal(new Shape(4)))), "no random numbers");
    refused(lambda(x -> x.reshape(5, 4)), "DJL cannot run the block for 7 rows");
  }

  @Test
  void anOutputThatIsNoRowIsRefused() {
    refused(lambda(x -> x.reshape(-1, 2, 2)), "(5, 2, 2) for 5 rows", "batchFlattenBlock");
    refused(lambda(NDArray::flatten), "(20)", "expected");
  }

  @Test
  void whatTheEngineDoesNotHaveIsRefusedByLayerAndName() {
    refused(Activation.preluBlock(), "operation prelu(NDArray, NDArray) in layer Prelu");
    refused(
        lambda(x -> x.reshape(-1, 2, 2).max(new int[] {1, 2})),
        "operation max(int[], boolean) in layer LambdaBlock",
        "engine does not have it");
  }

  @Test
  void theLastStateOfARecurrentLayerIsRefusedWithAdvice() {
    Block lstm =
        LSTM.builder()
            .setStateSize(3)
            .setNumLayers(1)
            .optBatchFirst(true)
            .optReturnState(true)
            .build();
    SequentialBlock net =
        new SequentialBlock()
            .add(lambda(x -> x.reshape(-1, 2, 2)))
            .add(lstm)
            .add(new LambdaBlock(all -> new NDList(all.get(1).mul(2))));
    refused(net, "operation mul(Number) in layer SequentialBlock > LambdaBlock", "last step");
  }

  @Test
  void wholeNumbersThatGrowAreRefused() {
    refused(
        lambda(x -> x.toType(DataType.INT64, false).mul(31).mod(1000)),
        "operation mul(Number)",
        "its result is int64");
    refused(
        lambda(x -> x.toType(DataType.INT64, false).cumSum(1)),
        "operation cumSum(int)",
        "its result is int64");
    refused(
        lambda(
            x -> x.toType(DataType.INT64, false).eq(x.getManager().create(new long[] {16777217}))),
        "16777217");
    refused(lambda(x -> x.gt(0).add(x.lt(1))), "operation add(NDArray)", "its result is boolean");
  }

  @Test
  void anOutputThatIgnoresTheInputIsRefused() {
    refused(lambda(x -> x.getManager().create(new float[] {1, 2})), "does not depend");
  }

  @Test
  void anUntrainedBlockIsRefused() {
    assertThatThrownBy(() -> BlockExporter.export(Linear.builder().setUnits(2).build(), 4, manager))
        .isInstanceOf(ExportRefusedException.class)
        .hasMessageContaining("has no value yet");
  }

  @Test
  void anAnswerThatMixesRowsIsRefused() {
    refused(lambda(x -> x.reshape(1, -1)), "a dimension of 1 in front of the batch");
    refused(
        lambda(x -> x.topK(2, 1).get(1).toType(DataType.FLOAT32, false)),
        "toType",
        "the places that topK found");
    refused(lambda(x -> x.topK(2, 1).get(1)), "the places that topK found");
  }
}
