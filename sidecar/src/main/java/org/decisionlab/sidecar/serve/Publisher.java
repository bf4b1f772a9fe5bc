// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.serve;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.decisionlab.sidecar.fault.RefusedException;
import org.decisionlab.sidecar.store.ModelName;
import org.decisionlab.sidecar.store.ModelStore;
import org.decisionlab.sidecar.store.StoredVersion;

/**
 * Publishes models: an upload is laid out beside the store, loaded, verified, stored, and only then
 * served. What fails on the way changes nothing. Thread safe; loading is done in parallel, storing
 * and switching one at a time.
 */
public final class Publisher {

  private static final System.Logger LOG = System.getLogger(Publisher.class.getName());

  private final ModelStore store;
  private final ModelRegistry registry;
  private final Clock clock;
  private final Object storing = new Object();

  /** A publisher from uploads to a store and the registry. */
  public Publisher(ModelStore store, ModelRegistry registry, Clock clock) {
    this.store = store;
    this.registry = registry;
    this.clock = clock;
  }

  private interface Layout {
    StagedBundle layOut(Path directory) throws IOException;
  }

  /** Puts the store's current versions into the registry; damaged ones as such. */
  public void loadAll() throws IOException {
    for (ModelName name : store.published()) {
      registry.put(load(name));
    }
  }

  /**
   * Publishes a model uploaded as a form.
   *
   * @throws RefusedException when it is not a model that can be served
   */
  public StoredVersion publishForm(FormUpload form) throws IOException {
    return publish(directory -> new StagedBundle(form.layOut(directory), directory), "form");
  }

  /**
   * Publishes a model uploaded as a tar archive, plain or compressed with gzip.
   *
   * @param archive the archive
   * @param gzip whether the client says that it is compressed
   * @throws RefusedException when it is not a model that can be served
   */
  public StoredVersion publishArchive(Path archive, boolean gzip) throws IOException {
    return publish(directory -> Bundles.unpack(archive, gzip, directory), "bundle");
  }

  /** Deletes a model with all its versions; nothing happens when there is none. */
  public boolean delete(ModelName name) throws IOException {
    synchronized (storing) {
      boolean deleted = store.delete(name);
      registry.remove(name);
      if (deleted) {
        LOG.log(Level.INFO, "deleted model {0}", name);
      }
      return deleted;
    }
  }

  private StoredVersion publish(Layout layout, String form) throws IOException {
    Path staged = store.stage();
    try {
      StagedBundle laidOut = layout.layOut(staged);
      ModelName name = laidOut.name();
      LoadedBundle bundle = Bundles.load(name, laidOut.files());
      StoredVersion stored;
      synchronized (storing) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        stored = store.publish(name, laidOut.files(), now);
        registry.put(ServedModel.of(stored, bundle));
      }
      LOG.log(
          Level.INFO,
          "published model {0} version {1} from a {2}: {3}",
          name,
          Integer.toString(stored.version()),
          form,
          bundle.evaluator());
      return stored;
    } catch (RefusedException e) {
      LOG.log(Level.INFO, "refused an upload by {0}: {1}", form, e.told());
      throw e;
    } finally {
      store.discard(staged);
    }
  }

  private RegistryEntry load(ModelName name) {
    try {
      StoredVersion stored = store.current(name);
      return ServedModel.of(stored, Bundles.load(name, stored.files()));
    } catch (IOException | RefusedException e) {
      LOG.log(Level.WARNING, "model {0} is damaged and not served: {1}", name, e.getMessage());
      return damaged(name, e);
    } catch (RuntimeException e) {
      // A defect that one model meets must not keep the others from being served.
      LOG.log(Level.ERROR, "model " + name + " cannot be loaded and is not served", e);
      return damaged(name, e);
    }
  }

  private DamagedModel damaged(ModelName name, Exception fault) {
    return new DamagedModel(
        name, String.valueOf(fault.getMessage()), clock.instant().truncatedTo(ChronoUnit.MICROS));
  }
}
