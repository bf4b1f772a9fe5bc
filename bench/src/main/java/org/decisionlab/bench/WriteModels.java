// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.decisionlab.models.bundle.FeatureFile;
import org.decisionlab.models.bundle.ModelBundle;
import org.decisionlab.models.evaluate.Evaluator;
import org.decisionlab.models.graph.ModelGraph;
import org.decisionlab.models.onnx.OnnxWriter;
import org.decisionlab.models.tensorflow.SavedModelWriter;

/**
 * Writes what is served and asked into a directory: the net of the table and a wide one, each in a
 * folder for each engine, the archive of a model for caches, questions, and a right answer.
 */
public final class WriteModels {

  private WriteModels() {}

  /** The one argument is the directory. */
  public static void main(String[] arguments) throws IOException {
    Path directory = Files.createDirectories(Path.of(arguments[0]));
    BenchModels.decisions("reuse").writeArchive(directory.resolve("reuse.tar.gz"));
    float right = write(directory, "mlp", BenchModels.mlp());
    Files.writeString(directory.resolve("mlp.answer"), Float.toString(right));
    write(directory, "wide", BenchModels.wide());
  }

  /** A net in both forms and the questions to it; its answer to them. */
  private static float write(Path directory, String name, ModelGraph graph) throws IOException {
    List<String> names = IntStream.range(0, graph.features()).mapToObj(i -> "f" + i).toList();
    FeatureFile features =
        new FeatureFile("measured by a bench", names, 1e-5, BenchModels.goldenRows(graph));
    Path saved = Files.createDirectories(directory.resolve(name));
    Files.createDirectories(saved.resolve("assets"));
    Files.createDirectories(saved.resolve("variables"));
    Files.write(saved.resolve(ModelBundle.SAVED_MODEL), SavedModelWriter.write(graph));
    Files.writeString(saved.resolve(FeatureFile.NAME), features.toJson());
    Path onnx = Files.createDirectories(directory.resolve(name + "_onnx"));
    Files.write(onnx.resolve(ModelBundle.ONNX), OnnxWriter.write(graph));
    Files.writeString(onnx.resolve(FeatureFile.NAME), features.toJson());
    float[] row = BenchModels.row(new Random(1), names.size());
    question(directory.resolve(name + ".json"), name, names, row);
    question(directory.resolve(name + "_onnx.json"), name + "_onnx", names, row);
    return Evaluator.of(graph).evaluate(row)[0];
  }

  private static void question(Path file, String model, List<String> names, float[] row)
      throws IOException {
    String values = IntStream.range(0, row.length).mapToObj(i -> "" + row[i]).toList().toString();
    String keys = names.stream().map(name -> '"' + name + '"').toList().toString();
    Files.writeString(
        file,
        "{\"model\":\"" + model + "\",\"keys\":" + keys + ",\"values\":" + values + "}",
        StandardCharsets.UTF_8);
  }
}
