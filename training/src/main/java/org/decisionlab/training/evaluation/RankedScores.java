// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.evaluation;

import java.util.Arrays;
import java.util.Comparator;

/**
 * Rows in the order of their score, prepared once so that the area under the ROC curve can be asked
 * for many weightings of the rows.
 */
final class RankedScores {

  private final boolean[] labels;
  private final int[] order;
  private final boolean[] startsTie;

  RankedScores(boolean[] labels, double[] scores) {
    this.labels = labels;
    Integer[] sorted = new Integer[scores.length];
    Arrays.setAll(sorted, i -> i);
    Arrays.sort(sorted, Comparator.comparingDouble(i -> scores[i]));
    order = new int[sorted.length];
    startsTie = new boolean[sorted.length];
    for (int i = 0; i < order.length; i++) {
      order[i] = sorted[i];
      startsTie[i] = i == 0 || scores[order[i]] != scores[order[i - 1]];
    }
  }

  /**
   * Chance that a positive row outranks a negative one, a tie counting half.
   *
   * @param times how often each row occurs
   * @return NaN when no positive or no negative row occurs
   */
  double auc(int[] times) {
    double below = 0;
    double tiedPositives = 0;
    double tiedNegatives = 0;
    double positives = 0;
    double won = 0;
    for (int i = 0; i < order.length; i++) {
      if (startsTie[i]) {
        won += tiedPositives * (below + tiedNegatives / 2);
        positives += tiedPositives;
        below += tiedNegatives;
        tiedPositives = 0;
        tiedNegatives = 0;
      }
      int row = order[i];
      if (labels[row]) {
        tiedPositives += times[row];
      } else {
        tiedNegatives += times[row];
      }
    }
    won += tiedPositives * (below + tiedNegatives / 2);
    positives += tiedPositives;
    below += tiedNegatives;
    return won / (positives * below);
  }
}
