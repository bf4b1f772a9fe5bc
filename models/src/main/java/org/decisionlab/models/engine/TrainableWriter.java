// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.engine;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import org.decisionlab.models.graph.ModelGraph;

/**
 * Writes a graph so that its weights are variables, which can be trained further. Found by {@link
 * ServiceLoader}; it takes a runtime of its own.
 */
public interface TrainableWriter {

  /**
   * What was written.
   *
   * @param variables names of the variables
   * @param signature whether the model has a signature by which a step of training is done
   * @param reason why it has none; empty where it has one
   */
  record Written(List<String> variables, boolean signature, String reason) {

    /** Copies. */
    public Written {
      variables = List.copyOf(variables);
    }
  }

  /**
   * Writes a SavedModel with variables.
   *
   * @param folder an empty folder
   * @throws org.decisionlab.models.ModelFormatException when the graph has no weights
   */
  Written write(ModelGraph graph, Path folder) throws IOException;

  /** The one on the class path, or nothing. */
  static Optional<TrainableWriter> installed() {
    return ServiceLoader.load(TrainableWriter.class, TrainableWriter.class.getClassLoader())
        .findFirst();
  }
}
