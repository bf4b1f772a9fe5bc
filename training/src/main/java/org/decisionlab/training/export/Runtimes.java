// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.export;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.decisionlab.core.file.DurableFiles;
import org.decisionlab.models.engine.Engine;
import org.decisionlab.models.engine.EngineDescription;
import org.decisionlab.models.engine.Engines;
import org.decisionlab.models.engine.LoadedModel;
import org.decisionlab.models.engine.ModelFile;
import org.decisionlab.models.engine.ModelFormat;
import org.decisionlab.models.engine.TensorValue;
import org.decisionlab.models.evaluate.Evaluator;
import org.decisionlab.models.graph.ModelGraph;
import org.decisionlab.models.onnx.OnnxWriter;
import org.decisionlab.models.tensorflow.GraphDefWriter;
import org.decisionlab.models.tensorflow.SavedModelWriter;

/**
 * A graph in all that can run it: the evaluator on the graph itself, and every engine on every form
 * that it reads, from files as they are exported.
 */
final class Runtimes implements AutoCloseable {

  /** One way to run the graph. */
  interface Run {
    /** The outputs of each row. */
    float[][] outputs(float[][] rows);
  }

  /** A way to run the graph and its name. */
  record Named(String name, Run run) {}

  private final ModelGraph graph;
  private final Evaluator evaluator;
  private final List<Named> all = new ArrayList<>();
  private final List<LoadedModel> loaded = new ArrayList<>();
  private final TreeSet<String> engineNames = new TreeSet<>();

  private Runtimes(ModelGraph graph) {
    this.graph = graph;
    this.evaluator = Evaluator.of(graph);
    all.add(new Named("the graph", evaluator::evaluate));
  }

  /**
   * Loads a graph everywhere.
   *
   * @throws ExportRefusedException when an engine does not take it
   */
  static Runtimes of(ModelGraph graph, Engines engines) {
    Runtimes runtimes = new Runtimes(graph);
    boolean complete = false;
    try {
      runtimes.load(engines);
      complete = true;
      return runtimes;
    } catch (IOException e) {
      throw new ExportRefusedException("the exported model cannot be written and read: " + e, e);
    } finally {
      if (!complete) {
        runtimes.close();
      }
    }
  }

  private void load(Engines engines) throws IOException {
    Path folder = Files.createTempDirectory("decisionlab-export-");
    try {
      for (ModelFormat format : engines.formats()) {
        ModelFile file = write(format, folder);
        for (Engine engine : engines.inOrder()) {
          if (engine.description().formats().contains(format)) {
            load(engine, file);
          }
        }
      }
    } finally {
      DurableFiles.deleteTree(folder);
    }
  }

  private ModelFile write(ModelFormat format, Path folder) throws IOException {
    return switch (format) {
      case SAVED_MODEL -> {
        Files.createDirectories(folder.resolve("variables"));
        Path file = folder.resolve("saved_model.pb");
        yield ModelFile.of(format, Files.write(file, SavedModelWriter.write(graph)));
      }
      case FROZEN_GRAPH ->
          new ModelFile(
              format,
              Files.write(folder.resolve("model.pb"), GraphDefWriter.write(graph)),
              graph.input().name(),
              graph.output().name());
      case ONNX ->
          ModelFile.of(format, Files.write(folder.resolve("model.onnx"), OnnxWriter.write(graph)));
    };
  }

  private void load(Engine engine, ModelFile file) {
    EngineDescription description = engine.description();
    String name = description.name() + " " + description.version();
    LoadedModel model;
    try {
      model = engine.load(file);
    } catch (IOException | RuntimeException | LinkageError e) {
      throw new ExportRefusedException(
          "%s on the class path does not load the %s: %s".formatted(name, file.format(), e), e);
    }
    loaded.add(model);
    engineNames.add(name);
    all.add(new Named(name + ", " + file.format(), rows -> run(model, graph, rows)));
  }

  /** Asks a loaded model rows of a graph's shape. */
  static float[][] run(LoadedModel model, ModelGraph graph, float[][] rows) {
    int[] shape =
        IntStream.concat(
                IntStream.of(rows.length),
                graph.input().shape().row().stream().mapToInt(Integer::intValue))
            .toArray();
    TensorValue input = TensorValue.of(ParityCheck.flat(rows), shape);
    float[] flat = model.run(List.of(input)).get(0).floats();
    int width = flat.length / rows.length;
    return IntStream.range(0, rows.length)
        .mapToObj(i -> Arrays.copyOfRange(flat, i * width, (i + 1) * width))
        .toArray(float[][]::new);
  }

  Evaluator evaluator() {
    return evaluator;
  }

  /** Each way to run it; the graph itself first. */
  List<Named> all() {
    return List.copyOf(all);
  }

  /** Names and versions of the engines. */
  String engines() {
    return String.join(", ", engineNames);
  }

  @Override
  public void close() {
    loaded.forEach(LoadedModel::close);
  }
}
