// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.state;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The folder of what kernels of a user keep, readable for that user only. */
public final class StateFolder {

  private static final Logger LOG = LoggerFactory.getLogger(StateFolder.class);
  private static final boolean POSIX =
      FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

  private StateFolder() {}

  /**
   * Where the folder is: {@code $XDG_STATE_HOME/decisionlab}, or else {@code
   * ~/.local/state/decisionlab} (XDG Base Directory Specification 0.8).
   */
  public static Path find() {
    @Nullable String named = System.getenv("XDG_STATE_HOME");
    Path state =
        named != null && Path.of(named).isAbsolute()
            ? Path.of(named)
            : Path.of(System.getProperty("user.home", "/"), ".local", "state");
    return state.resolve("decisionlab");
  }

  /** Makes a folder and those above it, for the user alone, if there is none. */
  public static Path create(Path folder) throws IOException {
    if (POSIX) {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } else {
      Files.createDirectories(folder);
    }
    return folder;
  }

  /** Makes an empty file for the user alone, if there is none. */
  public static Path createFile(Path file) throws IOException {
    try {
      Set<PosixFilePermission> own = PosixFilePermissions.fromString("rw-------");
      return POSIX
          ? Files.createFile(file, PosixFilePermissions.asFileAttribute(own))
          : Files.createFile(file);
    } catch (FileAlreadyExistsException e) {
      return file;
    }
  }

  /** Deletes the files of a folder that nobody has written for a while. */
  public static void deleteOlder(Path folder, Duration age) {
    if (!Files.isDirectory(folder)) {
      return;
    }
    FileTime limit = FileTime.from(Instant.now().minus(age));
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        if (Files.getLastModifiedTime(file).compareTo(limit) < 0) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException e) {
      LOG.warn("{} cannot be cleared", folder, e);
    }
  }
}
