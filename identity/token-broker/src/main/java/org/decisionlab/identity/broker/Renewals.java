// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.broker;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Refreshes of logins, which go on and are stored when nobody waits for them any more: the provider
 * may have replaced the refresh token already, and only its answer has the new one.
 */
final class Renewals implements AutoCloseable {

  /** A refresh, with the storing of what comes. */
  @FunctionalInterface
  interface Work {
    Login done() throws BrokerProblem, Provider.RefusedException;
  }

  /** A refresh that was begun. */
  static final class Renewal {
    private final String refreshToken;
    private final CompletableFuture<Login> stored = new CompletableFuture<>();

    private Renewal(String refreshToken) {
      this.refreshToken = refreshToken;
    }

    boolean isOf(String token) {
      return refreshToken.equals(token);
    }

    boolean isDone() {
      return stored.isDone();
    }

    /**
     * The new login, which the hub has.
     *
     * @throws BrokerProblem when there is none, or not within this time: it goes on then
     */
    Login awaited(Duration limit) throws BrokerProblem, Provider.RefusedException {
      try {
        return stored.get(limit.toNanos(), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        throw BrokerProblem.later(
            "the login service takes long to renew your login, which goes on: ask again in a while",
            e);
      } catch (ExecutionException e) {
        if (e.getCause() instanceof BrokerProblem problem) {
          throw problem;
        }
        if (e.getCause() instanceof Provider.RefusedException refused) {
          throw refused;
        }
        throw new IllegalStateException(e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw BrokerProblem.later("the broker is ending", e);
      }
    }
  }

  private static final System.Logger LOG = System.getLogger(Renewals.class.getName());
  private static final int MOST = 64;
  private static final Duration IDLE = Duration.ofSeconds(30);

  private final ThreadPoolExecutor threads =
      new ThreadPoolExecutor(
          0,
          MOST,
          IDLE.toSeconds(),
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          work -> {
            Thread thread = new Thread(work, "renewal of a login");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * Begins one.
   *
   * @param user for the log
   * @param refreshToken the one that it uses up
   */
  Renewal begin(String user, String refreshToken, Work work) throws BrokerProblem {
    Renewal renewal = new Renewal(refreshToken);
    try {
      threads.execute(() -> run(user, renewal, work));
    } catch (RejectedExecutionException e) {
      throw BrokerProblem.later(
          "the login service takes long, and " + MOST + " logins are being renewed: ask again", e);
    }
    return renewal;
  }

  /** Whatever ends the work ends the renewal: else the user would wait for it for ever. */
  private static void run(String user, Renewal renewal, Work work) {
    try {
      renewal.stored.complete(work.done());
    } catch (Throwable e) {
      renewal.stored.completeExceptionally(e);
      LOG.log(Level.DEBUG, () -> user + ": login not renewed: " + e.getMessage());
      if (e instanceof Error error) {
        throw error;
      }
    }
  }

  /** Waits for those that are under way, for a while: their answers would be lost. */
  @Override
  public void close() {
    threads.shutdown();
    try {
      if (!threads.awaitTermination(Waits.END.toSeconds(), TimeUnit.SECONDS)) {
        LOG.log(Level.WARNING, "{0} logins are still being renewed", threads.getActiveCount());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
