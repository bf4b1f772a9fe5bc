// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.core.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Files and folders that survive a crash: what a method has returned from is on the disk, and
 * nothing is ever seen half written. Symbolic links are never followed.
 */
public final class DurableFiles {

  private DurableFiles() {}

  /** Writes a file, or replaces it at once; makes the folders above it. */
  public static void write(Path file, byte[] content) throws IOException {
    createDirectories(parentOf(file));
    Path temporary = temporaryFor(file);
    try {
      writeThrough(temporary, content);
      move(temporary, file);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /**
   * Writes a folder.
   *
   * @param folder where; must not exist
   * @param files content by name; a name ending in {@code /} is an empty folder
   */
  public static void writeFolder(Path folder, SortedMap<String, byte[]> files) throws IOException {
    createDirectories(parentOf(folder));
    Path temporary = Files.createDirectory(temporaryFor(folder));
    try {
      for (var file : files.entrySet()) {
        Path path = temporary.resolve(file.getKey());
        if (file.getKey().endsWith("/")) {
          force(Files.createDirectory(path));
        } else {
          writeThrough(path, file.getValue());
        }
      }
      force(temporary);
      if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
        throw new FileAlreadyExistsException(folder.toString());
      }
      move(temporary, folder);
    } finally {
      deleteTree(temporary);
    }
  }

  /** A name beside a file or folder, for what is to take its place. */
  public static Path temporaryFor(Path target) {
    return target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
  }

  /** Renames at once, replacing a file that is there, and makes the new name last. */
  public static void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    force(parentOf(to));
  }

  /** Makes a folder and the missing ones above it, and makes their names last. */
  public static void createDirectories(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      return;
    }
    Path parent = parentOf(folder);
    createDirectories(parent);
    Files.createDirectories(folder);
    force(parent);
  }

  /** Makes everything in a folder last. */
  public static void forceTree(Path root) throws IOException {
    for (Path path : tree(root)) {
      force(path);
    }
  }

  /** A folder and everything in it, folders before what they hold. */
  public static List<Path> tree(Path root) throws IOException {
    try (Stream<Path> paths = Files.walk(root)) {
      return paths.sorted().toList();
    }
  }

  /** Deletes a folder with everything in it; nothing happens when there is none. */
  public static void deleteTree(Path root) throws IOException {
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

  /**
   * The text of a small file, or null when there is none.
   *
   * @throws IOException when it is larger than expected, or is not UTF-8
   */
  public static @Nullable String read(Path file, int maxBytes) throws IOException {
    try {
      if (Files.size(file) > maxBytes) {
        throw new IOException(file + " is larger than " + maxBytes + " bytes");
      }
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  private static void writeThrough(Path file, byte[] content) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
      ByteBuffer buffer = ByteBuffer.wrap(content);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
  }

  private static void force(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
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
