// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import java.util.Arrays;

/** A block asked for its outputs, in pieces that bound the memory used. */
record Inference(Block block, NDManager manager) {

  private static final int PIECE = 8192;

  static Inference of(Model model) {
    return new Inference(model.getBlock(), model.getNDManager());
  }

  /**
   * The first output of every row.
   *
   * @param rows feature values, row after row
   * @param width number of features
   */
  float[] outputs(float[] rows, int width) {
    int count = rows.length / width;
    float[] outputs = new float[count];
    for (int from = 0; from < count; from += PIECE) {
      int to = Math.min(from + PIECE, count);
      try (NDManager piece = manager.newSubManager()) {
        float[] values = Arrays.copyOfRange(rows, from * width, to * width);
        NDArray input = piece.create(values, new Shape(to - from, width));
        ParameterStore parameters = new ParameterStore(piece, false);
        NDList result = block.forward(parameters, new NDList(input), false);
        System.arraycopy(result.singletonOrThrow().toFloatArray(), 0, outputs, from, to - from);
      }
    }
    return outputs;
  }
}
