// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.decisionlab.core.file.DurableFiles;

/**
 * The checkpoints of one training in a folder: one after each epoch, of which the newest are kept.
 * Each appears at once and complete.
 */
final class Checkpoints {

  private static final int KEPT = 2;
  private static final Pattern NAME = Pattern.compile("epoch-(\\d{6})\\.checkpoint");
  private static final Pattern LEFT_OVER =
      Pattern.compile("\\.epoch-\\d{6}\\.checkpoint\\..*\\.tmp");

  private final Path folder;

  Checkpoints(Path folder) {
    this.folder = folder;
  }

  /**
   * Makes the folder ready for a training that begins anew.
   *
   * @throws IllegalStateException when it holds checkpoints
   */
  void requireNone() {
    List<Path> present = files(NAME);
    if (!present.isEmpty()) {
      throw new IllegalStateException(
          "%s holds %s of an earlier training: call resume() to go on with it, or name another folder"
              .formatted(folder, present.get(present.size() - 1).getFileName()));
    }
  }

  /**
   * The newest checkpoint, or nothing where there is none yet.
   *
   * @param identity what the training is
   * @throws IllegalStateException when it is damaged, or of another training; what differs is named
   */
  Optional<Checkpoint> newest(Map<String, String> identity) {
    List<Path> present = files(NAME);
    if (present.isEmpty()) {
      return Optional.empty();
    }
    Path file = present.get(present.size() - 1);
    Checkpoint checkpoint;
    try {
      checkpoint = CheckpointFile.read(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new IllegalStateException(
          "checkpoint %s cannot be read: %s. Delete it to go on with the one before"
              .formatted(file, e.getMessage()),
          e);
    }
    List<String> differences = new ArrayList<>();
    identity.forEach(
        (about, value) -> {
          String before = checkpoint.identity().get(about);
          if (!value.equals(before)) {
            differences.add("%s: %s, now %s".formatted(about, before, value));
          }
        });
    if (!differences.isEmpty()) {
      throw new IllegalStateException(
          "checkpoint %s is of another training: %s"
              .formatted(file, String.join("; ", differences)));
    }
    return Optional.of(checkpoint);
  }

  /**
   * Writes a checkpoint and deletes those that are no longer needed. A thread that is interrupted
   * writes it all the same, and stays interrupted.
   */
  void write(Checkpoint checkpoint) {
    int epoch = checkpoint.history().size();
    // Java closes the file under a thread that is interrupted.
    boolean interrupted = Thread.interrupted();
    try {
      DurableFiles.write(
          folder.resolve("epoch-%06d.checkpoint".formatted(epoch)),
          CheckpointFile.write(checkpoint));
      List<Path> old = files(NAME);
      old.subList(Math.max(0, old.size() - KEPT), old.size()).clear();
      old.addAll(files(LEFT_OVER));
      for (Path file : old) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the checkpoint after epoch %d cannot be written to %s".formatted(epoch, folder), e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private List<Path> files(Pattern name) {
    if (!Files.isDirectory(folder)) {
      return new ArrayList<>();
    }
    try (Stream<Path> all = Files.list(folder)) {
      return new ArrayList<>(
          all.filter(file -> name.matcher(file.getFileName().toString()).matches())
              .sorted()
              .toList());
    } catch (IOException e) {
      throw new UncheckedIOException("checkpoints in " + folder + " cannot be listed", e);
    }
  }
}
