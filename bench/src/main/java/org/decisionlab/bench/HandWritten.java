// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.bench;

import java.util.ArrayList;
import java.util.List;
import org.decisionlab.models.graph.ModelGraph;
import org.decisionlab.models.graph.Node;
import org.decisionlab.models.graph.Operation;
import org.decisionlab.models.graph.Tensor;

/**
 * A net of dense layers with rectifiers and a logistic answer, in loops written for it. Made from
 * the constants of a graph, a matrix and a bias for each layer.
 */
final class HandWritten {

  private final float[][][] byOutput;
  private final float[][][] byInput;
  private final float[][] biases;

  private HandWritten(List<Tensor> matrices, List<Tensor> vectors) {
    int layers = matrices.size();
    byOutput = new float[layers][][];
    byInput = new float[layers][][];
    biases = new float[layers][];
    for (int l = 0; l < layers; l++) {
      Tensor matrix = matrices.get(l);
      int in = matrix.shape().dimension(0);
      int out = matrix.shape().dimension(1);
      byOutput[l] = new float[out][in];
      byInput[l] = new float[in][out];
      for (int i = 0; i < in; i++) {
        for (int o = 0; o < out; o++) {
          byOutput[l][o][i] = matrix.get(i * out + o);
          byInput[l][i][o] = matrix.get(i * out + o);
        }
      }
      biases[l] = vectors.get(l).toArray();
    }
  }

  static HandWritten of(ModelGraph graph) {
    List<Tensor> matrices = new ArrayList<>();
    List<Tensor> vectors = new ArrayList<>();
    for (Node node : graph.nodes()) {
      if (node.operation() instanceof Operation.Constant constant) {
        Tensor tensor = constant.value();
        (tensor.shape().rank() == 2 ? matrices : vectors).add(tensor);
      }
    }
    return new HandWritten(matrices, vectors);
  }

  /** A sum of products for each output. */
  float[] plain(float[] row) {
    float[] values = row;
    for (int l = 0; l < biases.length; l++) {
      float[] sums = new float[biases[l].length];
      for (int o = 0; o < sums.length; o++) {
        float sum = biases[l][o];
        float[] weights = byOutput[l][o];
        for (int i = 0; i < weights.length; i++) {
          sum += weights[i] * values[i];
        }
        sums[o] = activation(sum, l);
      }
      values = sums;
    }
    return values;
  }

  /** Input by input, which the just-in-time compiler turns into vector instructions. */
  float[] vectorised(float[] row) {
    float[] values = row;
    for (int l = 0; l < biases.length; l++) {
      float[] sums = biases[l].clone();
      for (int i = 0; i < values.length; i++) {
        addTo(sums, byInput[l][i], values[i]);
      }
      for (int o = 0; o < sums.length; o++) {
        sums[o] = activation(sums[o], l);
      }
      values = sums;
    }
    return values;
  }

  private static void addTo(float[] sums, float[] weights, float factor) {
    for (int o = 0; o < sums.length; o++) {
      sums[o] += weights[o] * factor;
    }
  }

  private float activation(float sum, int layer) {
    return layer < biases.length - 1 ? Math.max(sum, 0f) : (float) (1 / (1 + Math.exp(-sum)));
  }
}
