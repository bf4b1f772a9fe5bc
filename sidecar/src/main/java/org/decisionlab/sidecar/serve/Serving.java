// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.serve;

import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.decisionlab.sidecar.store.ModelStore;

/** Published models, served from a store: the parts put together. */
public final class Serving implements Closeable {

  private static final System.Logger LOG = System.getLogger(Serving.class.getName());

  private final ModelRegistry registry;
  private final ModelLoader loader;
  private final Shadows shadows = new Shadows();
  private final StoreFollower follower;
  private final Publisher publisher;
  private final ModelManagement management;
  private final Predictor predictor;
  private final ServingSettings settings;
  private final ScheduledExecutorService following =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "follow");
            thread.setDaemon(true);
            return thread;
          });

  /** Models of a store, none of which is loaded yet. */
  public Serving(ModelStore store, ServingSettings settings, Clock clock) {
    this.settings = settings;
    this.registry = new ModelRegistry(settings.decisionModel());
    this.loader = new ModelLoader(settings.engines(), settings.loadTime());
    this.follower = new StoreFollower(store, registry, loader, clock);
    this.publisher = new Publisher(store, follower, loader, settings.quota(), clock);
    this.management = new ModelManagement(store, follower, shadows, settings.quota());
    this.predictor = new Predictor(registry, shadows, settings.asking());
  }

  /** Loads what the store's aliases point at, damaged ones as such, and follows it from now on. */
  public void start() throws IOException {
    follower.follow();
    long millis = settings.followEvery().toMillis();
    var unused =
        following.scheduleWithFixedDelay(this::follow, millis, millis, TimeUnit.MILLISECONDS);
  }

  private void follow() {
    try {
      follower.follow();
    } catch (IOException | RuntimeException e) {
      LOG.log(Level.WARNING, "the model directory could not be looked at; it will be again", e);
    }
  }

  /** The models being served. */
  public ModelRegistry registry() {
    return registry;
  }

  /** Takes uploads. */
  public Publisher publisher() {
    return publisher;
  }

  /** Changes what is published. */
  public ModelManagement management() {
    return management;
  }

  /** Asks models. */
  public Predictor predictor() {
    return predictor;
  }

  /** Ends: nothing is followed, asked or loaded any more. */
  @Override
  public void close() {
    following.shutdownNow();
    predictor.close();
    shadows.close();
    loader.close();
    follower.letAllGo();
  }
}
