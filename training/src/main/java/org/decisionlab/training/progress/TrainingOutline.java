// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.progress;

import java.util.List;

/**
 * What a training is going to tell.
 *
 * @param title what is trained, a few words
 * @param unit what its rounds are called, such as "epoch" or "tree"
 * @param rounds largest number of rounds
 * @param charts the charts of its figures, in order
 */
public record TrainingOutline(String title, String unit, int rounds, List<Chart> charts) {

  /** Copies the charts. */
  public TrainingOutline {
    charts = List.copyOf(charts);
  }

  /**
   * A chart over the rounds.
   *
   * @param title of the chart, such as "loss"
   * @param curves names of its figures in {@link TrainingRound#figures}
   */
  public record Chart(String title, List<String> curves) {

    /** Copies the curves. */
    public Chart {
      curves = List.copyOf(curves);
    }
  }

  /** The names of all figures, in the order of the charts. */
  public List<String> figures() {
    return charts.stream().flatMap(chart -> chart.curves().stream()).distinct().toList();
  }
}
