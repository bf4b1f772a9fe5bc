// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.engine.tensorflow;

import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.decisionlab.core.file.DurableFiles;
import org.decisionlab.models.ModelFormatException;
import org.decisionlab.models.engine.TrainableWriter;
import org.decisionlab.models.graph.ModelGraph;
import org.decisionlab.models.tensorflow.SavedModelWriter;
import org.decisionlab.models.tensorflow.ServingNames;
import org.tensorflow.Graph;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.types.TString;

/**
 * A SavedModel whose matrices, kernels, tables and biases are variables, with their values in a
 * checkpoint, as TensorFlow writes it. The answer has the names of every other export; the
 * signature {@value TrainingStep#SIGNATURE} does one step of gradient descent.
 *
 * <p>What was fitted but not learned by gradients, such as means of the preprocessing, stays
 * constant, and so do normalisations, which are folded when a net is exported.
 */
public final class TensorFlowTrainableWriter implements TrainableWriter {

  @Override
  public Written write(ModelGraph model, Path folder) throws IOException {
    try {
      SavedModel constants = SavedModel.parseFrom(SavedModelWriter.write(model));
      MetaGraphDef meta = constants.getMetaGraphs(0);
      VariableGraph variables = VariableGraph.of(meta.getGraphDef());
      if (variables.names().isEmpty()) {
        throw new ModelFormatException(
            "the model has no weights that could be trained: no matrix, kernel or table");
      }
      return write(constants, variables, folder);
    } catch (InvalidProtocolBufferException e) {
      throw new ModelFormatException("the exported graph cannot be read: " + e.getMessage(), e);
    } catch (TensorFlowException e) {
      throw new ModelFormatException("TensorFlow refuses the graph: " + e.getMessage(), e);
    }
  }

  private static Written write(SavedModel constants, VariableGraph variables, Path folder)
      throws IOException {
    MetaGraphDef.Builder meta = constants.getMetaGraphs(0).toBuilder();
    String refusal = "";
    TrainingStep step = new TrainingStep(ServingNames.OUTPUT, variables.names());
    GraphDef complete = variables.definition();
    try (Graph graph = new Graph()) {
      graph.importGraphDef(step.withLoss(complete));
      save(graph, folder);
      try {
        Output<?>[] gradients = step.gradients(graph);
        complete = step.complete(graph.toGraphDef(), gradients);
        meta.putSignatureDef(TrainingStep.SIGNATURE, step.signature(meta));
      } catch (TensorFlowException | IllegalArgumentException | IllegalStateException e) {
        refusal = "TensorFlow has no gradient for it: " + e.getMessage();
      }
    }
    meta.setGraphDef(complete)
        .setSaverDef(VariableGraph.saver())
        .putCollectionDef("variables", variables.collection())
        .putCollectionDef("trainable_variables", variables.collection());
    SavedModel saved = constants.toBuilder().setMetaGraphs(0, meta).build();
    Files.createDirectories(folder.resolve("assets"));
    Files.write(folder.resolve("saved_model.pb"), saved.toByteArray());
    DurableFiles.forceTree(folder);
    return new Written(List.copyOf(variables.names()), refusal.isEmpty(), refusal);
  }

  /** Gives the variables their values and writes them. */
  private static void save(Graph graph, Path folder) throws IOException {
    Path prefix = Files.createDirectories(folder.resolve("variables")).resolve("variables");
    try (Session session = new Session(graph);
        TString place = TString.scalarOf(prefix.toString())) {
      session.runner().addTarget(VariableGraph.INITIALISE).run().close();
      session
          .runner()
          .feed(VariableGraph.PLACE, place)
          .addTarget(VariableGraph.SAVED)
          .run()
          .close();
    }
  }
}
