// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.export;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv1d;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.convolutional.Conv3d;
import ai.djl.nn.core.Embedding;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.Dropout;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.nn.pooling.Pool;
import ai.djl.nn.recurrent.GRU;
import ai.djl.nn.recurrent.LSTM;
import ai.djl.nn.recurrent.RNN;
import ai.djl.nn.transformer.TransformerEncoderBlock;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Nets as users build them, with every kind of layer. */
enum Nets {
  MLP(new Shape(20)) {
    @Override
    Block block() {
      return new SequentialBlock()
          .add(linear(64))
          .add(Activation.reluBlock())
          .add(linear(32))
          .add(Activation.reluBlock())
          .add(linear(1))
          .add(Activation.sigmoidBlock());
    }
  },
  ACTIVATIONS(new Shape(12)) {
    @Override
    Block block() {
      SequentialBlock net = new SequentialBlock();
      for (Block activation :
          List.of(
              Activation.tanhBlock(),
              Activation.geluBlock(),
              Activation.swishBlock(1.2f),
              Activation.eluBlock(1.3f),
              Activation.leakyReluBlock(0.1f),
              Activation.seluBlock(),
              Activation.softPlusBlock(),
              Activation.softSignBlock(),
              Activation.mishBlock(),
              Activation.relu6Block())) {
        net.add(linear(10))
            .add(BatchNorm.builder().build())
            .add(activation)
            .add(Dropout.builder().optRate(0.3f).build());
      }
      net.add(LayerNorm.builder().build()).add(linear(4));
      return net.add(LambdaBlock.singleton(x -> x.softmax(-1)));
    }
  },
  CONVOLUTIONS(new Shape(4, 13, 12)) {
    @Override
    Block block() {
      return new SequentialBlock()
          .add(conv(8, 3, 2).optPadding(new Shape(1, 0)).build())
          .add(BatchNorm.builder().build())
          .add(Activation.reluBlock())
          .add(conv(8, 3, 3).optDilation(new Shape(2, 1)).optPadding(new Shape(2, 1)).build())
          .add(conv(16, 3, 3).optGroups(8).optPadding(new Shape(1, 1)).build())
          .add(conv(8, 2, 3).optGroups(4).optStride(new Shape(2, 1)).build())
          .add(conv(8, 2, 2).optGroups(8).optStride(new Shape(1, 2)).optBias(false).build())
          .add(Activation.tanhBlock())
          .add(Blocks.batchFlattenBlock())
          .add(linear(3));
    }
  },
  POOLING(new Shape(3, 12, 11)) {
    @Override
    Block block() {
      ParallelBlock pools = new ParallelBlock(Nets::sideBySide);
      pools
          .add(Pool.maxPool2dBlock(new Shape(3, 2), new Shape(2, 2), new Shape(1, 1)))
          .add(Pool.avgPool2dBlock(new Shape(3, 3), new Shape(2, 2), new Shape(1, 1)))
          .add(Pool.avgPool2dBlock(new Shape(2, 3), new Shape(2, 2), new Shape(1, 1), false, false))
          .add(Pool.maxPool2dBlock(new Shape(3, 3), new Shape(2, 3), new Shape(0, 0), true))
          .add(Pool.avgPool2dBlock(new Shape(3, 3), new Shape(2, 3), new Shape(1, 0), true, true))
          .add(
              new SequentialBlock()
                  .add(LambdaBlock.singleton(NDArray::abs))
                  .add(Pool.lpPool2dBlock(2, new Shape(2, 2), new Shape(2, 2), new Shape(0, 0))))
          .add(Pool.globalMaxPool2dBlock())
          .add(Pool.globalAvgPool2dBlock())
          .add(
              new SequentialBlock()
                  .add(LambdaBlock.singleton(NDArray::abs))
                  .add(Pool.globalLpPool2dBlock(2)));
      return pools;
    }
  },
  RESIDUAL(new Shape(4, 8, 8)) {
    @Override
    Block block() {
      Block branch =
          new SequentialBlock()
              .add(conv(4, 3, 3).optPadding(new Shape(1, 1)).build())
              .add(BatchNorm.builder().build())
              .add(Activation.reluBlock())
              .add(conv(4, 3, 3).optPadding(new Shape(1, 1)).build());
      ParallelBlock residual = new ParallelBlock(Nets::sum);
      residual.add(branch).add(Blocks.identityBlock());
      return new SequentialBlock()
          .add(residual)
          .add(Activation.reluBlock())
          .add(Pool.globalAvgPool2dBlock())
          .add(Blocks.batchFlattenBlock())
          .add(linear(2));
    }
  },
  SEQUENCE_AND_VOLUME(new Shape(6, 16)) {
    @Override
    Block block() {
      return new SequentialBlock()
          .add(
              Conv1d.builder()
                  .setFilters(6)
                  .setKernelShape(new Shape(3))
                  .optStride(new Shape(2))
                  .optPadding(new Shape(1))
                  .optGroups(2)
                  .build())
          .add(BatchNorm.builder().build())
          .add(BatchNorm.builder().optAxis(2).build())
          .add(Pool.maxPool1dBlock(new Shape(2), new Shape(2), new Shape(0)))
          .add(LambdaBlock.singleton(x -> x.reshape(-1, 1, 2, 3, 4)))
          .add(
              Conv3d.builder()
                  .setFilters(3)
                  .setKernelShape(new Shape(1, 2, 2))
                  .optDilation(new Shape(1, 2, 1))
                  .optPadding(new Shape(0, 1, 0))
                  .build())
          .add(Pool.avgPool3dBlock(new Shape(2, 2, 2), new Shape(1, 1, 1), new Shape(0, 0, 0)))
          .add(Blocks.batchFlattenBlock())
          .add(linear(2));
    }
  },
  LONG_SHORT_TERM_MEMORY(new Shape(7, 4)) {
    @Override
    Block block() {
      return new SequentialBlock()
          .add(
              LSTM.builder()
                  .setStateSize(5)
                  .setNumLayers(2)
                  .optBatchFirst(true)
                  .optReturnState(false)
                  .build())
          .add(LambdaBlock.singleton(x -> x.get(":, -1")))
          .add(linear(2));
    }
  },
  GATED_AND_PLAIN(new Shape(6, 3)) {
    @Override
    Block block() {
      return new SequentialBlock()
          .add(
              GRU.builder()
                  .setStateSize(5)
                  .setNumLayers(2)
                  .optBatchFirst(true)
                  .optReturnState(false)
                  .build())
          .add(
              RNN.builder()
                  .setStateSize(4)
                  .setNumLayers(1)
                  .setActivation(RNN.Activation.TANH)
                  .optBidirectional(true)
                  .optHasBiases(false)
                  .optBatchFirst(true)
                  .optReturnState(false)
                  .build())
          .add(LambdaBlock.singleton(x -> x.mean(new int[] {1})))
          .add(linear(2));
    }
  },
  TRANSFORMER(new Shape(5, 8)) {
    @Override
    Block block() {
      return new SequentialBlock()
          .add(linear(12))
          .add(new TransformerEncoderBlock(12, 3, 16, 0.1f, Activation::gelu))
          .add(LambdaBlock.singleton(x -> x.mean(new int[] {1})))
          .add(linear(2));
    }
  },
  EMBEDDINGS(new Shape(4)) {
    @Override
    boolean whole() {
      return true;
    }

    @Override
    Block block() {
      ParallelBlock towers = new ParallelBlock(Nets::sideBySide);
      towers
          .add(
              new SequentialBlock()
                  .add(LambdaBlock.singleton(x -> x.get(":, :2").toType(DataType.INT64, false)))
                  .add(new Names())
                  .add(Blocks.batchFlattenBlock()))
          .add(
              new SequentialBlock()
                  .add(LambdaBlock.singleton(x -> x.get(":, 2:").sub(2).div(1.5)))
                  .add(linear(6))
                  .add(Activation.reluBlock()));
      return new SequentialBlock()
          .add(towers)
          .add(linear(2))
          .add(LambdaBlock.singleton(x -> x.logSoftmax(1)));
    }
  };

  private final Shape row;

  Nets(Shape row) {
    this.row = row;
  }

  /** A net that is not initialised. */
  abstract Block block();

  Shape row() {
    return row;
  }

  /** Whether its features are whole numbers from 0 to 4. */
  boolean whole() {
    return false;
  }

  static Linear linear(int units) {
    return Linear.builder().setUnits(units).build();
  }

  static Conv2d.Builder conv(int filters, int height, int width) {
    return Conv2d.builder().setFilters(filters).setKernelShape(new Shape(height, width));
  }

  private static NDList sum(List<NDList> branches) {
    return new NDList(branches.get(0).head().add(branches.get(1).head()));
  }

  private static NDList sideBySide(List<NDList> branches) {
    Function<NDArray, NDArray> flat = x -> x.reshape(x.size(0), -1);
    NDArray all = flat.apply(branches.get(0).head());
    for (NDList branch : branches.subList(1, branches.size())) {
      all = all.concat(flat.apply(branch.head()), 1);
    }
    return new NDList(all);
  }

  /** Numbers and, behind them, one of five names; gives a logit. */
  static Block tierNet(int numbers) {
    ParallelBlock towers = new ParallelBlock(Nets::sideBySide);
    towers
        .add(
            new SequentialBlock()
                .add(
                    LambdaBlock.singleton(
                        x -> x.get(":, " + numbers + ":").toType(DataType.INT64, false)))
                .add(new Names())
                .add(Blocks.batchFlattenBlock()))
        .add(LambdaBlock.singleton(x -> x.get(":, :" + numbers)));
    return new SequentialBlock().add(towers).add(linear(1));
  }

  /** An embedding of five names in three numbers each, as users write one. */
  private static final class Names extends AbstractBlock {
    private final Parameter table =
        addParameter(
            Parameter.builder()
                .setName("table")
                .setType(Parameter.Type.WEIGHT)
                .optShape(new Shape(5, 3))
                .build());

    @Override
    protected NDList forwardInternal(
        ParameterStore store,
        NDList inputs,
        boolean training,
        @Nullable PairList<String, Object> parameters) {
      NDArray index = inputs.singletonOrThrow();
      NDArray values = store.getValue(table, index.getDevice(), training);
      return Embedding.embedding(index, values, SparseFormat.DENSE);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
      return new Shape[] {inputShapes[0].add(3)};
    }
  }
}
