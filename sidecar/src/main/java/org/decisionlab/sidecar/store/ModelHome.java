// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.decisionlab.core.file.DurableFiles;
import org.jspecify.annotations.Nullable;

/**
 * The folder of one model: where its files lie, and what they tell. It is read without a lock;
 * whoever writes the state or moves versions holds that of the store.
 */
final class ModelHome {

  private static final int MAX_MANIFEST_BYTES = 16 << 20;

  private final Path folder;
  private final ModelName name;

  ModelHome(Path store, ModelName name) {
    this.folder = store.resolve(name.value());
    this.name = name;
  }

  ModelName name() {
    return name;
  }

  Path folderOfVersions() {
    return folder.resolve("versions");
  }

  Path folderOf(int version) {
    return folderOfVersions().resolve(Integer.toString(version));
  }

  Path filesOf(int version) {
    return folderOf(version).resolve("files");
  }

  /** Whether there is a version, or something that cannot be read. */
  boolean hasModel() throws IOException {
    try {
      return !versions().isEmpty();
    } catch (IOException e) {
      return true;
    }
  }

  boolean hasState() throws IOException {
    return StateFile.read(folder) != null;
  }

  /** See {@link ModelStore#state}. */
  ModelState state() throws IOException {
    ModelState state = StateFile.read(folder);
    return state == null ? recovered() : state;
  }

  /** See {@link ModelStore#recovered}. */
  ModelState recovered() {
    return new Remains(this).state();
  }

  /** Of a damaged state the owner is known by the versions, which are still there. */
  ModelState stateOrRecovered() throws IOException {
    try {
      return state();
    } catch (DamagedVersionException e) {
      return recovered();
    }
  }

  void write(ModelState state) throws IOException {
    StateFile.write(folder, state);
  }

  /** See {@link ModelStore#newestWith}. */
  @Nullable Instant newestWith(String file) {
    return new Remains(this).newestWith(file);
  }

  /** Numbers of the versions that are not deleted, in order. */
  List<Integer> versions() throws IOException {
    return versions(state());
  }

  /** The same, where the state is known already. */
  List<Integer> versions(ModelState state) throws IOException {
    return numbers().stream().filter(number -> number > state.deletedUpTo()).toList();
  }

  /** The highest number that a version has had, so that none is given twice. */
  int highest() throws IOException {
    List<Integer> numbers = numbers();
    int last = stateOrRecovered().last();
    return numbers.isEmpty() ? last : Math.max(last, numbers.get(numbers.size() - 1));
  }

  /** Numbers of the versions that lie there, in order. */
  List<Integer> numbers() throws IOException {
    Path versions = folderOfVersions();
    if (Files.notExists(versions, LinkOption.NOFOLLOW_LINKS)) {
      return List.of();
    }
    if (!Files.isDirectory(versions, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException(versions + " is no directory that can be read");
    }
    TreeSet<Integer> numbers = new TreeSet<>();
    try (Stream<Path> entries = Files.list(versions)) {
      for (Path entry : entries.toList()) {
        String text = String.valueOf(entry.getFileName());
        if (text.matches("[1-9][0-9]{0,8}")) {
          numbers.add(Integer.valueOf(text));
        }
      }
    }
    return List.copyOf(numbers);
  }

  /** See {@link ModelStore#describe}. */
  StoredVersion describe(int version) throws IOException {
    return manifest(version).at(filesOf(version));
  }

  /** See {@link ModelStore#verified}. */
  StoredVersion verified(int version) throws IOException {
    VersionManifest manifest = manifest(version);
    manifest.check(filesOf(version));
    return manifest.at(filesOf(version));
  }

  private VersionManifest manifest(int version) throws IOException {
    String text = DurableFiles.read(folderOf(version).resolve("version.json"), MAX_MANIFEST_BYTES);
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
    return manifest;
  }
}
