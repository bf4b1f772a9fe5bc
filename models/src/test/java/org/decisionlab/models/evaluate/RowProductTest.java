// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** These tests run in a JVM that has the module of vectors. */
class RowProductTest {

  private static final long SEED = 27;
  private static final int CASES = 3_000;
  private static final int WIDEST = 150;

  @Test
  void vectorsAreTakenWhereTheJvmHasThem() {
    assertThat(RowProduct.best().getClass().getSimpleName()).isEqualTo("VectorProduct");
  }

  @Test
  void vectorsAndLoopsGiveTheSameBits() {
    Random random = new Random(SEED);
    RowProduct vectors = RowProduct.best();
    RowProduct loops = new LoopProduct();
    for (int i = 0; i < CASES; i++) {
      int in = 1 + random.nextInt(WIDEST);
      int out = 1 + random.nextInt(WIDEST);
      float[][] weights = new float[in][];
      for (int w = 0; w < in; w++) {
        weights[w] = numbers(random, out);
      }
      float[] row = numbers(random, in);
      float[] bias = numbers(random, out);
      float[] expected = new float[out];
      float[] found = new float[out];
      loops.into(row, weights, bias, expected);
      vectors.into(row, weights, bias, found);
      assertThat(found).as("%d inputs, %d outputs", in, out).isEqualTo(expected);
    }
  }

  /** Some of them huge, so that sums overflow and the order of operations matters. */
  private static float[] numbers(Random random, int count) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      float scale = random.nextInt(50) == 0 ? 1e30f : 1;
      numbers[i] = (float) random.nextGaussian() * scale;
    }
    return numbers;
  }
}
