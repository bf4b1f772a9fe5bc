// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.engine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import java.util.function.Consumer;
import org.decisionlab.models.proto.WireWriter;

/**
 * A net of two inputs and two outputs as the exporter of PyTorch writes it to ONNX: names with dots
 * and colons, {@code Gemm} with {@code transB}, a named axis for the batch, places of the source in
 * {@code metadata_props}, and an operator set of a domain that no node uses. What it computes is
 * worked out by plain loops.
 */
final class TorchModel {

  static final int FEATURES = 3;
  private static final int KINDS = 5;
  private static final int EMBEDDED = 2;
  private static final int HIDDEN = 4;
  private static final int CLASSES = 2;
  private static final int FLOAT = 1;
  private static final int INT64 = 7;

  private final float[] embedding;
  private final float[] first;
  private final float[] firstBias;
  private final float[] second;
  private final float[] secondBias;

  TorchModel(long seed) {
    Random random = new Random(seed);
    embedding = Nets.row(random, KINDS * EMBEDDED);
    first = Nets.row(random, HIDDEN * (FEATURES + EMBEDDED));
    firstBias = Nets.row(random, HIDDEN);
    second = Nets.row(random, CLASSES * HIDDEN);
    secondBias = Nets.row(random, CLASSES);
  }

  /** The logits. */
  double[] logits(float[] x, int kind) {
    double[] row = new double[FEATURES + EMBEDDED];
    for (int i = 0; i < row.length; i++) {
      row[i] = i < FEATURES ? x[i] : embedding[kind * EMBEDDED + i - FEATURES];
    }
    double[] hidden = linear(row, first, firstBias);
    for (int i = 0; i < hidden.length; i++) {
      hidden[i] = Math.max(0, hidden[i]);
    }
    return linear(hidden, second, secondBias);
  }

  /** The probabilities. */
  double[] probabilities(float[] x, int kind) {
    double[] logits = logits(x, kind);
    double sum = 0;
    for (double logit : logits) {
      sum += Math.exp(logit);
    }
    double[] shares = new double[logits.length];
    for (int i = 0; i < shares.length; i++) {
      shares[i] = Math.exp(logits[i]) / sum;
    }
    return shares;
  }

  private static double[] linear(double[] row, float[] weight, float[] bias) {
    double[] answer = new double[bias.length];
    for (int i = 0; i < answer.length; i++) {
      answer[i] = bias[i];
      for (int j = 0; j < row.length; j++) {
        answer[i] += row[j] * weight[i * row.length + j];
      }
    }
    return answer;
  }

  /**
   * The file.
   *
   * @param external whether a weight is said to lie in a file of its own
   */
  byte[] onnx(boolean external) {
    return new WireWriter()
        .varint(1, 10)
        .text(2, "pytorch")
        .text(3, "2.9.0")
        .message(7, graph -> graph(graph, external))
        .message(8, set -> set.varint(2, 18))
        .message(8, set -> set.text(1, "pkg.onnxscript.torch_lib").varint(2, 1))
        .toByteArray();
  }

  private void graph(WireWriter graph, boolean external) {
    graph.text(2, "main_graph");
    node(graph, "Gather", "node_embedding", "embedding", n -> {}, "embed.weight", "kind");
    node(graph, "Concat", "node_cat", "cat", n -> integer(n, "axis", 1), "x.1", "embedding");
    Consumer<WireWriter> transposed = n -> integer(n, "transB", 1);
    node(
        graph,
        "Gemm",
        "node_linear",
        "onnx::Relu_9",
        transposed,
        "cat",
        "fc.0.weight",
        "fc.0.bias");
    node(graph, "Relu", "/fc/fc.1/Relu", "relu", n -> {}, "onnx::Relu_9");
    node(graph, "Gemm", "node_linear_1", "logits", transposed, "relu", "fc.2.weight", "fc.2.bias");
    node(graph, "Softmax", "node_softmax", "probabilities", n -> integer(n, "axis", -1), "logits");
    weight(graph, "embed.weight", embedding, external, KINDS, EMBEDDED);
    weight(graph, "fc.0.weight", first, false, HIDDEN, FEATURES + EMBEDDED);
    weight(graph, "fc.0.bias", firstBias, false, HIDDEN);
    weight(graph, "fc.2.weight", second, false, CLASSES, HIDDEN);
    weight(graph, "fc.2.bias", secondBias, false, CLASSES);
    graph.message(11, v -> value(v, "x.1", FLOAT, FEATURES));
    graph.message(11, v -> value(v, "kind", INT64));
    graph.message(12, v -> value(v, "logits", FLOAT, CLASSES));
    graph.message(12, v -> value(v, "probabilities", FLOAT, CLASSES));
  }

  private static void node(
      WireWriter graph,
      String type,
      String name,
      String output,
      Consumer<WireWriter> attributes,
      String... inputs) {
    graph.message(
        1,
        node -> {
          for (String input : inputs) {
            node.text(1, input);
          }
          node.text(2, output).text(3, name).text(4, type);
          attributes.accept(node);
          node.message(9, p -> p.text(1, "pkg.torch.onnx.name_scopes").text(2, "['', 'fc']"));
        });
  }

  private static void integer(WireWriter node, String name, int value) {
    node.message(5, a -> a.text(1, name).varint(3, value).varint(20, 2));
  }

  private static void weight(
      WireWriter graph, String name, float[] numbers, boolean external, int... sizes) {
    ByteBuffer raw = ByteBuffer.allocate(4 * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float number : numbers) {
      raw.putFloat(number);
    }
    graph.message(
        5,
        tensor -> {
          for (int size : sizes) {
            tensor.varint(1, size);
          }
          tensor.varint(2, FLOAT).text(8, name);
          if (external) {
            tensor.message(13, e -> e.text(1, "location").text(2, "net.onnx.data")).varint(14, 1);
          } else {
            tensor.bytes(9, raw.array());
          }
        });
  }

  private static void value(WireWriter info, String name, int type, int... sizes) {
    info.text(1, name)
        .message(
            2,
            t ->
                t.message(
                    1,
                    tensor ->
                        tensor
                            .varint(1, type)
                            .message(
                                2,
                                shape -> {
                                  shape.message(1, axis -> axis.text(2, "batch"));
                                  for (int size : sizes) {
                                    shape.message(1, axis -> axis.varint(1, size));
                                  }
                                })));
  }
}
