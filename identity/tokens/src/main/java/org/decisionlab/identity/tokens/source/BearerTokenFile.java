// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.tokens.source;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.decisionlab.core.file.DurableFiles;

/**
 * A file with a fresh token for programs that read {@code BEARER_TOKEN_FILE}: xrdcp, gfal, rucio,
 * condor. Only its owner can read it; it is replaced at once, so that nobody reads half a token; it
 * is deleted when this is closed, and when its token has ended and no new one can be had.
 */
public final class BearerTokenFile implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(BearerTokenFile.class.getName());
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(5);
  private static final Duration CLOSING = Duration.ofSeconds(10);
  private static final Duration LONGEST = Duration.ofMinutes(5);

  private final Path file;
  private final TokenSource source;
  private final TokenRequest request;
  private final Clock clock;
  private final CountDownLatch tried = new CountDownLatch(1);
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread keeper;
  private String written = "";
  private String lastReason = "";

  /**
   * Keeps a file, from now on.
   *
   * @param file where; its folder is made, for this user only
   * @param source where tokens come from
   * @param request which token
   */
  public BearerTokenFile(Path file, TokenSource source, TokenRequest request, Clock clock) {
    this.file = file;
    this.source = source;
    this.request = request;
    this.clock = clock;
    this.keeper = new Thread(this::keep, "bearer token file");
    keeper.setDaemon(true);
    keeper.start();
  }

  /** Where it is. */
  public Path file() {
    return file;
  }

  /**
   * Waits until the first token is written, or could not be.
   *
   * @return whether the file is there
   */
  public boolean isThere(Duration limit) throws InterruptedException {
    return tried.await(limit.toMillis(), TimeUnit.MILLISECONDS) && Files.exists(file);
  }

  @Override
  public void close() {
    closed.countDown();
    keeper.interrupt();
    try {
      keeper.join(CLOSING.toMillis());
      if (keeper.isAlive()) {
        LOG.log(Level.WARNING, "a token is still being written to {0}", file);
      }
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.log(Level.WARNING, "{0} stays: {1}", file, e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void keep() {
    try {
      Duration wait;
      do {
        wait = renew();
        tried.countDown();
      } while (!closed.await(Math.max(100, wait.toMillis()), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      LOG.log(Level.DEBUG, "closed");
    }
  }

  /** Writes the token of now, and tells after which time to come again. */
  private Duration renew() throws InterruptedException {
    try {
      AccessToken token = source.token(request);
      if (!token.secret().equals(written)) {
        write(token.secret());
        written = token.secret();
      }
      lastReason = "";
      Instant renewAt = source.renewAt(request).orElse(Instant.EPOCH);
      Instant soon = clock.instant().plus(LONGEST);
      return Duration.between(clock.instant(), renewAt.isBefore(soon) ? renewAt : soon);
    } catch (TokenUnavailableException e) {
      forget(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      forget(file + " cannot be written: " + e.getMessage());
    }
    return AFTER_FAILURE;
  }

  /** A source gives its old token while it holds; with none at all, the file must go. */
  private void forget(String reason) {
    if (!reason.equals(lastReason)) {
      LOG.log(Level.WARNING, "no token for {0}: {1}", file, reason);
      lastReason = reason;
    }
    written = "";
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.log(Level.WARNING, "{0} stays: {1}", file, e.getMessage());
    }
  }

  private void write(String token) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null && !Files.isDirectory(folder)) {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    Path temporary = DurableFiles.temporaryFor(file);
    try (FileChannel channel =
        FileChannel.open(
            temporary,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      ByteBuffer bytes = ByteBuffer.wrap((token + "\n").getBytes(StandardCharsets.US_ASCII));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
      DurableFiles.move(temporary, file);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }
}
