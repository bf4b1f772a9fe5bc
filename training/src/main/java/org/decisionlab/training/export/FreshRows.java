// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.export;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.decisionlab.models.bundle.FeatureStatistics;
import org.decisionlab.models.evaluate.Evaluator;

/**
 * Rows that a model takes and has not seen. They lie around the training rows, one in eight far
 * out. A feature that may be missing is so in one of eight; one that is looked up in a table is a
 * whole number between the least and the greatest of the training rows.
 */
final class FreshRows {

  /** One in so many. */
  private static final int SOME = 8;

  private final List<FeatureStatistics> statistics;
  private final Evaluator evaluator;

  /**
   * @param statistics of the training rows
   * @param evaluator tells which features may be missing, and which are looked up
   */
  FreshRows(List<FeatureStatistics> statistics, Evaluator evaluator) {
    this.statistics = List.copyOf(statistics);
    this.evaluator = evaluator;
  }

  /** Rows of features. */
  float[][] draw(Random random, int count) {
    float[][] rows = new float[count][statistics.size()];
    for (float[] row : rows) {
      double spread = random.nextInt(SOME) == 0 ? 10 : 1.5;
      for (int c = 0; c < row.length; c++) {
        row[c] = value(c, spread, random);
      }
    }
    for (float[] row : rows) {
      for (int c = 0; c < row.length; c++) {
        if (evaluator.mayBeMissing(c) && random.nextInt(SOME) == 0) {
          row[c] = Float.NaN;
        }
      }
    }
    return rows;
  }

  /** The same, where each feature that may be missing is so in one row at least. */
  float[][] drawWithEachMissing(Random random, int count) {
    float[][] rows = draw(random, count);
    int next = 0;
    for (int c : missing()) {
      // Every other row, so that some have all features.
      rows[(2 * next + 1) % count][c] = Float.NaN;
      next = (next + 1) % Math.max(1, count / 2);
    }
    return rows;
  }

  /** Places of the features that may be missing. */
  List<Integer> missing() {
    List<Integer> places = new ArrayList<>();
    for (int c = 0; c < statistics.size(); c++) {
      if (evaluator.mayBeMissing(c)) {
        places.add(c);
      }
    }
    return places;
  }

  private float value(int column, double spread, Random random) {
    FeatureStatistics feature = statistics.get(column);
    double deviation = feature.deviation() == 0 ? 1 : feature.deviation();
    double value = feature.mean() + spread * deviation * random.nextGaussian();
    if (!evaluator.isLookedUp(column)) {
      return (float) value;
    }
    double least = Math.ceil(feature.minimum());
    double most = Math.floor(feature.maximum());
    return (float) Math.min(Math.max(Math.rint(value), least), most);
  }
}
