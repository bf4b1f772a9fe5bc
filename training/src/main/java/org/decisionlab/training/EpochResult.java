// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What one pass over the training rows came to.
 *
 * @param epoch number of the epoch, from 1
 * @param trainLoss mean binary cross-entropy over the training rows, in nats, while they were
 *     learned from
 * @param validationLoss the same over the validation rows, after the epoch
 * @param validationAuc area under the ROC curve over the validation rows
 * @param metrics further figures over the validation rows, by name
 * @param seconds wall-clock time of the epoch, validation included
 * @param best whether it is the best so far, by the validation loss unless told otherwise
 */
public record EpochResult(
    int epoch,
    double trainLoss,
    double validationLoss,
    double validationAuc,
    Map<String, Double> metrics,
    double seconds,
    boolean best) {

  /** Copies the metrics. */
  public EpochResult {
    metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
  }

  /** The same, as the best so far. */
  public EpochResult asBest() {
    return new EpochResult(epoch, trainLoss, validationLoss, validationAuc, metrics, seconds, true);
  }

  /** One line. */
  @Override
  public String toString() {
    StringBuilder further = new StringBuilder();
    metrics.forEach(
        (name, value) ->
            further.append(String.format(Locale.ROOT, ", validation %s %.4f", name, value)));
    return String.format(
        Locale.ROOT,
        "epoch %d: loss %.4f, validation loss %.4f, validation AUC %.4f%s, %.1f s%s",
        epoch,
        trainLoss,
        validationLoss,
        validationAuc,
        further,
        seconds,
        best ? ", best so far" : "");
  }
}
