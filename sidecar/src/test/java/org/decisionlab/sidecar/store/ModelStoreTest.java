// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.decisionlab.sidecar.auth.Readers;
import org.decisionlab.sidecar.fault.RefusedException;
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

  private static StoredVersion publish(ModelStore store, ModelName name, String content)
      throws Exception {
    return store.publish(
        name, staged(store, content), publication(Quota.DEFAULT, UnaryOperator.identity()));
  }

  private static StoredVersion publish(ModelStore store, String content) throws Exception {
    return publish(store, NAME, content);
  }

  private static Publication publication(Quota quota, UnaryOperator<ModelState> before) {
    return new Publication(NOW, "ada", quota, before, Alias.PRODUCTION, false);
  }

  @Test
  void whatWasPublishedIsFoundAgain() throws Exception {
    try (ModelStore store = ModelStore.open(directory)) {
      publish(store, "one");
      publish(store, "two");
    }
    try (ModelStore store = ModelStore.open(directory)) {
      assertThat(store.models()).containsExactly(NAME);
      assertThat(store.versions(NAME)).containsExactly(1, 2);
      ModelState state = store.state(NAME);
      assertThat(state.version(Alias.PRODUCTION)).isEqualTo(2);
      assertThat(state.previous()).containsExactly(1);
      StoredVersion current = store.verified(NAME, 2);
      assertThat(current.publishedAt()).isEqualTo(NOW);
      assertThat(current.publishedBy()).isEqualTo("ada");
      assertThat(current.bytes()).isEqualTo(3);
      assertThat(current.sha256()).containsOnlyKeys("graph.pb");
      assertThat(current.files().resolve("graph.pb")).hasContent("two");
      assertThat(current.files().resolve("assets")).isEmptyDirectory();
      assertThat(directory.resolve("m/versions/1/files/graph.pb")).hasContent("one");
    }
  }

  @Test
  void aPublicationThatFailsOrIsCalledOffLeavesNothing() throws Exception {
    try (ModelStore store = ModelStore.open(directory)) {
      Files.writeString(directory.resolve("m"), "in the way");
      Path staged = staged(store, "one");
      Publication usual = publication(Quota.DEFAULT, UnaryOperator.identity());
      assertThatThrownBy(() -> store.publish(NAME, staged, usual)).isInstanceOf(IOException.class);
      Files.delete(directory.resolve("m"));
      Path other = staged(store, "two");
      Publication calledOff =
          publication(
              Quota.DEFAULT,
              state -> {
                throw RefusedException.malformed("no");
              });
      assertThatThrownBy(() -> store.publish(NAME, other, calledOff)).hasMessage("no");
      assertThat(store.models()).isEmpty();
      store.discard(staged);
      assertThat(under(".staging")).hasSize(2);
    }
    assertThat(under(".staging")).isEmpty();
  }

  /** The states in which a program can be killed between its renames. */
  @Test
  void aVersionThatNothingPointsAtIsNotServedAndItsNumberIsNotGivenAgain() throws Exception {
    try (ModelStore store = ModelStore.open(directory)) {
      publish(store, "one");
      String state = Files.readString(directory.resolve("m/model.json"));
      publish(store, "two");
      Files.writeString(directory.resolve("m/model.json"), state);
      Files.writeString(directory.resolve("m/.model.json.1234.tmp"), "{");
    }
    Path dead = Files.createDirectories(directory.resolve(".staging/1-2-dead/upload"));
    Files.writeString(dead.resolve("half"), "x");
    Files.writeString(directory.resolve(".staging/1-2-dead.lock"), "");
    Files.createDirectories(directory.resolve("young/versions"));
    try (ModelStore store = ModelStore.open(directory)) {
      assertThat(store.models()).containsExactly(NAME);
      assertThat(store.state(NAME).version(Alias.PRODUCTION)).isEqualTo(1);
      assertThat(store.versions(NAME)).containsExactly(1, 2);
      assertThat(directory.resolve("m/.model.json.1234.tmp")).doesNotExist();
      assertThat(dead).doesNotExist();
      assertThat(publish(store, "three").version()).isEqualTo(3);
      assertThat(publish(store, new ModelName("young"), "x").version()).isEqualTo(1);
    }
  }

  @Test
  void changesToPublishedFilesAreFound() throws Exception {
    try (ModelStore store = ModelStore.open(directory)) {
      StoredVersion version = publish(store, "one");
      Path extra = Files.writeString(version.files().resolve("extra"), "x");
      damaged(store, 1, "extra was not published");
      Files.delete(extra);
      Files.writeString(version.files().resolve("graph.pb"), "One");
      damaged(store, 1, "graph.pb was changed");
      Files.delete(version.files().resolve("graph.pb"));
      damaged(store, 1, "graph.pb is missing");
      Files.createSymbolicLink(version.files().resolve("graph.pb"), Path.of("/etc/hostname"));
      damaged(store, 1, "neither a file nor a directory");
      Files.writeString(directory.resolve("m/versions/1/version.json"), "{");
      damaged(store, 1, "version.json cannot be read");
      damaged(store, 7, "version 7 has no version.json");
      for (String state :
          List.of("{", "{\"format\":9}", "{\"format\":1,\"last\":\"../1\",\"aliases\":{}}")) {
        Files.writeString(directory.resolve("m/model.json"), state);
        assertThatThrownBy(() -> store.state(NAME))
            .isInstanceOf(DamagedVersionException.class)
            .hasMessageContaining("model.json");
        assertThat(store.models()).containsExactly(NAME);
      }
    }
  }

  private static void damaged(ModelStore store, int version, String problem) {
    assertThatThrownBy(() -> store.verified(NAME, version))
        .isInstanceOf(DamagedVersionException.class)
        .hasMessageContaining(problem);
  }

  @Test
  void deletingTakesAllVersionsAndLeavesTheirNumbers() throws Exception {
    try (ModelStore store = ModelStore.open(directory)) {
      publish(store, "one");
      assertThat(store.delete(NAME, UnaryOperator.identity())).isTrue();
      assertThat(store.delete(NAME, UnaryOperator.identity())).isFalse();
      assertThat(store.models()).isEmpty();
      assertThat(directory.resolve("m/versions")).doesNotExist();
      assertThat(publish(store, "two").version()).isEqualTo(2);
    }
  }

  /** Killed between the state and the rename: the versions are still there, but deleted. */
  @Test
  void aDeletionThatWasCutShortIsADeletion() throws Exception {
    try (ModelStore store = ModelStore.open(directory)) {
      publish(store, "one");
      Path kept = directory.resolve("kept");
      Files.move(directory.resolve("m/versions"), kept);
      Files.createDirectories(directory.resolve("m/versions/1"));
      assertThat(store.delete(NAME, UnaryOperator.identity())).isTrue();
      Files.move(kept, directory.resolve("m/versions"));
      assertThat(store.models()).isEmpty();
      assertThat(publish(store, "two").version()).isEqualTo(2);
      assertThat(store.versions(NAME)).containsExactly(2);
    }
  }

  @Test
  void theOldestVersionsThatNothingPointsAtGoWhenTheQuotaIsReached() throws Exception {
    Quota three = new Quota(3, 1_000);
    try (ModelStore store = ModelStore.open(directory)) {
      for (int i = 1; i <= 3; i++) {
        publishWithin(store, three, "v" + i);
      }
      store.change(NAME, state -> state.with(Alias.CANARY, 1));
      publishWithin(store, three, "v4");
      assertThat(store.versions(NAME)).containsExactly(1, 3, 4);
      assertThat(store.state(NAME).previous()).containsExactly(3, 1);
      assertThatThrownBy(() -> publishWithin(store, new Quota(2, 1_000), "v5"))
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining("may keep 2 versions");
      assertThatThrownBy(() -> publishWithin(store, new Quota(3, 5), "v5 is long"))
          .hasMessageContaining("5 bytes");
      assertThat(store.versions(NAME)).containsExactly(1, 3, 4);
      store.change(NAME, state -> state.withQuota(new Quota(50, 1_000)));
      publishWithin(store, new Quota(2, 1_000), "v5");
      assertThat(store.versions(NAME)).hasSize(4);
    }
  }

  private static void publishWithin(ModelStore store, Quota quota, String content)
      throws Exception {
    store.publish(NAME, staged(store, content), publication(quota, UnaryOperator.identity()));
  }

  /**
   * Whatever moment a program is killed at: a version that is to be for fewer than those before is
   * never there while the state says that all may read it.
   */
  @Test
  void aVersionIsNotThereBeforeItIsItsReadersAlone() throws Exception {
    int rounds = 20;
    AtomicInteger round = new AtomicInteger(1);
    AtomicInteger seen = new AtomicInteger();
    ExecutorService pool = Executors.newSingleThreadExecutor();
    try (ModelStore store = ModelStore.open(directory)) {
      Future<?> looks = pool.submit(() -> look(store, round, seen));
      for (; round.get() <= rounds; round.incrementAndGet()) {
        ModelName name = new ModelName("m" + round.get());
        publish(store, name, "for all");
        if (round.get() % 2 == 0) {
          store.delete(name, UnaryOperator.identity());
        }
        store.publish(
            name,
            staged(store, "secret"),
            publication(Quota.DEFAULT, state -> state.withOwner("ada").withReaders(Readers.OWNER)));
        assertThat(store.state(name).readers()).isEqualTo(Readers.OWNER);
        while (seen.get() < round.get() && !looks.isDone()) {
          Thread.onSpinWait();
        }
      }
      round.set(0);
      looks.get(120, TimeUnit.SECONDS);
    } finally {
      pool.shutdownNow();
    }
  }

  /** Looks at the model of the round all the time, until there is none. */
  private Void look(ModelStore store, AtomicInteger round, AtomicInteger seen) throws IOException {
    for (int now = round.get(); now > 0; now = round.get()) {
      ModelName name = new ModelName("m" + now);
      if (Files.exists(directory.resolve(name.value()).resolve("versions/2"))) {
        assertThat(store.state(name).readers()).as(name.value()).isEqualTo(Readers.OWNER);
        seen.set(now);
      }
    }
    return null;
  }

  @Test
  void versionsWithoutAStateAreTheirPublishersAlone() throws Exception {
    try (ModelStore store = ModelStore.open(directory)) {
      publish(store, "one");
      Files.delete(directory.resolve("m/model.json"));
      ModelState found = store.state(NAME);
      assertThat(found.owner()).isEqualTo("ada");
      assertThat(found.readers()).isEqualTo(Readers.OWNER);
      assertThat(store.state(new ModelName("none"))).isEqualTo(ModelState.EMPTY);
    }
  }

  @Test
  void readersAreKept() throws Exception {
    Readers trees = Readers.groups(List.of("/cms/trees", "/cms"), "https://iam.example.org");
    try (ModelStore store = ModelStore.open(directory)) {
      publish(store, "one");
      for (Readers readers : List.of(Readers.OWNER, trees, Readers.ALL)) {
        store.change(NAME, state -> state.withReaders(readers).withOwner("ada"));
        assertThat(store.state(NAME).readers()).isEqualTo(readers);
        publish(store, "more");
        assertThat(store.state(NAME).readers()).isEqualTo(readers);
      }
    }
  }

  @Test
  void twoStoresOverOneDirectoryGiveEveryNumberOnce() throws Exception {
    int each = 20;
    try (ModelStore one = ModelStore.open(directory);
        ModelStore two = ModelStore.open(directory)) {
      ExecutorService pool = Executors.newFixedThreadPool(4);
      List<Future<List<Integer>>> given = new ArrayList<>();
      for (ModelStore store : List.of(one, two, one, two)) {
        given.add(pool.submit(publisher(store, each)));
      }
      List<Integer> numbers = new ArrayList<>();
      for (Future<List<Integer>> some : given) {
        numbers.addAll(some.get(120, TimeUnit.SECONDS));
      }
      pool.shutdown();
      assertThat(numbers).doesNotHaveDuplicates().hasSize(4 * each);
      assertThat(one.state(NAME)).isEqualTo(two.state(NAME));
      assertThat(one.state(NAME).version(Alias.PRODUCTION)).isEqualTo(4 * each);
      assertThat(one.versions(NAME)).hasSize(Quota.DEFAULT.versions());
    }
  }

  private static Callable<List<Integer>> publisher(ModelStore store, int count) {
    return () -> {
      List<Integer> numbers = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        numbers.add(publish(store, "x" + i).version());
      }
      return numbers;
    };
  }

  private List<Path> under(String name) throws IOException {
    try (var entries = Files.list(directory.resolve(name))) {
      return entries.toList();
    }
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

  @ParameterizedTest
  @ValueSource(
      strings = {"", "1", "A", "a b", "a/b", "\u00e4", "abcdefghijklmnopqrstuvwxyz1234567"})
  void otherAliasesAreRefused(String alias) {
    assertThatThrownBy(() -> new Alias(alias)).hasMessageContaining("is not allowed");
  }
}
