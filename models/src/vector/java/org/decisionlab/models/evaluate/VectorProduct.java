// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.evaluate;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Vectors of the processor's own width: sums stay in registers over all inputs. Products and sums
 * are rounded one after the other, never fused, as loops do it.
 */
public final class VectorProduct implements RowProduct {

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final int BLOCKS = 4;

  /** Made by the service loader, where the JVM has vectors. */
  public VectorProduct() {}

  @Override
  public void into(float[] row, float[][] weights, float[] bias, float[] sums) {
    int o = 0;
    for (; o + BLOCKS * LANES <= bias.length; o += BLOCKS * LANES) {
      blocks(row, weights, bias, sums, o);
    }
    for (; o + LANES <= bias.length; o += LANES) {
      FloatVector sum = FloatVector.fromArray(SPECIES, bias, o);
      for (int i = 0; i < weights.length; i++) {
        sum = sum.add(FloatVector.fromArray(SPECIES, weights[i], o).mul(row[i]));
      }
      sum.intoArray(sums, o);
    }
    for (; o < bias.length; o++) {
      float sum = bias[o];
      for (int i = 0; i < weights.length; i++) {
        sum += row[i] * weights[i][o];
      }
      sums[o] = sum;
    }
  }

  private static void blocks(float[] row, float[][] weights, float[] bias, float[] sums, int o) {
    FloatVector a = FloatVector.fromArray(SPECIES, bias, o);
    FloatVector b = FloatVector.fromArray(SPECIES, bias, o + LANES);
    FloatVector c = FloatVector.fromArray(SPECIES, bias, o + 2 * LANES);
    FloatVector d = FloatVector.fromArray(SPECIES, bias, o + 3 * LANES);
    for (int i = 0; i < weights.length; i++) {
      float[] from = weights[i];
      FloatVector x = FloatVector.broadcast(SPECIES, row[i]);
      a = a.add(x.mul(FloatVector.fromArray(SPECIES, from, o)));
      b = b.add(x.mul(FloatVector.fromArray(SPECIES, from, o + LANES)));
      c = c.add(x.mul(FloatVector.fromArray(SPECIES, from, o + 2 * LANES)));
      d = d.add(x.mul(FloatVector.fromArray(SPECIES, from, o + 3 * LANES)));
    }
    a.intoArray(sums, o);
    b.intoArray(sums, o + LANES);
    c.intoArray(sums, o + 2 * LANES);
    d.intoArray(sums, o + 3 * LANES);
  }
}
