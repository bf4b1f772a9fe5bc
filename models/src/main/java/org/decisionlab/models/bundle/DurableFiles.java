// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.bundle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.Stream;

/** Files and folders that appear at once and complete, and are on the disk when they do. */
final class DurableFiles {

  private DurableFiles() {}

  /** Writes a file, or replaces it at once. */
  static void write(Path file, byte[] content) throws IOException {
    Path parent = parentOf(file);
    Files.createDirectories(parent);
    Path temporary = Files.createTempFile(parent, "." + file.getFileName() + ".", ".tmp");
    try {
      writeThrough(temporary, content);
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
    force(parent);
  }

  /**
   * Writes a folder.
   *
   * @param folder where; must not exist
   * @param files content by name; a name ending in {@code /} is an empty folder
   */
  static void writeFolder(Path folder, SortedMap<String, byte[]> files) throws IOException {
    Path parent = parentOf(folder);
    Files.createDirectories(parent);
    Path temporary = Files.createTempDirectory(parent, "." + folder.getFileName() + ".");
    try {
      for (var file : files.entrySet()) {
        Path path = temporary.resolve(file.getKey());
        if (file.getKey().endsWith("/")) {
          force(Files.createDirectory(path));
        } else {
          writeThrough(Files.createFile(path), file.getValue());
        }
      }
      force(temporary);
      if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
        throw new FileAlreadyExistsException(folder.toString());
      }
      Files.move(temporary, folder, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      deleteTree(temporary);
    }
    force(parent);
  }

  /** Deletes a folder with what is in it; links are deleted, not followed. */
  static void deleteTree(Path root) throws IOException {
    if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    List<Path> paths;
    try (Stream<Path> walk = Files.walk(root)) {
      paths = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : paths) {
      Files.delete(path);
    }
  }

  private static void writeThrough(Path file, byte[] content) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
      ByteBuffer buffer = ByteBuffer.wrap(content);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
  }

  private static void force(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static Path parentOf(Path path) {
    Path parent = path.toAbsolutePath().getParent();
    if (parent == null) {
      throw new IllegalArgumentException(path + " has no folder above it");
    }
    return parent;
  }
}
