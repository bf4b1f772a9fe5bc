// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.http;

import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Threads for what takes too long for an event loop. Each kind of work has its own, so that uploads
 * or models that are slow to load hold up neither caches nor who looks at the registry.
 *
 * @param uploads models being received, loaded and stored
 * @param changes changes of what is published, which may load a model
 * @param caches questions and reports of caches about many files
 * @param decisions questions of caches about one file to a model that takes long
 * @param others whatever is read from disk or computed otherwise
 * @param tokens tokens that are not known yet, for which issuers are asked
 */
public record Pools(
    WorkerExecutor uploads,
    WorkerExecutor changes,
    WorkerExecutor caches,
    WorkerExecutor decisions,
    WorkerExecutor others,
    WorkerExecutor tokens) {

  private static final int THREADS = 2;

  /** They wait for others most of the time: one issuer that stalls must not hold up the rest. */
  private static final int ASKING = 8;

  /** How many of them wait for the same issuer. */
  static final int OF_AN_ISSUER = ASKING / 2;

  private static final long LONGEST_SECONDS = 60;

  /** Pools that end with Vert.x. */
  public static Pools of(Vertx vertx) {
    return new Pools(
        pool(vertx, "uploads", THREADS),
        pool(vertx, "changes", THREADS),
        pool(vertx, "caches", THREADS),
        pool(vertx, "decisions", THREADS),
        pool(vertx, "others", THREADS),
        pool(vertx, "tokens", ASKING));
  }

  private static WorkerExecutor pool(Vertx vertx, String name, int threads) {
    return vertx.createSharedWorkerExecutor(name, threads, LONGEST_SECONDS, TimeUnit.SECONDS);
  }
}
