// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One writer at a time, among the threads of this program and among all programs that share the
 * directory. The system takes the lock from a program that was killed.
 */
final class StoreLock implements Closeable {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  private final Path file;
  private final FileChannel channel;
  private final ReentrantLock threads = new ReentrantLock();

  private StoreLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /** What is done while the lock is held. */
  interface Work<T> {
    T run() throws IOException;
  }

  static StoreLock open(Path file) throws IOException {
    return new StoreLock(
        file, FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE));
  }

  /**
   * Runs work while holding the lock.
   *
   * @throws IOException when another program holds it for longer than the limit, or the work fails
   */
  <T> T holding(Work<T> work) throws IOException {
    long end = System.nanoTime() + LIMIT.toNanos();
    if (!lockThreads(end)) {
      throw busy();
    }
    try (FileLock held = lockFile(end)) {
      if (!held.isValid()) {
        throw busy();
      }
      return work.run();
    } finally {
      threads.unlock();
    }
  }

  private boolean lockThreads(long end) throws IOException {
    try {
      return threads.tryLock(end - System.nanoTime(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for " + file, e);
    }
  }

  private FileLock lockFile(long end) throws IOException {
    while (true) {
      FileLock lock = attempt(channel);
      if (lock != null) {
        return lock;
      }
      if (System.nanoTime() - end > 0) {
        throw busy();
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  /** The lock, or null when another program, or another store in this one, holds it. */
  static @Nullable FileLock attempt(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  private IOException busy() {
    return new IOException(
        file + " was held by another sidecar for longer than " + LIMIT.toSeconds() + " s");
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
