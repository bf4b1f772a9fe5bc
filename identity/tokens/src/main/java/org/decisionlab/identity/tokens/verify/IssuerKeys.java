// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.tokens.verify;

import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.decisionlab.core.file.DurableFiles;
import org.decisionlab.identity.tokens.http.JsonDoor;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one issuer. They are asked for when first needed, again every six hours, and when a
 * token names a key that is not known, but never more than once in thirty seconds. While the issuer
 * does not answer, the last ones hold for two days, also over a restart (WLCG Common JWT Profiles:
 * key cache refresh 6 h, expiry 1 to 4 days). Thread safe; one thread asks, the others wait for it.
 */
final class IssuerKeys {

  static final Duration REFRESH = Duration.ofHours(6);
  static final Duration EXPIRE = Duration.ofDays(2);
  static final Duration BETWEEN = Duration.ofSeconds(30);

  private static final System.Logger LOG = System.getLogger(IssuerKeys.class.getName());
  private static final long WAIT_SECONDS = 15;

  private final TrustedIssuer issuer;
  private final @Nullable Path copy;
  private final JsonDoor door;
  private final Clock clock;
  private final Executor background;
  private final ReentrantLock asking = new ReentrantLock();
  private volatile @Nullable IssuerDocument current;
  private volatile @Nullable Instant askedAt;
  private volatile String lastFailure = "it was not asked yet";

  IssuerKeys(
      TrustedIssuer issuer, @Nullable Path copy, JsonDoor door, Clock clock, Executor background) {
    this.issuer = issuer;
    this.copy = copy;
    this.door = door;
    this.clock = clock;
    this.background = background;
  }

  /**
   * The keys that a token with this header may be signed with; none when the issuer has no such
   * key.
   */
  List<JWK> matching(JWSHeader header) throws IssuerUnavailableException {
    List<JWK> found = select(document(), header);
    if (found.isEmpty() && mayAsk()) {
      found = select(askAgain(), header);
    }
    return found;
  }

  /** What the issuer publishes, as far as it is known to hold. */
  IssuerDocument document() throws IssuerUnavailableException {
    IssuerDocument known = current;
    if (known == null) {
      known = first();
    }
    Duration age = Duration.between(known.fetchedAt(), clock.instant());
    if (age.compareTo(EXPIRE) > 0) {
      return askAgain();
    }
    if (age.compareTo(REFRESH) > 0 && mayAsk()) {
      refreshBeside();
    }
    return known;
  }

  private IssuerDocument first() throws IssuerUnavailableException {
    lock();
    try {
      IssuerDocument known = current;
      if (known == null) {
        known = onDisk();
        current = known;
      }
      return known == null ? ask() : known;
    } finally {
      asking.unlock();
    }
  }

  private IssuerDocument askAgain() throws IssuerUnavailableException {
    Instant before = askedAt;
    lock();
    try {
      IssuerDocument known = current;
      if (known != null && !Objects.equals(askedAt, before) && holds(known)) {
        return known;
      }
      return ask();
    } finally {
      asking.unlock();
    }
  }

  /** Asks, or answers with what is known where it was asked or failed a moment ago. */
  private IssuerDocument ask() throws IssuerUnavailableException {
    if (mayAsk()) {
      askedAt = clock.instant();
      try {
        IssuerDocument fresh = IssuerDocument.fetch(issuer, door, clock.instant());
        current = fresh;
        keep(fresh);
        return fresh;
      } catch (IOException e) {
        lastFailure = String.valueOf(e.getMessage());
        LOG.log(Level.WARNING, "keys of {0} not fetched: {1}", issuer.issuer(), lastFailure);
      }
    }
    IssuerDocument known = current;
    if (known != null && holds(known)) {
      return known;
    }
    throw new IssuerUnavailableException(
        "the keys of " + issuer.issuer() + " are not known: " + lastFailure);
  }

  private void refreshBeside() {
    try {
      background.execute(
          () -> {
            try {
              askAgain();
            } catch (IssuerUnavailableException e) {
              LOG.log(Level.WARNING, e.getMessage());
            }
          });
    } catch (RejectedExecutionException e) {
      LOG.log(Level.DEBUG, "closed, or asked for already");
    }
  }

  private boolean mayAsk() {
    Instant before = askedAt;
    Instant now = clock.instant();
    return before == null || now.isBefore(before) || !now.isBefore(before.plus(BETWEEN));
  }

  private boolean holds(IssuerDocument document) {
    return Duration.between(document.fetchedAt(), clock.instant()).compareTo(EXPIRE) <= 0;
  }

  private void lock() throws IssuerUnavailableException {
    try {
      if (!asking.tryLock(WAIT_SECONDS, TimeUnit.SECONDS)) {
        throw new IssuerUnavailableException("no answer of " + issuer.issuer() + " in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IssuerUnavailableException("interrupted while keys were asked for", e);
    }
  }

  private static List<JWK> select(IssuerDocument document, JWSHeader header) {
    return new JWKSelector(JWKMatcher.forJWSHeader(header)).select(document.keys());
  }

  private @Nullable IssuerDocument onDisk() {
    if (copy == null) {
      return null;
    }
    try {
      IssuerDocument kept = IssuerDocument.read(Files.readAllBytes(copy), issuer);
      return kept.fetchedAt().isAfter(clock.instant()) || !holds(kept) ? null : kept;
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException e) {
      LOG.log(Level.WARNING, "the copy of keys in {0} is not used: {1}", copy, e.getMessage());
      return null;
    }
  }

  private void keep(IssuerDocument document) {
    if (copy == null) {
      return;
    }
    try {
      DurableFiles.write(copy, document.bytes(issuer));
    } catch (IOException e) {
      LOG.log(Level.WARNING, "no copy of keys in {0}: {1}", copy, e.getMessage());
    }
  }
}
