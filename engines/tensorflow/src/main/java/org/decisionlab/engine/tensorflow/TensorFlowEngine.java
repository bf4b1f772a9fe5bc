// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.engine.tensorflow;

import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.decisionlab.models.ModelFormatException;
import org.decisionlab.models.engine.Engine;
import org.decisionlab.models.engine.EngineDescription;
import org.decisionlab.models.engine.LoadedModel;
import org.decisionlab.models.engine.ModelFile;
import org.decisionlab.models.engine.ModelFormat;
import org.decisionlab.models.tensorflow.ServingNames;
import org.decisionlab.models.tensorflow.TensorFlowGuard;
import org.tensorflow.Graph;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GraphDef;

/**
 * TensorFlow through tensorflow-java. One session for each model, kept as long as the model, which
 * computes in the calling thread.
 */
public final class TensorFlowEngine implements Engine {

  private static final EngineDescription DESCRIPTION =
      new EngineDescription(
          "tensorflow", "1.1.0", Set.of(ModelFormat.SAVED_MODEL, ModelFormat.FROZEN_GRAPH), true);

  private static final List<String> OTHER_FORMS = List.of("saved_model.cpb", "saved_model.pbtxt");

  @Override
  public EngineDescription description() {
    return DESCRIPTION;
  }

  @Override
  public LoadedModel load(ModelFile model) throws IOException {
    byte[] bytes = Files.readAllBytes(model.file());
    try {
      return switch (model.format()) {
        case SAVED_MODEL -> savedModel(bytes, parent(model.file()));
        case FROZEN_GRAPH -> frozen(bytes, model);
        case ONNX -> throw new ModelFormatException("TensorFlow does not read ONNX");
      };
    } catch (TensorFlowException | IllegalArgumentException | IllegalStateException e) {
      throw new ModelFormatException(e.getMessage(), e);
    }
  }

  private static Path parent(Path file) {
    return Objects.requireNonNull(file.toAbsolutePath().getParent());
  }

  private static LoadedModel savedModel(byte[] bytes, Path folder) throws IOException {
    TensorFlowGuard.checkSavedModel(bytes);
    requireOneForm(folder);
    SavedModelBundle bundle =
        SavedModelBundle.loader(folder.toString())
            .withTags(ServingNames.TAG)
            .withConfigProto(inCallingThread())
            .load();
    boolean kept = false;
    try {
      LoadedModel loaded = TensorFlowModel.of(bundle);
      kept = true;
      return loaded;
    } finally {
      if (!kept) {
        bundle.close();
      }
    }
  }

  /** TensorFlow may prefer another form of the graph beside the one that was looked through. */
  private static void requireOneForm(Path folder) throws IOException {
    for (String other : OTHER_FORMS) {
      if (Files.exists(folder.resolve(other), LinkOption.NOFOLLOW_LINKS)) {
        throw new ModelFormatException(
            "the model has '" + other + "' beside 'saved_model.pb'; leave it out");
      }
    }
  }

  private static LoadedModel frozen(byte[] bytes, ModelFile model) throws ModelFormatException {
    TensorFlowGuard.checkGraph(bytes);
    String input = model.inputNode();
    String output = model.outputNode();
    if (input == null || output == null) {
      throw new ModelFormatException("a frozen graph needs the names of its input and output");
    }
    Graph graph = new Graph();
    boolean kept = false;
    try {
      graph.importGraphDef(GraphDef.parseFrom(bytes));
      LoadedModel loaded =
          TensorFlowModel.of(graph, new Session(graph, inCallingThread()), input, output);
      kept = true;
      return loaded;
    } catch (InvalidProtocolBufferException e) {
      throw new ModelFormatException("GraphDef: " + e.getMessage(), e);
    } finally {
      if (!kept) {
        graph.close();
      }
    }
  }

  /** A negative number of threads between operations is TensorFlow's word for the caller's own. */
  private static ConfigProto inCallingThread() {
    return ConfigProto.newBuilder()
        .setIntraOpParallelismThreads(1)
        .setInterOpParallelismThreads(-1)
        .putDeviceCount("GPU", 0)
        .build();
  }
}
