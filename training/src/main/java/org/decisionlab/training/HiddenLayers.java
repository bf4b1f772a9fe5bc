// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training;

import ai.djl.Model;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** The net that is trained where none of one's own is given. */
final class HiddenLayers {

  private List<Integer> sizes = List.of(32, 16);
  private Supplier<Block> activation = Activation::reluBlock;

  void sizes(int... wanted) {
    List<Integer> chosen = new ArrayList<>();
    for (int size : wanted) {
      chosen.add(positive("hidden layer size", size));
    }
    sizes = List.copyOf(chosen);
  }

  void activation(Supplier<Block> maker) {
    activation = maker;
  }

  /** Linear, batch normalisation and activation for each size, and a linear layer for the logit. */
  Block block() {
    SequentialBlock net = new SequentialBlock();
    for (int size : sizes) {
      net.add(Linear.builder().setUnits(size).build());
      net.add(BatchNorm.builder().build());
      net.add(activation.get());
    }
    return net.add(Linear.builder().setUnits(1).build());
  }

  /** What gives logits, followed by what makes them probabilities. */
  static Block withSigmoid(Model model, Block logits, int width) {
    SequentialBlock whole = new SequentialBlock().add(logits).add(Activation.sigmoidBlock());
    whole.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, width));
    return whole;
  }

  static int positive(String what, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(what + " must be 1 or more: " + value);
    }
    return value;
  }
}
