// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training;

import java.util.Random;
import org.decisionlab.core.feature.FeatureMap;
import tech.tablesaw.api.BooleanColumn;
import tech.tablesaw.api.FloatColumn;
import tech.tablesaw.api.Table;

/** Small tables with a known truth. */
public final class Worlds {

  /** Three features. */
  public static final FeatureMap FEATURES =
      FeatureMap.standard().select("size", "file_accesses", "file_idle");

  private Worlds() {}

  /** Chance of reuse in {@link #learnable}. */
  public static double truth(double size, double accesses, double idle) {
    return 1 / (1 + Math.exp(-(0.4 * (size - 20) + 2 * Math.sin(accesses) - 0.5 * (idle - 4))));
  }

  /** Rows whose label is drawn with the probability {@link #truth}. */
  public static Table learnable(int rows, long seed) {
    Random random = new Random(seed);
    Table table = empty(rows);
    for (int i = 0; i < rows; i++) {
      float size = (float) (20 + 3 * random.nextGaussian());
      float accesses = (float) (4 * random.nextDouble());
      float idle = (float) (8 * random.nextDouble());
      table.floatColumn("size").set(i, size);
      table.floatColumn("file_accesses").set(i, accesses);
      table.floatColumn("file_idle").set(i, idle);
      boolean reused = random.nextDouble() < truth(size, accesses, idle);
      table.booleanColumn("label").set(i, reused);
    }
    return table;
  }

  /** Rows that a straight line separates without error. */
  public static Table separable(int rows, long seed) {
    Table table = learnable(rows, seed);
    for (int i = 0; i < rows; i++) {
      float accesses = table.floatColumn("file_accesses").get(i);
      boolean reused = accesses > 2;
      table.floatColumn("file_accesses").set(i, reused ? accesses + 1 : accesses - 1);
      table.booleanColumn("label").set(i, reused);
    }
    return table;
  }

  private static Table empty(int rows) {
    return Table.create(
        "world",
        FloatColumn.create("size", rows),
        FloatColumn.create("file_accesses", rows),
        FloatColumn.create("file_idle", rows),
        BooleanColumn.create("label", rows));
  }
}
