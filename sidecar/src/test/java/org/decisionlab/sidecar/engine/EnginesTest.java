// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.decisionlab.models.ModelFormatException;
import org.decisionlab.models.engine.Engine;
import org.decisionlab.models.engine.Engines;
import org.decisionlab.models.engine.LoadedModel;
import org.decisionlab.models.engine.ModelFile;
import org.decisionlab.models.engine.ModelFormat;
import org.decisionlab.models.engine.TensorValue;
import org.decisionlab.models.evaluate.Evaluator;
import org.decisionlab.models.graph.ModelGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** All engines on the class path give the same answers, and none falls over damaged models. */
class EnginesTest {

  private static final int FLIPPED = 300;

  @TempDir Path directory;

  static Stream<Arguments> formats() {
    return Engines.installed().inOrder().stream()
        .flatMap(
            engine ->
                Stream.of(ModelFormat.values())
                    .filter(engine.description().formats()::contains)
                    .map(format -> Arguments.of(engine.description().name(), format, engine)));
  }

  @Test
  void theOneInJavaIsTriedFirstAndAnyCanBePreferred() {
    assertThat(Engines.installed().names()).containsExactly("java", "onnxruntime", "tensorflow");
    assertThat(Engines.installed().preferring(List.of("tensorflow")).names())
        .containsExactly("tensorflow", "java", "onnxruntime");
    assertThatThrownBy(() -> Engines.installed().preferring(List.of("magic")))
        .hasMessageContaining("no engine 'magic'", "onnxruntime");
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("formats")
  void answersAreThoseOfTheEvaluator(String name, ModelFormat format, Engine engine)
      throws Exception {
    long seed = 20261121;
    ModelGraph graph = Nets.random(seed);
    Evaluator evaluator = Evaluator.of(graph);
    Random random = new Random(seed);
    ModelFile file = Nets.file(directory, format, Nets.bytes(graph, format));
    try (LoadedModel model = engine.load(file)) {
      assertThat(model.signature().inputs().get(0).width()).isEqualTo(Nets.WIDTH);
      for (int rows : new int[] {1, 3, 257}) {
        float[] numbers = Nets.row(random, rows * Nets.WIDTH);
        TensorValue answer = model.run(List.of(TensorValue.of(numbers, rows, Nets.WIDTH))).get(0);
        assertThat(answer.shape()).containsExactly(rows, 3);
        for (int row = 0; row < rows; row++) {
          float[] one =
              java.util.Arrays.copyOfRange(numbers, row * Nets.WIDTH, (row + 1) * Nets.WIDTH);
          float[] expected = evaluator.evaluate(one);
          for (int i = 0; i < expected.length; i++) {
            assertThat(answer.floats()[row * 3 + i])
                .as("row %d of %d, seed %d", row, rows, seed)
                .isCloseTo(expected[i], within(1e-5f));
          }
        }
      }
      assertThatThrownBy(() -> model.run(List.of())).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> model.run(List.of(TensorValue.of(new float[2], 1, 2))))
          .isInstanceOfAny(IllegalArgumentException.class, IllegalStateException.class);
    }
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("formats")
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void flippedBitsAreRefusedOrHarmless(String name, ModelFormat format, Engine engine)
      throws Exception {
    long seed = 20261122;
    Random random = new Random(seed);
    byte[] good = Nets.bytes(Nets.random(seed), format);
    int refused = 0;
    for (int i = 0; i < FLIPPED; i++) {
      byte[] damaged = good.clone();
      for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
        damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
      }
      refused += survives(engine, Nets.file(directory, format, damaged)) ? 0 : 1;
    }
    assertThat(refused).as("refused of %d, seed %d", FLIPPED, seed).isBetween(20, FLIPPED);
  }

  private static boolean survives(Engine engine, ModelFile file) throws Exception {
    try (LoadedModel model = engine.load(file)) {
      model.run(List.of(TensorValue.of(new float[Nets.WIDTH], 1, Nets.WIDTH)));
      return true;
    } catch (ModelFormatException | IllegalArgumentException | IllegalStateException e) {
      assertThat(e.getMessage()).isNotBlank();
      return false;
    }
  }

  /** TensorFlow itself would read one that nobody has looked through. */
  @Test
  void anotherFormBesideASavedModelIsRefused() throws Exception {
    Engine engine = Engines.installed().preferring(List.of("tensorflow")).inOrder().get(0);
    for (String other : List.of("saved_model.cpb", "saved_model.pbtxt")) {
      ModelFormat format = ModelFormat.SAVED_MODEL;
      ModelFile file = Nets.file(directory, format, Nets.bytes(Nets.random(1), format));
      Files.createFile(file.file().resolveSibling(other));
      assertThatThrownBy(() -> engine.load(file))
          .isInstanceOf(ModelFormatException.class)
          .hasMessageContaining(other);
    }
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("formats")
  void whatIsNoModelIsRefused(String name, ModelFormat format, Engine engine) throws Exception {
    byte[] noise = new byte[3_000];
    new Random(5).nextBytes(noise);
    for (byte[] bytes :
        List.of(new byte[0], noise, "not a model".getBytes(StandardCharsets.US_ASCII))) {
      ModelFile file = Nets.file(directory, format, bytes);
      assertThatThrownBy(() -> engine.load(file)).isInstanceOf(ModelFormatException.class);
    }
    assertThat(Files.isDirectory(directory)).isTrue();
  }
}
