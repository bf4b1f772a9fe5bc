// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.bundle;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.decisionlab.core.feature.FeatureMap;
import org.decisionlab.models.ModelFormatException;

/**
 * What a model says of itself: what goes in, what the answer decides, where it comes from, how good
 * it was, and rows that prove that it is still the same. Kept in a bundle as {@code
 * model-card.json}.
 *
 * @param name name of the model: letters, digits and {@code _}, so that TFaaS can serve it
 * @param description one or two sentences for people
 * @param features the inputs, in order, with units, scaling and values when missing
 * @param statistics what the training data looked like, one for each feature in the same order;
 *     empty when not known
 * @param decision how an answer becomes a decision
 * @param provenance where the model comes from
 * @param metrics how good the model was, by name, such as {@code auc}
 * @param selfCheck how the exported form was compared with the trained one
 * @param goldenRows rows with the answers that the model must give
 * @param mayBeMissing names of the features that a row may leave out, which it tells by "not a
 *     number", or by null in JSON; in the order of the features
 */
public record ModelCard(
    String name,
    String description,
    FeatureMap features,
    List<FeatureStatistics> statistics,
    DecisionRule decision,
    Provenance provenance,
    Map<String, Double> metrics,
    SelfCheck selfCheck,
    List<GoldenRow> goldenRows,
    List<String> mayBeMissing) {

  /** Golden rows that a card usually has. */
  public static final int GOLDEN_ROWS = 16;

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_]{1,64}");
  private static final int MAX_GOLDEN_ROWS = 1_000;

  /** Refuses a card that contradicts itself. */
  public ModelCard {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "model name '" + name + "' must have 1 to 64 letters, digits or '_'");
    }
    statistics = List.copyOf(statistics);
    metrics = Collections.unmodifiableMap(new TreeMap<>(metrics));
    goldenRows = List.copyOf(goldenRows);
    mayBeMissing = List.copyOf(mayBeMissing);
    requireStatistics(features, statistics);
    requireMissing(features, mayBeMissing);
    requireGoldenRows(features, goldenRows, mayBeMissing);
    metrics.forEach(
        (metric, value) -> {
          if (value == null || !Double.isFinite(value)) {
            throw new IllegalArgumentException("metric " + metric + " is not finite: " + value);
          }
        });
  }

  /** The card of a model whose features must all be there. */
  public ModelCard(
      String name,
      String description,
      FeatureMap features,
      List<FeatureStatistics> statistics,
      DecisionRule decision,
      Provenance provenance,
      Map<String, Double> metrics,
      SelfCheck selfCheck,
      List<GoldenRow> goldenRows) {
    this(
        name,
        description,
        features,
        statistics,
        decision,
        provenance,
        metrics,
        selfCheck,
        goldenRows,
        List.of());
  }

  /** The JSON form, indented, with a line end. The same card makes the same text. */
  public String toJson() {
    return CardJson.write(this);
  }

  /**
   * Reads the JSON form; members that are not known are passed over.
   *
   * @throws ModelFormatException when it is not a model card, or one that contradicts itself
   */
  public static ModelCard fromJson(String json) throws ModelFormatException {
    return CardJson.read(json);
  }

  private static void requireStatistics(FeatureMap features, List<FeatureStatistics> statistics) {
    List<String> names = statistics.stream().map(FeatureStatistics::name).toList();
    if (!names.isEmpty() && !names.equals(features.names())) {
      throw new IllegalArgumentException(
          "statistics of " + names + " do not belong to features " + features.names());
    }
  }

  private static void requireMissing(FeatureMap features, List<String> mayBeMissing) {
    List<String> inOrder = features.names().stream().filter(mayBeMissing::contains).toList();
    if (!inOrder.equals(mayBeMissing)) {
      throw new IllegalArgumentException(
          "features that may be missing, %s, must be some of %s, in their order"
              .formatted(mayBeMissing, features.names()));
    }
  }

  private static void requireGoldenRows(
      FeatureMap features, List<GoldenRow> rows, List<String> mayBeMissing) {
    if (rows.isEmpty() || rows.size() > MAX_GOLDEN_ROWS) {
      throw new IllegalArgumentException(
          "a card needs 1 to " + MAX_GOLDEN_ROWS + " golden rows, found " + rows.size());
    }
    for (int i = 0; i < rows.size(); i++) {
      if (rows.get(i).inputs().size() != features.size()) {
        throw new IllegalArgumentException(
            "golden row "
                + i
                + " has "
                + rows.get(i).inputs().size()
                + " inputs; the model has "
                + features.size()
                + " features");
      }
      for (int c = 0; c < features.size(); c++) {
        if (rows.get(i).isMissing(c) && !mayBeMissing.contains(features.names().get(c))) {
          throw new IllegalArgumentException(
              "golden row %d lacks feature %s, which may not be missing"
                  .formatted(i, features.names().get(c)));
        }
      }
    }
  }
}
