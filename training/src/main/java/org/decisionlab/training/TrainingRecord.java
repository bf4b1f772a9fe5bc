// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.decisionlab.models.bundle.FeatureStatistics;
import org.decisionlab.training.environment.TrainingEnvironment;

/**
 * How a model was trained: what goes into its card besides the model itself.
 *
 * @param label name of the label column
 * @param statistics what each feature looked like over the training rows, in order
 * @param trainRows rows learned from
 * @param outcomes what the model answers with, in order, and how many of the rows learned from are
 *     labelled so; {@value #REUSED} alone where the label is yes or no
 * @param validationRows rows on which the best epoch was chosen
 * @param seed of weights and row order
 * @param settings how it was told to train, by name, such as {@code batch_size}
 * @param environment code, libraries and machine
 * @param history one result per epoch
 * @param stop why it ended
 */
public record TrainingRecord(
    String label,
    List<FeatureStatistics> statistics,
    int trainRows,
    Map<String, Integer> outcomes,
    int validationRows,
    int seed,
    Map<String, String> settings,
    TrainingEnvironment environment,
    List<EpochResult> history,
    StopReason stop) {

  /** The outcome that labels of yes and no speak of. */
  public static final String REUSED = "reused";

  /** Copies what it is given. */
  public TrainingRecord {
    outcomes = Collections.unmodifiableMap(new LinkedHashMap<>(outcomes));
    statistics = List.copyOf(statistics);
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    history = List.copyOf(history);
    if (history.stream().noneMatch(EpochResult::best)) {
      throw new IllegalArgumentException("no epoch of the history is the best");
    }
  }

  /** The epoch whose parameters were kept. */
  public EpochResult best() {
    return history.stream().filter(EpochResult::best).reduce((a, b) -> b).orElseThrow();
  }
}
