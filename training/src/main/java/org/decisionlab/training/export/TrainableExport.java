// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.export;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.decisionlab.core.file.DurableFiles;
import org.decisionlab.models.engine.Engine;
import org.decisionlab.models.engine.Engines;
import org.decisionlab.models.engine.LoadedModel;
import org.decisionlab.models.engine.ModelFile;
import org.decisionlab.models.engine.ModelFormat;
import org.decisionlab.models.engine.TrainableWriter;
import org.decisionlab.models.evaluate.Evaluator;
import org.decisionlab.models.graph.ModelGraph;

/**
 * Writes a model with variables and compares it with the trained one before it is seen.
 *
 * @param check draws rows and compares
 * @param reference the trained model
 */
record TrainableExport(ParityCheck check, ParityCheck.Reference reference) {

  private static final String RUNTIME = "tensorflow";

  /**
   * Writes the folder.
   *
   * @throws ExportRefusedException when it cannot be done
   */
  TrainableWriter.Written write(ModelGraph graph, Path folder) {
    TrainableWriter writer =
        TrainableWriter.installed()
            .orElseThrow(
                () ->
                    new ExportRefusedException(
                        "a trainable export needs tensorflow-java: put"
                            + " decisionlab-engine-tensorflow and what it needs"
                            + " (sidecar-engines/tensorflow of an installed lab) on the class path"
                            + " of this program; toBundle() needs nothing"));
    Path temporary = DurableFiles.temporaryFor(folder);
    try {
      if (Files.exists(folder)) {
        throw new FileAlreadyExistsException(folder.toString());
      }
      DurableFiles.createDirectories(temporary);
      try {
        TrainableWriter.Written written = writer.write(graph, temporary);
        compare(graph, temporary);
        DurableFiles.move(temporary, folder);
        return written;
      } finally {
        DurableFiles.deleteTree(temporary);
      }
    } catch (IOException e) {
      throw new ExportRefusedException(
          "the trainable export to %s failed: %s".formatted(folder, e), e);
    }
  }

  private void compare(ModelGraph graph, Path folder) throws IOException {
    Engine engine =
        Engines.installed().inOrder().stream()
            .filter(each -> each.description().name().equals(RUNTIME))
            .findFirst()
            .orElseThrow(() -> new ExportRefusedException("the engine " + RUNTIME + " is absent"));
    ModelFile file = ModelFile.of(ModelFormat.SAVED_MODEL, folder.resolve("saved_model.pb"));
    try (LoadedModel loaded = engine.load(file)) {
      check.run(
          Evaluator.of(graph),
          List.of(new Runtimes.Named("the variables", rows -> Runtimes.run(loaded, graph, rows))),
          reference);
    }
  }
}
