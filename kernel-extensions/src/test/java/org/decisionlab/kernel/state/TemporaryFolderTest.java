// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemporaryFolderTest {

  @TempDir private Path parent;

  @Test
  void aFolderIsItsUsersAndGoesWithAllThatIsInIt() throws IOException {
    Path kept = Files.writeString(parent.resolve("kept"), "x");
    try (TemporaryFolder folder = TemporaryFolder.create(parent)) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.path())))
          .isEqualTo("rwx------");
      Path deep = Files.createDirectories(folder.path().resolve("spark/blocks"));
      Files.writeString(deep.resolve("block"), "x");
      Files.createSymbolicLink(deep.resolve("link"), kept);
    }
    assertThat(list()).containsExactly(kept);
  }

  /** Spark may still write its last files when the kernel ends. */
  @Test
  void whatIsWrittenWhileItIsDeletedIsDeletedToo() throws Exception {
    TemporaryFolder folder = TemporaryFolder.create(parent);
    Path deep = Files.createDirectories(folder.path().resolve("spark/blocks"));
    List<Path> early = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      early.add(Files.createFile(deep.resolve("early-" + i)));
    }
    Thread writer = new Thread(() -> writeOnOnceGone(early, deep), "writer");
    writer.start();
    folder.close();
    writer.join();
    assertThat(list()).isEmpty();
  }

  /**
   * Writes files from the moment the first of others is deleted, while there is a folder for it.
   */
  private static void writeOnOnceGone(List<Path> early, Path deep) {
    while (early.stream().allMatch(Files::exists)) {
      Thread.onSpinWait();
    }
    try {
      for (int i = 0; i < 1000; i++) {
        Files.createFile(deep.resolve("late-" + i));
      }
    } catch (NoSuchFileException e) {
      return; // The folder is gone.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void whatKilledProcessesHaveLeftIsDeletedAndNothingElse() throws IOException {
    Path kept = Files.createDirectory(parent.resolve("other"));
    try (TemporaryFolder living = TemporaryFolder.create(parent);
        TemporaryFolder folder = TemporaryFolder.create(parent)) {
      Path killed = Files.createDirectories(parent.resolve("decisionlab-run-1/blocks"));
      Files.createSymbolicLink(killed.resolve("link"), kept);
      Files.createFile(parent.resolve("decisionlab-run-1/in-use"));
      Path link = Files.createSymbolicLink(parent.resolve("decisionlab-run-2"), kept);
      Path fresh = Files.createDirectory(parent.resolve("decisionlab-run-3"));
      Path old = Files.createDirectory(parent.resolve("decisionlab-run-4"));
      Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofDays(2))));
      folder.deleteAbandoned();
      assertThat(list()).containsExactlyInAnyOrder(kept, living.path(), folder.path(), link, fresh);
    }
  }

  private Stream<Path> list() throws IOException {
    try (Stream<Path> all = Files.list(parent)) {
      return all.toList().stream();
    }
  }
}
