// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.serve;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.decisionlab.sidecar.decide.DecisionModel;
import org.decisionlab.sidecar.fault.RefusedException;
import org.decisionlab.sidecar.fault.RefusedException.Reason;
import org.decisionlab.sidecar.store.ModelName;
import org.jspecify.annotations.Nullable;

/**
 * The models being served. A change is seen by all later questions at once; a question under way
 * ends on the version it began with. Thread safe.
 */
public final class ModelRegistry {

  /** Everything a question may need, replaced as a whole. */
  private record View(
      SortedMap<String, RegistryEntry> entries,
      @Nullable String defaultModel,
      @Nullable DecisionModel decisionModel) {}

  private final @Nullable ModelName fixedDecisionModel;
  private volatile View view = new View(new TreeMap<>(), null, null);

  /**
   * An empty registry.
   *
   * @param fixedDecisionModel the model that answers caches; null for the one published last that
   *     can
   */
  public ModelRegistry(@Nullable ModelName fixedDecisionModel) {
    this.fixedDecisionModel = fixedDecisionModel;
  }

  /** All models, by name. */
  public Collection<RegistryEntry> entries() {
    return view.entries().values();
  }

  /**
   * The current version of a model.
   *
   * @param name name as asked for; null for the default model: the one chosen, else the only one
   * @throws RefusedException when there is none, or it is damaged
   */
  public ServedModel serving(@Nullable String name) {
    View now = view;
    String wanted = name == null ? defaultModel(now) : name;
    RegistryEntry entry = now.entries().get(wanted);
    if (entry == null) {
      throw new RefusedException(Reason.UNKNOWN, "no model '" + wanted + "' is published");
    }
    if (entry instanceof DamagedModel damaged) {
      throw new RefusedException(
          Reason.DAMAGED, "model '" + wanted + "' is damaged: " + damaged.problem());
    }
    return (ServedModel) entry;
  }

  /**
   * The version of a model that is served, which must be the one asked for.
   *
   * @param version number as it was written; null for the one that is served
   */
  public ServedModel serving(String name, @Nullable String version) {
    ServedModel model = serving(name);
    if (version != null && !version.equals(Integer.toString(model.version()))) {
      throw new RefusedException(
          Reason.UNKNOWN,
          "version '"
              + version
              + "' of model '"
              + name
              + "' is not served; version "
              + model.version()
              + " is");
    }
    return model;
  }

  /** Makes a model the default one until another is chosen or it is deleted. */
  public void chooseDefault(String name) {
    serving(name);
    change(now -> new View(now.entries(), name, now.decisionModel()));
  }

  /** The model that answers caches, null when none can. */
  public @Nullable DecisionModel decisionModel() {
    return view.decisionModel();
  }

  /** Adds a model or replaces its version. */
  void put(RegistryEntry entry) {
    change(
        now -> {
          SortedMap<String, RegistryEntry> entries = new TreeMap<>(now.entries());
          entries.put(entry.name().value(), entry);
          return new View(entries, now.defaultModel(), deciding(entries));
        });
  }

  /** Forgets a model. */
  void remove(ModelName name) {
    change(
        now -> {
          SortedMap<String, RegistryEntry> entries = new TreeMap<>(now.entries());
          entries.remove(name.value());
          String chosen = name.value().equals(now.defaultModel()) ? null : now.defaultModel();
          return new View(entries, chosen, deciding(entries));
        });
  }

  private synchronized void change(UnaryOperator<View> how) {
    view = how.apply(view);
  }

  private static String defaultModel(View now) {
    String chosen = now.defaultModel();
    if (chosen != null) {
      return chosen;
    }
    if (now.entries().size() == 1) {
      return now.entries().firstKey();
    }
    throw RefusedException.malformed(
        "the row names no model, and none was chosen by POST /params; name it in 'model'");
  }

  private @Nullable DecisionModel deciding(SortedMap<String, RegistryEntry> entries) {
    Optional<ServedModel> latest =
        entries.values().stream()
            .filter(ServedModel.class::isInstance)
            .map(ServedModel.class::cast)
            .filter(model -> model.decisions() != null)
            .filter(model -> fixedDecisionModel == null || model.name().equals(fixedDecisionModel))
            .max(Comparator.comparing(ServedModel::publishedAt).thenComparing(ServedModel::name));
    return latest.map(ServedModel::decisions).orElse(null);
  }
}
