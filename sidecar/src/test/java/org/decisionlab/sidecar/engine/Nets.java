// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.decisionlab.models.engine.ModelFile;
import org.decisionlab.models.engine.ModelFormat;
import org.decisionlab.models.graph.ModelGraph;
import org.decisionlab.models.graph.ModelGraphBuilder;
import org.decisionlab.models.graph.Node;
import org.decisionlab.models.graph.Tensor;
import org.decisionlab.models.onnx.OnnxWriter;
import org.decisionlab.models.tensorflow.GraphDefWriter;
import org.decisionlab.models.tensorflow.SavedModelWriter;

/** Nets with random weights in all formats. */
final class Nets {

  static final int WIDTH = 6;

  private Nets() {}

  static ModelGraph random(long seed) {
    Random random = new Random(seed);
    ModelGraphBuilder builder = ModelGraph.builder();
    Node rows = builder.input("inputs", WIDTH);
    Node hidden =
        builder.tanh(
            builder.add(
                builder.matMul(rows, builder.constant(matrix(random, WIDTH, 5))),
                builder.constant(matrix(random, 5))));
    Node answer = builder.matMul(hidden, builder.constant(matrix(random, 5, 3)));
    return builder.build(builder.identity("answer", builder.softmax(answer)));
  }

  private static Tensor matrix(Random random, int... shape) {
    int size = 1;
    for (int each : shape) {
      size *= each;
    }
    return Tensor.of(row(random, size), shape);
  }

  static float[] row(Random random, int size) {
    float[] numbers = new float[size];
    for (int i = 0; i < size; i++) {
      numbers[i] = (float) random.nextGaussian();
    }
    return numbers;
  }

  static byte[] bytes(ModelGraph graph, ModelFormat format) {
    return switch (format) {
      case SAVED_MODEL -> SavedModelWriter.write(graph);
      case FROZEN_GRAPH -> GraphDefWriter.write(graph);
      case ONNX -> OnnxWriter.write(graph);
    };
  }

  /** A file in an otherwise empty new folder. */
  static ModelFile file(Path directory, ModelFormat format, byte[] bytes) throws IOException {
    Path folder = Files.createTempDirectory(directory, "model");
    if (format == ModelFormat.SAVED_MODEL) {
      Files.createDirectories(folder.resolve("variables"));
      return ModelFile.of(format, Files.write(folder.resolve("saved_model.pb"), bytes));
    }
    Path file = Files.write(folder.resolve("model"), bytes);
    return format == ModelFormat.ONNX
        ? ModelFile.of(format, file)
        : new ModelFile(format, file, "inputs", "answer");
  }
}
