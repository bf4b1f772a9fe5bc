// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.serve;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import org.decisionlab.sidecar.fault.RefusedException;
import org.decisionlab.sidecar.store.Alias;
import org.decisionlab.sidecar.store.ModelName;
import org.decisionlab.sidecar.store.ModelStore;
import org.decisionlab.sidecar.store.Publication;
import org.decisionlab.sidecar.store.Quota;
import org.decisionlab.sidecar.store.StoredVersion;

/**
 * Publishes models: an upload is laid out beside the store, loaded, verified, stored, and only then
 * served. What fails on the way changes nothing. Thread safe; loading is done in parallel, storing
 * and switching one at a time.
 */
public final class Publisher {

  private static final System.Logger LOG = System.getLogger(Publisher.class.getName());

  private final ModelStore store;
  private final StoreFollower follower;
  private final ModelLoader loader;
  private final Quota quota;
  private final Clock clock;

  Publisher(
      ModelStore store, StoreFollower follower, ModelLoader loader, Quota quota, Clock clock) {
    this.store = store;
    this.follower = follower;
    this.loader = loader;
    this.quota = quota;
    this.clock = clock;
  }

  private interface Layout {
    StagedBundle layOut(Path directory) throws IOException;
  }

  /**
   * Publishes a model uploaded as a form.
   *
   * @throws RefusedException when it is not a model that can be served
   */
  public StoredVersion publishForm(FormUpload form, PublishOrder order) throws IOException {
    return publish(directory -> new StagedBundle(form.layOut(directory), directory), order);
  }

  /**
   * Publishes a model uploaded as a tar archive, plain or compressed with gzip.
   *
   * @param archive the archive
   * @param gzip whether the client says that it is compressed
   * @throws RefusedException when it is not a model that can be served
   */
  public StoredVersion publishArchive(Path archive, boolean gzip, PublishOrder order)
      throws IOException {
    return publish(directory -> Bundles.unpack(archive, gzip, directory), order);
  }

  private StoredVersion publish(Layout layout, PublishOrder order) throws IOException {
    Path staged = store.stage();
    try {
      StagedBundle laidOut = layout.layOut(staged);
      ModelName name = laidOut.name();
      requireMayChange(name, order.caller());
      LoadedVersion loaded = loader.load(name, laidOut.files());
      StoredVersion stored = publish(laidOut, loaded, order);
      LOG.log(
          Level.INFO,
          "published model {0} version {1} as {2}: engine {3}, compared with {4}",
          name,
          Integer.toString(stored.version()),
          order.alias() == null ? "no alias" : order.alias(),
          loaded.engine(),
          loaded.check());
      return stored;
    } catch (RefusedException e) {
      LOG.log(Level.INFO, "refused an upload: {0}", e.told());
      throw e;
    } finally {
      store.discard(staged);
    }
  }

  /** Before the work of loading; it is asked again when the lock is held. */
  private void requireMayChange(ModelName name, Caller caller) throws IOException {
    PublishedModel known = follower.find(name);
    if (known != null) {
      caller.requireMayChange(name, known.state());
    }
  }

  private StoredVersion publish(StagedBundle laidOut, LoadedVersion loaded, PublishOrder order)
      throws IOException {
    ModelName name = laidOut.name();
    Caller caller = order.caller();
    Alias alias = order.alias();
    boolean kept = false;
    try {
      Publication publication =
          new Publication(
              clock.instant().truncatedTo(ChronoUnit.MICROS),
              caller.identity(),
              quota,
              state -> {
                caller.requireMayChange(name, state);
                order.permit().use();
                return caller.owning(follower.completed(name, state), order.readers());
              },
              alias,
              loaded.decides());
      synchronized (follower.lock(name)) {
        StoredVersion stored = store.publish(name, laidOut.files(), publication);
        kept = alias != null;
        follower.take(name, kept ? ServedModel.of(stored, loaded) : null);
        return stored;
      }
    } finally {
      if (!kept) {
        loaded.rows().close();
      }
    }
  }
}
