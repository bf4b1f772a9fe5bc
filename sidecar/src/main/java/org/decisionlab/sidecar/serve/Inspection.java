// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.serve;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.decisionlab.core.file.DurableFiles;
import org.decisionlab.models.ModelFormatException;
import org.decisionlab.models.bundle.FeatureFile;
import org.decisionlab.models.bundle.GoldenRow;
import org.decisionlab.models.bundle.ModelCard;
import org.decisionlab.models.engine.Engines;
import org.decisionlab.models.engine.Signature;
import org.decisionlab.models.engine.TensorSpec;
import org.decisionlab.sidecar.store.ModelName;
import org.jspecify.annotations.Nullable;

/**
 * A bundle looked into as a sidecar would: unpacked under the same limits, loaded by the same
 * engines, verified in the same way.
 *
 * @param name name of the model
 * @param engine what runs it
 * @param check what its answers were compared with
 * @param signature what goes in and comes out
 * @param features names of what goes in; empty when they are not known
 * @param card its card, null when it has none
 * @param sample answers of the model to rows that it was tried with
 */
public record Inspection(
    ModelName name,
    String engine,
    String check,
    Signature signature,
    List<String> features,
    @Nullable ModelCard card,
    List<GoldenRow> sample) {

  private static final Duration LIMIT = Duration.ofMinutes(5);

  /**
   * Looks into a bundle.
   *
   * @param path folder or archive
   * @throws org.decisionlab.sidecar.fault.RefusedException when it cannot be served
   */
  public static Inspection of(Path path, Engines engines) throws IOException {
    if (Files.isDirectory(path)) {
      Path folder = path.toAbsolutePath().normalize();
      return load(Bundles.nameOf(String.valueOf(folder.getFileName())), folder, engines);
    }
    if (!Files.isRegularFile(path)) {
      throw new ModelFormatException("there is no bundle " + path);
    }
    Path staging = Files.createTempDirectory("decisionlab-bundle-");
    try {
      StagedBundle bundle = Bundles.unpack(path, false, staging);
      return load(bundle.name(), bundle.files(), engines);
    } finally {
      DurableFiles.deleteTree(staging);
    }
  }

  private static Inspection load(ModelName name, Path folder, Engines engines) throws IOException {
    try (ModelLoader loader = new ModelLoader(engines, LIMIT)) {
      LoadedVersion loaded = loader.load(name, folder);
      try (RowModel rows = loaded.rows()) {
        return new Inspection(
            name,
            loaded.engine().toString(),
            loaded.check(),
            rows.signature(),
            loaded.features(),
            loaded.card(),
            rows.width() == TensorSpec.ANY ? List.of() : sample(rows, name));
      }
    }
  }

  private static List<GoldenRow> sample(RowModel rows, ModelName name) {
    List<GoldenRow> golden = new ArrayList<>();
    for (float[] row : rows.sample(ModelCard.GOLDEN_ROWS, name.value().hashCode())) {
      golden.add(GoldenRow.of(row, rows.whole(row)));
    }
    return golden;
  }

  /** The features with the answers that the model gave as golden rows. */
  public FeatureFile withGoldenRows(FeatureFile file) {
    return file.with(sample);
  }

  /** Prints it for people. */
  public void print(PrintWriter out) {
    out.println("model    " + name);
    out.println("engine   " + engine + ", compared with " + check);
    signature.inputs().forEach(input -> print(out, "input    ", input));
    signature.outputs().forEach(output -> print(out, "output   ", output));
    out.println("features " + (features.isEmpty() ? "not named" : String.join(", ", features)));
    if (card != null) {
      card.provenance().facts().forEach((about, text) -> out.printf("%-8s %s%n", about, text));
      out.println("metrics  " + (card.metrics().isEmpty() ? "none" : card.metrics()));
    }
  }

  private static void print(PrintWriter out, String role, TensorSpec tensor) {
    out.println(
        role
            + tensor.name()
            + " "
            + tensor.type()
            + " "
            + tensor.shape().toString().replace("-1", "any"));
  }
}
