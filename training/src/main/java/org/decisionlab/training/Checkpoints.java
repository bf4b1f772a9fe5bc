// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.decisionlab.core.file.DurableFiles;
import org.jspecify.annotations.Nullable;

/**
 * The checkpoints of one training in a folder, known by the epoch or round after which they were
 * written; the newest are kept. Each appears at once and complete.
 *
 * @param <T> what one holds
 */
public final class Checkpoints<T> {

  private static final int KEPT = 2;
  private static final Pattern NAME = Pattern.compile("epoch-(\\d{6})\\.checkpoint");
  private static final Pattern LEFT_OVER =
      Pattern.compile("\\.epoch-\\d{6}\\.checkpoint\\..*\\.tmp");

  private final Path folder;
  private final Form<T> form;

  /** How a checkpoint becomes bytes and is read from them. */
  public interface Form<T> {

    /** What a training is, by what it is about. */
    Map<String, String> identity(T checkpoint);

    /** The epochs or rounds that are done. */
    int done(T checkpoint);

    /** Its bytes. */
    byte[] write(T checkpoint);

    /**
     * The reverse of {@link #write}.
     *
     * @throws IOException when the bytes are not a whole checkpoint
     */
    T read(byte[] bytes) throws IOException;
  }

  /** Those of a folder, which need not be there yet. */
  public Checkpoints(Path folder, Form<T> form) {
    this.folder = folder;
    this.form = form;
  }

  /**
   * The one to go on from, in a folder that is ready for the training.
   *
   * @param resume whether to go on from the newest; else there must be none
   * @param identity what the training is
   * @return null where the training begins
   * @throws IllegalStateException when there are some and the training is not resumed, or the
   *     newest is damaged or of another training
   */
  public @Nullable T left(boolean resume, Map<String, String> identity) {
    if (!resume) {
      requireNone();
      return null;
    }
    return newest(identity).orElse(null);
  }

  /**
   * Makes the folder ready for a training that begins anew.
   *
   * @throws IllegalStateException when it holds checkpoints
   */
  private void requireNone() {
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
  private Optional<T> newest(Map<String, String> identity) {
    List<Path> present = files(NAME);
    if (present.isEmpty()) {
      return Optional.empty();
    }
    Path file = present.get(present.size() - 1);
    T checkpoint;
    try {
      checkpoint = form.read(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new IllegalStateException(
          "checkpoint %s cannot be read: %s. Delete it to go on with the one before"
              .formatted(file, e.getMessage()),
          e);
    }
    List<String> differences = differences(form.identity(checkpoint), identity);
    if (!differences.isEmpty()) {
      throw new IllegalStateException(
          "checkpoint %s is of another training: %s"
              .formatted(file, String.join("; ", differences)));
    }
    return Optional.of(checkpoint);
  }

  /** What is told only then or only now differs, too. */
  private static List<String> differences(Map<String, String> before, Map<String, String> now) {
    Set<String> all = new TreeSet<>(before.keySet());
    all.addAll(now.keySet());
    List<String> differences = new ArrayList<>();
    for (String about : all) {
      if (!Objects.equals(before.get(about), now.get(about))) {
        differences.add(
            "%s: %s, now %s"
                .formatted(
                    about,
                    before.getOrDefault(about, "not told"),
                    now.getOrDefault(about, "not told")));
      }
    }
    return differences;
  }

  /**
   * Writes a checkpoint and deletes those that are no longer needed. A thread that is interrupted
   * writes it all the same, and stays interrupted.
   */
  public void write(T checkpoint) {
    int epoch = form.done(checkpoint);
    // Java closes the file under a thread that is interrupted.
    boolean interrupted = Thread.interrupted();
    try {
      DurableFiles.write(
          folder.resolve("epoch-%06d.checkpoint".formatted(epoch)), form.write(checkpoint));
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
