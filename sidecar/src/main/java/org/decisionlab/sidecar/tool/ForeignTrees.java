// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.tool;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.decisionlab.models.ModelFormatException;
import org.decisionlab.models.bundle.FeatureFile;
import org.decisionlab.models.graph.InvalidGraphException;
import org.decisionlab.models.graph.ModelGraph;
import org.decisionlab.models.trees.LightGbmReader;
import org.decisionlab.models.trees.TreeModel;
import org.decisionlab.models.trees.XgboostReader;

/** Boosted trees in the files of the libraries that made them. */
final class ForeignTrees {

  private static final List<String> XGBOOST = List.of(".json", ".ubj");
  private static final String LIGHTGBM = ".txt";

  private ForeignTrees() {}

  /** Whether a file's name ends as those of such libraries do. */
  static boolean isTrees(Path path) {
    String name = path.toString().toLowerCase(Locale.ROOT);
    return name.endsWith(LIGHTGBM) || XGBOOST.stream().anyMatch(name::endsWith);
  }

  /**
   * The trees of a file as a graph.
   *
   * @param features names that the model is to take, which must be those in the file, if it has any
   * @throws ModelFormatException when the file is damaged or the names are others
   */
  static ModelGraph graph(byte[] file, FeatureFile features) throws ModelFormatException {
    TreeModel trees =
        file.length > 0 && file[0] == '{'
            ? XgboostReader.read(file)
            : LightGbmReader.read(new String(file, StandardCharsets.UTF_8));
    List<String> known = trees.features();
    boolean made = known.stream().allMatch(name -> name.matches("Column_[0-9]+|f[0-9]+"));
    if (!known.isEmpty() && !made && !known.equals(features.names())) {
      throw new ModelFormatException(
          "the trees were trained with the features %s, the features file has %s"
              .formatted(known, features.names()));
    }
    if (trees.columns() != features.names().size()) {
      throw new ModelFormatException(
          "the trees were trained with %d features, the features file has %d"
              .formatted(trees.columns(), features.names().size()));
    }
    try {
      return trees.graph();
    } catch (InvalidGraphException e) {
      throw new ModelFormatException(e.getMessage(), e);
    }
  }
}
