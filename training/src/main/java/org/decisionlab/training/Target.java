// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training;

import java.util.ArrayList;
import java.util.List;

/**
 * By which figure over the validation rows the best epoch is chosen.
 *
 * @param figure {@code loss}, {@code AUC}, or the name of an evaluator
 * @param highest whether the highest is the best
 */
record Target(String figure, boolean highest) {

  static final String LOSS = "loss";
  static final String AUC = "AUC";

  /** The lowest loss. */
  static final Target LOWEST_LOSS = new Target(LOSS, false);

  double of(EpochResult result) {
    return switch (figure) {
      case LOSS -> result.validationLoss();
      case AUC -> result.validationAuc();
      default -> result.metrics().getOrDefault(figure, Double.NaN);
    };
  }

  /** Refuses a figure that no epoch has. */
  void requireAmong(List<String> evaluators) {
    List<String> figures = new ArrayList<>(List.of(LOSS, AUC));
    figures.addAll(evaluators);
    if (!figures.contains(figure)) {
      throw new IllegalArgumentException(
          "the best epoch cannot be chosen by '%s'; there are %s: add an evaluator of that name"
              .formatted(figure, figures));
    }
  }

  /**
   * Whether an epoch is better than all before it.
   *
   * @throws IllegalStateException when its figure is not finite, so that nothing compares with it
   */
  boolean isBest(EpochResult result, List<EpochResult> before) {
    double value = of(result);
    if (!Double.isFinite(value)) {
      throw new IllegalStateException(
          "%s over the validation rows is %s after %d of the training: the best cannot be chosen by it. Choose by another figure, such as %s, or look for what makes it so"
              .formatted(figure, value, result.epoch(), figure.equals(LOSS) ? AUC : LOSS));
    }
    return before.stream().allMatch(earlier -> highest ? value > of(earlier) : value < of(earlier));
  }

  @Override
  public String toString() {
    return (highest ? "highest " : "lowest ") + figure;
  }
}
