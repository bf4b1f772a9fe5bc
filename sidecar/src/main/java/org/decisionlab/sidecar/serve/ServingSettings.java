// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.serve;

import java.time.Duration;
import org.decisionlab.models.engine.Engines;
import org.decisionlab.sidecar.store.ModelName;
import org.decisionlab.sidecar.store.Quota;
import org.jspecify.annotations.Nullable;

/**
 * How models are served.
 *
 * @param decisionModel the model that answers caches; null for the one published last that can
 * @param engines what runs models, the preferred first
 * @param loadTime time for one model to load and be verified
 * @param quota how much a model may keep unless it has a quota of its own
 * @param followEvery how often the store is looked at for what other sidecars did
 * @param asking how costly models are asked
 */
public record ServingSettings(
    @Nullable ModelName decisionModel,
    Engines engines,
    Duration loadTime,
    Quota quota,
    Duration followEvery,
    Asking asking) {

  /**
   * How models are asked that are too costly for an event loop.
   *
   * @param threads questions being answered at a time
   * @param batching whether questions that wait for the same model are asked together where that
   *     was measured to pay
   */
  public record Asking(int threads, boolean batching) {}

  /** All engines on the class path and the usual limits. */
  public static ServingSettings usual() {
    return new ServingSettings(
        null,
        Engines.installed(),
        Duration.ofSeconds(60),
        Quota.DEFAULT,
        Duration.ofSeconds(1),
        new Asking(Runtime.getRuntime().availableProcessors(), true));
  }

  /** The same with another model for caches. */
  public ServingSettings deciding(@Nullable ModelName model) {
    return new ServingSettings(model, engines, loadTime, quota, followEvery, asking);
  }

  /** The same with other engines. */
  public ServingSettings with(Engines others) {
    return new ServingSettings(decisionModel, others, loadTime, quota, followEvery, asking);
  }

  /** The same with another time for one model to load. */
  public ServingSettings loadingWithin(Duration time) {
    return new ServingSettings(decisionModel, engines, time, quota, followEvery, asking);
  }

  /** The same asking costly models each question alone. */
  public ServingSettings withoutBatching() {
    Asking alone = new Asking(asking.threads(), false);
    return new ServingSettings(decisionModel, engines, loadTime, quota, followEvery, alone);
  }

  /** The same with another quota. */
  public ServingSettings with(Quota other) {
    return new ServingSettings(decisionModel, engines, loadTime, other, followEvery, asking);
  }
}
