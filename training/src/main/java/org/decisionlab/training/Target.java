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
public record Target(String figure, boolean highest) {

  /** Name of the loss over the validation rows. */
  public static final String LOSS = "loss";

  /** Name of the area under the ROC curve over the validation rows. */
  public static final String AUC = "AUC";

  /** The lowest loss. */
  public static final Target LOWEST_LOSS = new Target(LOSS, false);

  double of(EpochResult result) {
    return switch (figure) {
      case LOSS -> result.validationLoss();
      case AUC -> result.validationAuc();
      default -> result.metrics().getOrDefault(figure, Double.NaN);
    };
  }

  /**
   * Refuses a figure that no epoch has.
   *
   * @param further figures besides loss and AUC
   * @param hint how another comes to be there, for the message
   * @throws IllegalArgumentException when it is none of them
   */
  public void requireAmong(List<String> further, String hint) {
    List<String> figures = new ArrayList<>(List.of(LOSS, AUC));
    figures.addAll(further);
    if (!figures.contains(figure)) {
      throw new IllegalArgumentException(
          "the best cannot be chosen by '%s'; there are %s%s".formatted(figure, figures, hint));
    }
  }

  /**
   * Whether an epoch is better than all before it.
   *
   * @throws IllegalStateException when its figure is not finite, so that nothing compares with it
   */
  public boolean isBest(EpochResult result, List<EpochResult> before) {
    double value = of(result);
    if (!Double.isFinite(value)) {
      throw new IllegalStateException(
          "%s over the validation rows is %s in epoch or round %d: the best cannot be chosen by it. Choose by another figure, such as %s, or look for what makes it so"
              .formatted(figure, value, result.epoch(), figure.equals(LOSS) ? AUC : LOSS));
    }
    return before.stream().allMatch(earlier -> highest ? value > of(earlier) : value < of(earlier));
  }

  @Override
  public String toString() {
    return (highest ? "highest " : "lowest ") + figure;
  }
}
