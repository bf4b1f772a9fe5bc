// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.decisionlab.core.file.DurableFiles;
import org.jspecify.annotations.Nullable;

/**
 * A directory of published models.
 *
 * <pre>
 * NAME/versions/N/version.json    what was published, with checksums
 * NAME/versions/N/files/...       the files of the bundle, never changed
 * NAME/current                    number of the version being served
 * NAME/last                       highest number ever given, so that none is given twice
 * .staging/                       uploads that are not complete
 * .trash/                         what is being deleted
 * .lock                           held by the one program that uses the directory
 * </pre>
 *
 * <p>Everything becomes visible by one rename after it was forced to disk, so a program killed at
 * any moment leaves a store that opens. Methods that change the store may be called by one thread
 * at a time.
 */
public final class ModelStore implements Closeable {

  private static final String CURRENT = "current";
  private static final String LAST = "last";
  private static final int MAX_NUMBER_BYTES = 32;
  private static final int MAX_MANIFEST_BYTES = 16 << 20;

  private final Path directory;
  private final Path staging;
  private final Path trash;
  private final FileChannel lockChannel;

  private ModelStore(Path directory, FileChannel lockChannel) {
    this.directory = directory;
    this.staging = directory.resolve(".staging");
    this.trash = directory.resolve(".trash");
    this.lockChannel = lockChannel;
  }

  /**
   * Opens a store, made when it does not exist, and clears away what an earlier program left
   * unfinished.
   *
   * @throws IOException when the directory cannot be used, or another program uses it
   */
  public static ModelStore open(Path directory) throws IOException {
    Path root = directory.toAbsolutePath().normalize();
    DurableFiles.createDirectories(root);
    FileChannel channel =
        FileChannel.open(
            root.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (lock(channel) == null) {
        throw new IOException(
            "model directory " + root + " is used by another sidecar; end it or name another one");
      }
      ModelStore store = new ModelStore(root, channel);
      for (Path unfinished : List.of(store.staging, store.trash)) {
        DurableFiles.deleteTree(unfinished);
        DurableFiles.createDirectories(unfinished);
      }
      return store;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static @Nullable FileLock lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  /** A new empty directory for an upload, on the disk of the store. */
  public Path stage() throws IOException {
    return Files.createDirectory(staging.resolve(UUID.randomUUID().toString()));
  }

  /** Deletes a directory made by {@link #stage()}; harmless when it was published. */
  public void discard(Path staged) throws IOException {
    if (!staged.startsWith(staging) || staged.equals(staging)) {
      throw new IllegalArgumentException(staged + " is not in " + staging);
    }
    DurableFiles.deleteTree(staged);
  }

  /** Names of the published models, in order. */
  public List<ModelName> published() throws IOException {
    List<ModelName> names = new ArrayList<>();
    try (Stream<Path> entries = Files.list(directory)) {
      for (Path entry : entries.sorted().toList()) {
        String name = String.valueOf(entry.getFileName());
        if (ModelName.isValid(name) && Files.exists(entry.resolve(CURRENT))) {
          names.add(new ModelName(name));
        }
      }
    }
    return names;
  }

  /**
   * The version that a published model's pointer names, its files compared with their checksums.
   *
   * @throws DamagedVersionException when the files are not what was published
   */
  public StoredVersion current(ModelName name) throws IOException {
    Integer version = number(home(name).resolve(CURRENT));
    if (version == null) {
      throw new DamagedVersionException("no version is published");
    }
    Path home = versionHome(name, version);
    String text = DurableFiles.read(home.resolve("version.json"), MAX_MANIFEST_BYTES);
    if (text == null) {
      throw new DamagedVersionException("version " + version + " has no version.json");
    }
    VersionManifest manifest = VersionManifest.fromJson(text);
    if (!manifest.name().equals(name) || manifest.version() != version) {
      throw new DamagedVersionException(
          "version.json is of "
              + manifest.name()
              + " version "
              + manifest.version()
              + ", expected version "
              + version);
    }
    Path files = home.resolve("files");
    manifest.check(files);
    return new StoredVersion(name, version, manifest.publishedAt(), files);
  }

  /**
   * Publishes the files of a staged directory as the next version and makes it the current one.
   *
   * @param staged directory made by {@link #stage()}; it is no longer there afterwards
   */
  public StoredVersion publish(ModelName name, Path staged, Instant publishedAt)
      throws IOException {
    int version = lastVersion(name) + 1;
    Path home = versionHome(name, version);
    Path assembled = stage();
    try {
      Files.move(staged, assembled.resolve("files"));
      VersionManifest manifest =
          VersionManifest.of(name, version, publishedAt, assembled.resolve("files"));
      Files.writeString(assembled.resolve("version.json"), manifest.toJson());
      DurableFiles.forceTree(assembled);
      DurableFiles.createDirectories(home(name).resolve("versions"));
      write(home(name).resolve(LAST), version);
      DurableFiles.move(assembled, home);
    } finally {
      discard(assembled);
    }
    write(home(name).resolve(CURRENT), version);
    return new StoredVersion(name, version, publishedAt, home.resolve("files"));
  }

  /**
   * Deletes a model with all its versions.
   *
   * @return false when there was none
   */
  public boolean delete(ModelName name) throws IOException {
    Path pointer = home(name).resolve(CURRENT);
    if (!Files.exists(pointer)) {
      return false;
    }
    write(home(name).resolve(LAST), lastVersion(name));
    DurableFiles.move(pointer, trash.resolve(UUID.randomUUID().toString()));
    Path versions = home(name).resolve("versions");
    if (Files.exists(versions)) {
      DurableFiles.move(versions, trash.resolve(UUID.randomUUID().toString()));
    }
    DurableFiles.deleteTree(trash);
    DurableFiles.createDirectories(trash);
    return true;
  }

  /** Gives the directory free for another program. */
  @Override
  public void close() throws IOException {
    lockChannel.close();
  }

  private int lastVersion(ModelName name) throws IOException {
    Integer recorded;
    try {
      recorded = number(home(name).resolve(LAST));
    } catch (DamagedVersionException e) {
      recorded = null;
    }
    int last = recorded == null ? 0 : recorded;
    Path versions = home(name).resolve("versions");
    if (Files.isDirectory(versions)) {
      try (Stream<Path> entries = Files.list(versions)) {
        for (Path entry : entries.toList()) {
          String text = String.valueOf(entry.getFileName());
          if (text.matches("[1-9][0-9]{0,8}")) {
            last = Math.max(last, Integer.parseInt(text));
          }
        }
      }
    }
    return last;
  }

  private static void write(Path file, int number) throws IOException {
    DurableFiles.write(file, (number + "\n").getBytes(StandardCharsets.US_ASCII));
  }

  private static @Nullable Integer number(Path file) throws IOException {
    String text = DurableFiles.read(file, MAX_NUMBER_BYTES);
    if (text == null) {
      return null;
    }
    if (!text.strip().matches("[1-9][0-9]{0,8}")) {
      throw new DamagedVersionException(
          file.getFileName()
              + " should hold the number of a version, found '"
              + text.strip()
              + "'");
    }
    return Integer.valueOf(text.strip());
  }

  private Path home(ModelName name) {
    return directory.resolve(name.value());
  }

  private Path versionHome(ModelName name, int version) {
    return home(name).resolve("versions").resolve(Integer.toString(version));
  }
}
