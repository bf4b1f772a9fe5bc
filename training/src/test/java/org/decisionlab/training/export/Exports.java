// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.export;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.decisionlab.models.graph.ModelGraph;
import org.decisionlab.models.onnx.OnnxWriter;
import org.decisionlab.models.tensorflow.GraphDefWriter;
import org.decisionlab.models.tensorflow.SavedModelWriter;

/** Models for the lane that asks the Python runtimes. */
public final class Exports {

  private Exports() {}

  /** Writes a model with rows and the answers that every runtime must give. */
  public static void write(String name, ModelGraph graph, float[][] rows, float[][] answers)
      throws IOException {
    Path net = Path.of("target", "exports", name);
    Path saved = net.resolve("saved_model");
    Files.createDirectories(saved.resolve("assets"));
    Files.createDirectories(saved.resolve("variables"));
    Files.write(saved.resolve("saved_model.pb"), SavedModelWriter.write(graph));
    Files.write(net.resolve("model.pb"), GraphDefWriter.write(graph));
    Files.write(net.resolve("model.onnx"), OnnxWriter.write(graph));
    String facts =
        """
        {"input": "%s", "output": "%s", "row": %s,
         "rows": %s,
         "answers": %s}
        """
            .formatted(
                graph.input().name(),
                graph.output().name(),
                graph.input().shape().row(),
                Arrays.deepToString(rows),
                Arrays.deepToString(answers));
    Files.writeString(net.resolve("facts.json"), facts);
  }
}
