// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.state;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder for what one process needs while it runs, readable for its user only. It is deleted at
 * the end of the process or, where that was killed, by the next one. A process shows that it lives
 * by a lock, which goes with it; its number could belong to another one by then.
 */
public final class TemporaryFolder implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(TemporaryFolder.class);

  private static final String PREFIX = "decisionlab-run-";
  private static final String LOCK = "in-use";

  /** A folder without a lock is being made or deleted; after this time nobody does so any more. */
  private static final Duration UNLOCKED = Duration.ofDays(1);

  private static final int TRIES = 100;
  private static final Duration BETWEEN_TRIES = Duration.ofMillis(50);

  private final Path path;
  private final FileChannel lock;

  private TemporaryFolder(Path path, FileChannel lock) {
    this.path = path;
    this.lock = lock;
  }

  /** Makes a folder for this process. */
  public static TemporaryFolder create(Path parent) throws IOException {
    Path path = Files.createTempDirectory(parent, PREFIX);
    Path made = path.resolve(LOCK + ".new");
    FileChannel lock =
        FileChannel.open(made, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    lock.lock();
    // Under its name the lock is never seen open.
    Files.move(made, path.resolve(LOCK), StandardCopyOption.ATOMIC_MOVE);
    return new TemporaryFolder(path, lock);
  }

  /** Where it is. */
  public Path path() {
    return path;
  }

  /** Deletes the folders beside this one whose processes have ended. */
  public void deleteAbandoned() {
    try (DirectoryStream<Path> all =
        Files.newDirectoryStream(path.toAbsolutePath().getParent(), PREFIX + "*")) {
      for (Path each : all) {
        if (!each.getFileName().equals(path.getFileName()) && isOurs(each)) {
          deleteIfAbandoned(each);
        }
      }
    } catch (IOException e) {
      LOG.warn("{} cannot be searched for what other kernels have left", path.getParent(), e);
    }
  }

  /** Deletes the folder; what others write into it meanwhile is deleted with the next try. */
  @Override
  public void close() throws IOException {
    try {
      for (int left = TRIES - 1; !deleted(left == 0); left--) {
        LockSupport.parkNanos(BETWEEN_TRIES.toNanos());
      }
    } finally {
      lock.close();
    }
  }

  private boolean deleted(boolean lastTry) throws IOException {
    try {
      delete(path);
      return true;
    } catch (DirectoryNotEmptyException e) {
      if (lastTry) {
        throw e;
      }
      return false;
    }
  }

  private boolean isOurs(Path other) throws IOException {
    return Files.isDirectory(other, LinkOption.NOFOLLOW_LINKS)
        && Files.getOwner(other, LinkOption.NOFOLLOW_LINKS).equals(Files.getOwner(path));
  }

  private static void deleteIfAbandoned(Path folder) {
    try (FileChannel other =
        FileChannel.open(
            folder.resolve(LOCK), StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
      if (other.tryLock() != null) {
        delete(folder);
      }
    } catch (NoSuchFileException e) {
      deleteIfOld(folder);
    } catch (OverlappingFileLockException e) {
      // A folder of this very process.
      return;
    } catch (IOException e) {
      LOG.warn("{}, left by a kernel that has ended, cannot be deleted", folder, e);
    }
  }

  private static void deleteIfOld(Path folder) {
    try {
      Instant changed = Files.getLastModifiedTime(folder).toInstant();
      if (changed.isBefore(Instant.now().minus(UNLOCKED))) {
        delete(folder);
      }
    } catch (IOException e) {
      LOG.warn("{}, left by a kernel that has ended, cannot be deleted", folder, e);
    }
  }

  /** Deletes a folder, its lock last, so that whatever is left can be found again. */
  private static void delete(Path folder) throws IOException {
    Files.walkFileTree(folder, new Deletion(folder));
    Files.deleteIfExists(folder.resolve(LOCK));
    Files.deleteIfExists(folder);
  }

  /** Deletes what is in a folder, but for the lock; links are not followed. */
  private static final class Deletion extends SimpleFileVisitor<Path> {

    private final Path folder;

    Deletion(Path folder) {
      this.folder = folder;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      if (!file.equals(folder.resolve(LOCK))) {
        Files.deleteIfExists(file);
      }
      return FileVisitResult.CONTINUE;
    }

    /** Others may delete their part at the same time. */
    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
      if (failure instanceof NoSuchFileException) {
        return FileVisitResult.CONTINUE;
      }
      throw failure;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
        throws IOException {
      if (failure != null && !(failure instanceof NoSuchFileException)) {
        throw failure;
      }
      if (!directory.equals(folder)) {
        Files.deleteIfExists(directory);
      }
      return FileVisitResult.CONTINUE;
    }
  }
}
