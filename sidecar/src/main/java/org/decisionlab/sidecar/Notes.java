// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.decisionlab.core.file.DurableFiles;
import org.decisionlab.sidecar.decide.Journal;
import org.decisionlab.sidecar.http.AccessLog;
import org.decisionlab.sidecar.http.AuditLog;
import org.decisionlab.sidecar.telemetry.Metrics;
import org.decisionlab.sidecar.telemetry.PredictionLog;
import org.decisionlab.sidecar.telemetry.RollingFile;
import org.jspecify.annotations.Nullable;

/** The files in which a sidecar writes down its work: openings, requests, a sample of rows. */
final class Notes implements Closeable {

  private final List<Closeable> open = new ArrayList<>();
  private final @Nullable Journal journal;
  private final @Nullable AccessLog access;
  private final AuditLog audit;
  private final @Nullable PredictionLog predictions;

  /**
   * Continues what an earlier sidecar wrote.
   *
   * @throws IOException when the directory cannot be used, or another sidecar uses it
   */
  Notes(Observing observing, Metrics metrics, Clock clock) throws IOException {
    Path directory = observing.directory();
    if (directory == null) {
      this.journal = null;
      this.access = null;
      this.audit = AuditLog.NONE;
      this.predictions = null;
      return;
    }
    DurableFiles.createDirectories(directory);
    open.add(lock(directory));
    Journal openings = new Journal(directory, observing.maxBytes());
    open.add(openings);
    this.journal = openings;
    this.audit =
        new AuditLog(
            rolling(observing, directory, "audit", metrics)::add,
            rolling(observing, directory, "refusals", metrics)::add,
            clock);
    this.access = observing.accessLog() ? accessLog(observing, directory, metrics, clock) : null;
    this.predictions =
        observing.predictionShare() > 0 ? predictionLog(observing, directory, metrics) : null;
  }

  @Nullable Journal journal() {
    return journal;
  }

  @Nullable AccessLog access() {
    return access;
  }

  AuditLog audit() {
    return audit;
  }

  @Nullable PredictionLog predictions() {
    return predictions;
  }

  /** Writes what waits, and ends. */
  @Override
  public void close() throws IOException {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
  }

  private AccessLog accessLog(Observing observing, Path directory, Metrics metrics, Clock clock)
      throws IOException {
    RollingFile file = rolling(observing, directory, "access", metrics);
    return new AccessLog(file::add, clock);
  }

  private PredictionLog predictionLog(Observing observing, Path directory, Metrics metrics)
      throws IOException {
    RollingFile file = rolling(observing, directory, "predictions", metrics);
    // Chosen on event loops: quick, and of no use to whoever could guess it.
    SplittableRandom seeds = new SplittableRandom(new SecureRandom().nextLong());
    ThreadLocal<RandomGenerator> random =
        ThreadLocal.withInitial(
            () -> {
              synchronized (seeds) {
                return seeds.split();
              }
            });
    return new PredictionLog(file, observing.predictionShare(), () -> random.get().nextLong());
  }

  private RollingFile rolling(Observing observing, Path directory, String name, Metrics metrics)
      throws IOException {
    RollingFile file = new RollingFile(directory, name, observing.maxBytes());
    open.add(file);
    metrics.count(
        "sidecar_" + name + "_log_dropped_total",
        "Lines of the log '" + name + "' that were dropped because too many came at once.",
        file::dropped);
    return file;
  }

  private static FileChannel lock(Path directory) throws IOException {
    FileChannel channel =
        FileChannel.open(
            directory.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() != null) {
        return channel;
      }
    } catch (OverlappingFileLockException e) {
      // Held by another sidecar of this process: the same as by another process.
    }
    channel.close();
    throw new IOException(
        "directory " + directory + " is used by another sidecar; end it or name another one");
  }
}
