// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.decisionlab.models.ModelFormatException;
import org.decisionlab.models.evaluate.Evaluator;
import org.decisionlab.models.evaluate.RandomNets;
import org.decisionlab.models.graph.ModelGraph;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Damaged files are refused, or are still a model; they never crash, hang or fill the memory. */
class DamagedModelsTest {

  private static final Duration LIMIT = Duration.ofMinutes(2);

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13})
  void flippedBits(long seed) {
    Random random = new Random(seed);
    byte[] frozen = GraphDefWriter.write(RandomNets.dense(seed, 5, 4, 2));
    byte[] saved = SavedModelWriter.write(RandomNets.dense(seed, 5, 4, 2));
    byte[] every = SavedModelWriter.write(RandomNets.everything(seed));
    int refused = 0;
    for (int i = 0; i < 400; i++) {
      refused += survives(flip(random, frozen), false, seed) ? 0 : 1;
      refused += survives(flip(random, saved), true, seed) ? 0 : 1;
      refused += survives(flip(random, Fixtures.F1), false, seed) ? 0 : 1;
      refused += survives(flip(random, every), true, seed) ? 0 : 1;
    }
    assertThat(refused).as("refused of 1600, seed %d", seed).isBetween(200, 1600);
  }

  @ParameterizedTest
  @ValueSource(longs = {21})
  void everyTruncation(long seed) {
    byte[] saved = SavedModelWriter.write(RandomNets.dense(seed, 3, 2));
    for (int length = 0; length < saved.length; length++) {
      byte[] cut = Arrays.copyOf(saved, length);
      // A file cut where a field ends is whole protobuf, and may even be a whole model.
      survives(cut, true, seed);
    }
  }

  private static byte[] flip(Random random, byte[] bytes) {
    byte[] damaged = bytes.clone();
    int flips = 1 + random.nextInt(3);
    for (int i = 0; i < flips; i++) {
      damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return damaged;
  }

  private static boolean survives(byte[] bytes, boolean saved, long seed) {
    return Assertions.assertTimeoutPreemptively(
        LIMIT,
        () -> {
          try {
            ModelGraph graph =
                saved
                    ? SavedModelReader.read(bytes)
                    : GraphDefReader.read(
                        bytes,
                        bytes.length == Fixtures.F1.length ? "x_in" : "inputs",
                        bytes.length == Fixtures.F1.length ? "y_out" : "Softmax");
            Evaluator.of(graph).evaluate(new float[graph.features()]);
            return true;
          } catch (ModelFormatException | IllegalArgumentException e) {
            assertThat(e.getMessage()).as("seed %d", seed).isNotBlank();
            return false;
          }
        });
  }
}
