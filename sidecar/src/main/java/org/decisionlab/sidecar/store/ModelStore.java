// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.decisionlab.core.file.DurableFiles;
import org.decisionlab.sidecar.auth.Readers;
import org.jspecify.annotations.Nullable;

/**
 * A directory of published models, which several sidecars may share.
 *
 * <pre>
 * NAME/versions/N/version.json    what was published, by whom, with checksums
 * NAME/versions/N/files/...       the files of the bundle, never changed
 * NAME/model.json                 aliases, canary's weight, owner, readers, quota, highest number
 * .staging/PROGRAM/...            uploads that are not complete, and what is being deleted
 * .staging/PROGRAM.lock           held as long as that program lives
 * .lock                           held by the program that changes something
 * </pre>
 *
 * <p>Everything becomes visible by one rename after it was forced to disk, so a program killed at
 * any moment leaves a store that opens, with everything that was acknowledged. Thread safe.
 */
public final class ModelStore implements Closeable {

  private final Path directory;
  private final StoreLock lock;
  private final Staging staging;

  private ModelStore(Path directory, StoreLock lock, Staging staging) {
    this.directory = directory;
    this.lock = lock;
    this.staging = staging;
  }

  /**
   * Opens a store, made when it does not exist, and clears away what programs that live no more
   * left unfinished.
   *
   * @throws IOException when the directory cannot be used
   */
  public static ModelStore open(Path directory) throws IOException {
    Path root = directory.toAbsolutePath().normalize();
    DurableFiles.createDirectories(root);
    StoreLock lock = StoreLock.open(root.resolve(".lock"));
    try {
      Staging staging =
          lock.holding(
              () -> {
                StateFile.clearHalfWritten(root);
                return Staging.open(root.resolve(".staging"));
              });
      return new ModelStore(root, lock, staging);
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  /** A new empty directory for an upload, on the disk of the store. */
  public Path stage() throws IOException {
    return staging.newFolder();
  }

  /** Deletes a directory made by {@link #stage()}; harmless when it was published. */
  public void discard(Path staged) {
    if (!staging.contains(staged)) {
      throw new IllegalArgumentException(staged + " was not staged by this store");
    }
    staging.discardQuietly(staged);
  }

  /** Names of the models that have a version, or whose state cannot be read, in order. */
  public List<ModelName> models() throws IOException {
    List<ModelName> names = new ArrayList<>();
    try (Stream<Path> entries = Files.list(directory)) {
      for (Path entry : entries.sorted().toList()) {
        String name = String.valueOf(entry.getFileName());
        if (ModelName.isValid(name)
            && Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)
            && home(new ModelName(name)).hasModel()) {
          names.add(new ModelName(name));
        }
      }
    }
    return names;
  }

  /**
   * What points at the versions of a model, and for whom it is. Where versions lie there without a
   * state, it is as if that were damaged.
   *
   * @throws DamagedVersionException when that cannot be read
   */
  public ModelState state(ModelName name) throws IOException {
    return home(name).state();
  }

  /** Numbers of the versions of a model, in order; none when there is no such model. */
  public List<Integer> versions(ModelName name) throws IOException {
    return home(name).versions();
  }

  /**
   * When the newest version was published of which files have a name, {@code null} if there is
   * none: versions are looked at as they lie there, whether or not what points at them can be read.
   * One that cannot be read itself may be the one.
   *
   * @param file name of a file of the bundle
   */
  public @Nullable Instant newestWith(ModelName name, String file) {
    return home(name).newestWith(file);
  }

  /**
   * What is known of a model whose state is damaged: its owner is who published the newest version
   * that can be read, and it is for nobody else; where none can, it is for administrators.
   */
  public ModelState recovered(ModelName name) {
    return home(name).recovered();
  }

  /**
   * A version as its {@code version.json} tells, its files not looked at.
   *
   * @throws DamagedVersionException when there is none, or it cannot be read
   */
  public StoredVersion describe(ModelName name, int version) throws IOException {
    return home(name).describe(version);
  }

  /**
   * A version, its files compared with their checksums.
   *
   * @throws DamagedVersionException when there is none, or the files are not what was published
   */
  public StoredVersion verified(ModelName name, int version) throws IOException {
    return home(name).verified(version);
  }

  /**
   * Makes the files of a staged directory the next version.
   *
   * @param staged directory made by {@link #stage()}; it is no longer there afterwards
   */
  public StoredVersion publish(ModelName name, Path staged, Publication publication)
      throws IOException {
    ModelHome home = home(name);
    Path assembled = stage();
    List<Path> outdated = new ArrayList<>();
    try {
      Path files = Files.move(staged, assembled.resolve("files"));
      DurableFiles.forceTree(assembled);
      var sha256 = VersionManifest.checksums(files);
      long bytes = VersionManifest.size(files);
      return lock.holding(
          () -> {
            ModelState found = home.stateOrRecovered();
            ModelState before = publication.before().apply(found);
            List<Integer> surplus =
                new Retention(home, publication.usualQuota()).surplus(before, bytes);
            int version = Math.max(before.last(), home.highest()) + 1;
            VersionManifest manifest =
                new VersionManifest(
                    name, version, publication.at(), publication.by(), bytes, sha256);
            DurableFiles.write(
                assembled.resolve("version.json"),
                manifest.toJson().getBytes(StandardCharsets.UTF_8));
            DurableFiles.createDirectories(home.folderOfVersions());
            move(assembled, home, version, found, before);
            ModelState after = before.withLast(version).withoutPrevious(surplus);
            home.write(publication.pointed(after, version));
            for (int number : surplus) {
              outdated.add(withdraw(home.folderOf(number)));
            }
            return manifest.at(home.filesOf(version));
          });
    } finally {
      discard(assembled);
      outdated.forEach(staging::discardQuietly);
    }
  }

  /**
   * Moves a version to its place. Where others are to read the model from then on than before, it
   * is its owner's alone meanwhile, so that a program killed here shows nothing to anybody.
   */
  private static void move(
      Path from, ModelHome home, int version, ModelState found, ModelState after)
      throws IOException {
    boolean closed =
        !after.readers().equals(found.readers())
            && !found.readers().equals(Readers.OWNER)
            && home.hasState();
    if (closed) {
      home.write(after.withReaders(Readers.OWNER));
    }
    try {
      DurableFiles.move(from, home.folderOf(version));
    } catch (IOException e) {
      if (closed) {
        home.write(found);
      }
      throw e;
    }
  }

  /**
   * Changes what points at the versions of a model, at once.
   *
   * @param how the state after from the state before; what it throws changes nothing
   * @throws DamagedVersionException when the state cannot be read
   */
  public ModelState change(ModelName name, UnaryOperator<ModelState> how) throws IOException {
    ModelHome home = home(name);
    return lock.holding(
        () -> {
          ModelState before = home.state();
          ModelState after = how.apply(before);
          if (!after.equals(before)) {
            home.write(after);
          }
          return after;
        });
  }

  /**
   * Deletes one version.
   *
   * @param before asked when the lock is held: what it throws keeps it from happening
   * @return false when there was none
   */
  public boolean deleteVersion(ModelName name, int version, UnaryOperator<ModelState> before)
      throws IOException {
    ModelHome home = home(name);
    Path[] withdrawn = new Path[1];
    boolean deleted =
        lock.holding(
            () -> {
              if (!home.versions().contains(version)) {
                return false;
              }
              ModelState state = before.apply(home.state());
              home.write(state.withLast(home.highest()).withoutPrevious(List.of(version)));
              withdrawn[0] = withdraw(home.folderOf(version));
              return true;
            });
    if (withdrawn[0] != null) {
      staging.discardQuietly(withdrawn[0]);
    }
    return deleted;
  }

  /**
   * Deletes a model with all its versions.
   *
   * @param before asked when the lock is held: what it throws keeps it from happening
   * @return false when there was none
   */
  public boolean delete(ModelName name, UnaryOperator<ModelState> before) throws IOException {
    ModelHome home = home(name);
    Path[] withdrawn = new Path[1];
    boolean deleted =
        lock.holding(
            () -> {
              if (!home.hasModel()) {
                return false;
              }
              ModelState state = before.apply(home.stateOrRecovered());
              home.write(state.deleted(Math.max(state.last(), home.highest())));
              if (Files.exists(home.folderOfVersions())) {
                withdrawn[0] = withdraw(home.folderOfVersions());
              }
              return true;
            });
    if (withdrawn[0] != null) {
      staging.discardQuietly(withdrawn[0]);
    }
    return deleted;
  }

  /** Clears away what was under way here, and tells the others that this program is gone. */
  @Override
  public void close() throws IOException {
    staging.close();
    lock.close();
  }

  private Path withdraw(Path path) throws IOException {
    Path name = staging.newName();
    DurableFiles.move(path, name);
    return name;
  }

  private ModelHome home(ModelName name) {
    return new ModelHome(directory, name);
  }
}
