// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.store;

import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.decisionlab.core.file.DurableFiles;

/**
 * One program's own folder for what is not complete and what is being deleted, on the disk of the
 * store. A lock file beside it tells the others that its program lives; the system unlocks it when
 * the program ends in whatever way.
 */
final class Staging implements Closeable {

  private static final System.Logger LOG = System.getLogger(Staging.class.getName());
  private static final String LOCK = ".lock";

  private final Path folder;
  private final Path lockFile;
  private final FileChannel channel;

  private Staging(Path folder, Path lockFile, FileChannel channel) {
    this.folder = folder;
    this.lockFile = lockFile;
    this.channel = channel;
  }

  /** Makes a folder, and deletes those of programs that live no more. Under the store's lock. */
  static Staging open(Path root) throws IOException {
    DurableFiles.createDirectories(root);
    clear(root);
    String name = thisProgram() + "-" + UUID.randomUUID();
    Path lockFile = root.resolve(name + LOCK);
    FileChannel channel =
        FileChannel.open(lockFile, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    if (StoreLock.attempt(channel) == null) {
      throw new IOException(lockFile + " is held by another program, which cannot be");
    }
    return new Staging(Files.createDirectory(root.resolve(name)), lockFile, channel);
  }

  Path newFolder() throws IOException {
    return Files.createDirectory(folder.resolve(UUID.randomUUID().toString()));
  }

  Path newName() {
    return folder.resolve(UUID.randomUUID().toString());
  }

  boolean contains(Path path) {
    return path.startsWith(folder) && !path.equals(folder);
  }

  /** Deletes what is not visible any more; if that fails, the next start does it. */
  void discardQuietly(Path path) {
    try {
      DurableFiles.deleteTree(path);
    } catch (IOException e) {
      LOG.log(Level.WARNING, path + " could not be deleted yet; the next start will try again", e);
    }
  }

  @Override
  public void close() throws IOException {
    discardQuietly(folder);
    Files.deleteIfExists(lockFile);
    channel.close();
  }

  private static void clear(Path root) throws IOException {
    List<Path> entries;
    try (Stream<Path> listed = Files.list(root)) {
      entries = listed.toList();
    }
    for (Path entry : entries) {
      String name = String.valueOf(entry.getFileName());
      // Opening and closing a lock file of this program would give its lock free.
      if (name.startsWith(thisProgram() + "-")) {
        continue;
      }
      if (name.endsWith(LOCK)) {
        clearIfDead(entry, root.resolve(name.substring(0, name.length() - LOCK.length())));
      } else if (!Files.exists(root.resolve(name + LOCK))) {
        DurableFiles.deleteTree(entry);
      }
    }
  }

  private static void clearIfDead(Path lockFile, Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE);
        FileLock lock = StoreLock.attempt(channel)) {
      if (lock != null) {
        DurableFiles.deleteTree(folder);
        Files.deleteIfExists(lockFile);
      }
    }
  }

  /** The same process id is given again, even at once in containers, so the start belongs to it. */
  private static String thisProgram() {
    ProcessHandle process = ProcessHandle.current();
    long started = process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    return process.pid() + "-" + started;
  }
}
