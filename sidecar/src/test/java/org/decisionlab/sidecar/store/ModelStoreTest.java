// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelStoreTest {

  private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");
  private static final ModelName NAME = new ModelName("m");

  @TempDir Path directory;

  private static Path staged(ModelStore store, String content) throws Exception {
    Path staged = store.stage();
    Files.createDirectories(staged.resolve("assets"));
    Files.writeString(staged.resolve("graph.pb"), content);
    return staged;
  }

  @Test
  void whatWasPublishedIsFoundAgain() throws Exception {
    try (ModelStore store = ModelStore.open(directory)) {
      store.publish(NAME, staged(store, "one"), NOW);
      store.publish(NAME, staged(store, "two"), NOW.plusSeconds(1));
    }
    try (ModelStore store = ModelStore.open(directory)) {
      assertThat(store.published()).containsExactly(NAME);
      StoredVersion current = store.current(NAME);
      assertThat(current.version()).isEqualTo(2);
      assertThat(current.publishedAt()).isEqualTo(NOW.plusSeconds(1));
      assertThat(current.files().resolve("graph.pb")).hasContent("two");
      assertThat(current.files().resolve("assets")).isEmptyDirectory();
      assertThat(directory.resolve("m/versions/1/files/graph.pb")).hasContent("one");
    }
  }

  @Test
  void aPublicationThatFailsLeavesNothingInStaging() throws Exception {
    try (ModelStore store = ModelStore.open(directory)) {
      Files.writeString(directory.resolve("m"), "in the way");
      Path staged = staged(store, "one");
      assertThatThrownBy(() -> store.publish(NAME, staged, NOW)).isInstanceOf(IOException.class);
      store.discard(staged);
      assertThat(directory.resolve(".staging")).isEmptyDirectory();
    }
  }

  /** The states in which a program can be killed between its renames. */
  @Test
  void aVersionThatNoPointerNamesIsNotServedAndItsNumberIsNotGivenAgain() throws Exception {
    try (ModelStore store = ModelStore.open(directory)) {
      store.publish(NAME, staged(store, "one"), NOW);
      store.publish(NAME, staged(store, "two"), NOW);
      staged(store, "never completed");
    }
    Files.writeString(directory.resolve("m/current"), "1\n");
    Files.createDirectories(directory.resolve("young/versions/1"));
    try (ModelStore store = ModelStore.open(directory)) {
      assertThat(store.published()).containsExactly(NAME);
      assertThat(store.current(NAME).version()).isEqualTo(1);
      assertThat(directory.resolve(".staging")).isEmptyDirectory();
      assertThat(store.publish(NAME, staged(store, "three"), NOW).version()).isEqualTo(3);
      assertThat(store.publish(new ModelName("young"), staged(store, "x"), NOW).version())
          .isEqualTo(2);
    }
  }

  @Test
  void changesToPublishedFilesAreFound() throws Exception {
    try (ModelStore store = ModelStore.open(directory)) {
      StoredVersion version = store.publish(NAME, staged(store, "one"), NOW);
      Path extra = Files.writeString(version.files().resolve("extra"), "x");
      damaged(store, "extra was not published");
      Files.delete(extra);
      Files.writeString(version.files().resolve("graph.pb"), "One");
      damaged(store, "graph.pb was changed");
      Files.delete(version.files().resolve("graph.pb"));
      damaged(store, "graph.pb is missing");
      Files.createSymbolicLink(version.files().resolve("graph.pb"), Path.of("/etc/hostname"));
      damaged(store, "neither a file nor a directory");
      Files.writeString(directory.resolve("m/versions/1/version.json"), "{");
      damaged(store, "version.json cannot be read");
      Files.writeString(directory.resolve("m/current"), "7");
      damaged(store, "version 7 has no version.json");
      Files.writeString(directory.resolve("m/current"), "../1");
      damaged(store, "found '../1'");
    }
  }

  private static void damaged(ModelStore store, String problem) {
    assertThatThrownBy(() -> store.current(NAME))
        .isInstanceOf(DamagedVersionException.class)
        .hasMessageContaining(problem);
  }

  @Test
  void deletingTakesAllVersionsAndLeavesTheirNumbers() throws Exception {
    try (ModelStore store = ModelStore.open(directory)) {
      store.publish(NAME, staged(store, "one"), NOW);
      assertThat(store.delete(NAME)).isTrue();
      assertThat(store.delete(NAME)).isFalse();
      assertThat(store.published()).isEmpty();
      assertThat(directory.resolve("m/versions")).doesNotExist();
      assertThat(directory.resolve(".trash")).isEmptyDirectory();
      assertThat(store.publish(NAME, staged(store, "two"), NOW).version()).isEqualTo(2);
    }
  }

  @Test
  void aSecondProgramIsTurnedAway() throws Exception {
    try (ModelStore store = ModelStore.open(directory)) {
      assertThat(store.published()).isEmpty();
      assertThatThrownBy(() -> ModelStore.open(directory)).hasMessageContaining("another sidecar");
    }
    ModelStore.open(directory).close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", ".x", "-x", "a/b", "a\\b", "a b", "a\n", "\u00e4", "a\0"})
  void namesThatAreNoFileNamesAreRefused(String name) {
    assertThat(ModelName.isValid(name)).isFalse();
    assertThatThrownBy(() -> new ModelName(name)).hasMessageContaining("is not allowed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "_", "A-b.c_9", "a..b"})
  void plainNamesAreAccepted(String name) {
    assertThat(new ModelName(name).value()).isEqualTo(name);
  }
}
