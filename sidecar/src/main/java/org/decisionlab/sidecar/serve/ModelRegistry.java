// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.serve;

import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.decisionlab.sidecar.auth.Identity;
import org.decisionlab.sidecar.auth.Right;
import org.decisionlab.sidecar.decide.DecisionModel;
import org.decisionlab.sidecar.fault.RefusedException;
import org.decisionlab.sidecar.fault.RefusedException.Reason;
import org.decisionlab.sidecar.store.Alias;
import org.decisionlab.sidecar.store.ModelName;
import org.jspecify.annotations.Nullable;

/**
 * The models being served. A change is seen by all later questions at once; a question under way
 * ends on the version it began with. Thread safe.
 */
public final class ModelRegistry {

  /** Everything a question may need, replaced as a whole. */
  private record View(
      SortedMap<String, PublishedModel> models,
      @Nullable String defaultModel,
      @Nullable Deciding deciding) {}

  /**
   * The model that answers caches, whether or not it can at the moment.
   *
   * @param since when the latest of its versions was published that were put into production and
   *     can answer caches
   * @param hasTaken whether a version of it has answered since; one that stands in for the version
   *     in production takes decisions over from no other model
   */
  private record Deciding(PublishedModel model, Instant since, boolean hasTaken) {}

  /**
   * The model whose matter it is to answer caches.
   *
   * @param name its name
   * @param since when the version was published by which it took over
   */
  public record Decider(ModelName name, Instant since) {}

  private final @Nullable ModelName fixedDecisionModel;
  private final DoubleSupplier shares;
  private volatile View view = new View(new TreeMap<>(), null, null);

  /**
   * An empty registry.
   *
   * @param fixedDecisionModel the model that answers caches; null for the one published last that
   *     can
   */
  public ModelRegistry(@Nullable ModelName fixedDecisionModel) {
    this(fixedDecisionModel, () -> ThreadLocalRandom.current().nextDouble());
  }

  /** With a source of numbers from 0 to 1 that decide which questions the canary answers. */
  ModelRegistry(@Nullable ModelName fixedDecisionModel, DoubleSupplier shares) {
    this.fixedDecisionModel = fixedDecisionModel;
    this.shares = shares;
  }

  /** What answers who names no version, of all models that are for somebody, by name. */
  public Collection<RegistryEntry> entries(Identity asker) {
    return view.models().values().stream()
        .filter(model -> model.isFor(asker))
        .map(PublishedModel::production)
        .toList();
  }

  /** All models with all versions that are loaded, by name. */
  Collection<PublishedModel> models() {
    return view.models().values();
  }

  /**
   * A model with the versions that are loaded. By this alone whoever asks gets at a model, at
   * whatever door; one that is not for them is refused as one that does not exist.
   *
   * @param name name as asked for; null for the default model: the one chosen, else the only one
   * @param asker who asks
   * @throws RefusedException when there is none for them
   */
  public PublishedModel published(@Nullable String name, Identity asker) {
    View now = view;
    String wanted = name == null ? defaultModel(now, asker) : name;
    PublishedModel model = now.models().get(wanted);
    if (model == null || !model.isFor(asker)) {
      throw unknown(wanted);
    }
    return model;
  }

  /** There is no such model, or none for who asks. */
  static RefusedException unknown(String name) {
    return new RefusedException(Reason.UNKNOWN, "no model '" + name + "' is published");
  }

  /** Whether there is a model of this name that is not for who asks. */
  public boolean hides(String name, Identity asker) {
    PublishedModel model = find(name);
    return model != null && !model.isFor(asker);
  }

  /**
   * Whether what is known of a version may be shown to somebody. Versions of models that are no
   * more are shown to administrators only: nobody knows for whom they were.
   */
  public boolean shows(String name, int version, Identity asker) {
    if (asker.may(Right.ADMIN)) {
      return true;
    }
    PublishedModel model = find(name);
    return model != null && version > model.state().deletedUpTo() && model.isFor(asker);
  }

  /**
   * The version of a model that is in production.
   *
   * @param name name as asked for; null for the default model: the one chosen, else the only one
   * @param asker who asks
   * @throws RefusedException when there is none for them, or it is damaged
   */
  public ServedModel serving(@Nullable String name, Identity asker) {
    return served(published(name, asker).production());
  }

  /**
   * A version of a model.
   *
   * @param name name as asked for; null for the default model
   * @param version number of a version that an alias points at, or an alias; null for production
   * @param asker who asks
   * @throws RefusedException when there is none for them, it is damaged, or no alias points at it
   */
  public ServedModel serving(@Nullable String name, @Nullable String version, Identity asker) {
    return version == null
        ? serving(name, asker)
        : served(version(published(name, asker), version));
  }

  private static RegistryEntry version(PublishedModel model, String version) {
    RegistryEntry entry;
    if (version.matches("[0-9]{1,9}")) {
      entry = model.versions().get(Integer.valueOf(version));
      if (entry == null) {
        throw new RefusedException(
            Reason.UNKNOWN,
            "model '%s' has no version %s that can be asked, only %s; others need an alias first"
                .formatted(model.name(), version, model.versions().keySet()));
      }
      return entry;
    }
    try {
      entry = model.at(new Alias(version));
    } catch (IllegalArgumentException e) {
      throw RefusedException.malformed(String.valueOf(e.getMessage()));
    }
    if (entry == null) {
      throw new RefusedException(
          Reason.UNKNOWN,
          "model '%s' has no alias '%s', only %s"
              .formatted(model.name(), version, model.state().aliases().keySet()));
    }
    return entry;
  }

  /** What answers one question that names no version: by its weight the canary, else production. */
  ServedModel next(PublishedModel model) {
    double weight = model.state().canaryWeight();
    return served(weight == 0 ? model.production() : model.forShare(shares.getAsDouble()));
  }

  private static ServedModel served(RegistryEntry entry) {
    if (entry instanceof ServedModel model) {
      return model;
    }
    if (entry instanceof DamagedModel damaged) {
      if (damaged.retry() != null && damaged.retry().goesOn()) {
        throw new RefusedException(
            Reason.BUSY,
            "model '"
                + entry.name()
                + "' cannot be loaded at the moment and is tried again at "
                + damaged.retry().next()
                + ": "
                + damaged.problem());
      }
      throw new RefusedException(
          Reason.DAMAGED, "model '" + entry.name() + "' is damaged: " + damaged.problem());
    }
    throw new RefusedException(
        Reason.UNKNOWN, "model '" + entry.name() + "' has no version in production");
  }

  /** Makes a model the default one until another is chosen or it is deleted. */
  public void chooseDefault(String name, Identity asker) {
    serving(name, asker);
    change(now -> new View(now.models(), name, now.deciding()));
  }

  /** The model whose matter it is to answer caches, even if it cannot; null when there is none. */
  public @Nullable Decider decider() {
    Deciding deciding = view.deciding();
    return deciding == null ? null : new Decider(deciding.model().name(), deciding.since());
  }

  /** The model in production that answers caches, null when none can. */
  public @Nullable DecisionModel decisionModel() {
    Deciding deciding = view.deciding();
    return deciding == null || !deciding.hasTaken()
        ? null
        : decisions(deciding.model().production());
  }

  /** What answers one question of a cache: by its weight the canary, else production. */
  public @Nullable DecisionModel nextDecisionModel() {
    Deciding chosenModel = view.deciding();
    if (chosenModel == null || !chosenModel.hasTaken()) {
      return null;
    }
    PublishedModel deciding = chosenModel.model();
    if (deciding.state().canaryWeight() > 0) {
      DecisionModel chosen = decisions(deciding.forShare(shares.getAsDouble()));
      if (chosen != null) {
        return chosen;
      }
    }
    return decisions(deciding.production());
  }

  /** Adds a model or replaces it. */
  void put(PublishedModel model) {
    change(
        now -> {
          SortedMap<String, PublishedModel> models = new TreeMap<>(now.models());
          models.put(model.name().value(), model);
          return new View(models, now.defaultModel(), deciding(models, now.deciding()));
        });
  }

  /** Forgets a model. */
  void remove(ModelName name) {
    change(
        now -> {
          SortedMap<String, PublishedModel> models = new TreeMap<>(now.models());
          models.remove(name.value());
          String chosen = name.value().equals(now.defaultModel()) ? null : now.defaultModel();
          return new View(models, chosen, deciding(models, now.deciding()));
        });
  }

  /** A model as it is served now, null when it is not. */
  @Nullable PublishedModel find(ModelName name) {
    return find(name.value());
  }

  /** A model as it is served now, null when it is not. */
  @Nullable PublishedModel find(String name) {
    return view.models().get(name);
  }

  private synchronized void change(UnaryOperator<View> how) {
    view = how.apply(view);
  }

  /** The one chosen where it is for who asks, else the only one that is. */
  private static String defaultModel(View now, Identity asker) {
    String chosen = now.defaultModel();
    PublishedModel known = chosen == null ? null : now.models().get(chosen);
    if (known != null && known.isFor(asker)) {
      return known.name().value();
    }
    PublishedModel only = null;
    for (PublishedModel model : now.models().values()) {
      if (model.isFor(asker)) {
        if (only != null) {
          throw noDefault();
        }
        only = model;
      }
    }
    if (only == null) {
      throw noDefault();
    }
    return only.name().value();
  }

  private static RefusedException noDefault() {
    return RefusedException.malformed(
        "the row names no model, and none was chosen by POST /params; name it in 'model'");
  }

  /**
   * The model that a version was published of last which was put into production and can decide. It
   * is told by what is on disk alone, so that a start changes nothing and sidecars that share a
   * store agree: a version that is rolled back, taken away or cannot be loaded hands the decisions
   * to no other model. Nor does one whose state cannot be read, where it may be the one; what was
   * known of it before goes on, where less can be read now.
   */
  private @Nullable Deciding deciding(
      SortedMap<String, PublishedModel> models, @Nullable Deciding before) {
    return models.values().stream()
        .filter(model -> fixedDecisionModel == null || model.name().equals(fixedDecisionModel))
        .flatMap(model -> Stream.ofNullable(deciding(model, before)))
        .max(Comparator.comparing(Deciding::since).thenComparing(each -> each.model().name()))
        .orElse(null);
  }

  private static @Nullable Deciding deciding(PublishedModel model, @Nullable Deciding before) {
    Deciding same = before != null && before.model().name().equals(model.name()) ? before : null;
    Instant since = model.decidingSince();
    if (same != null && since != null && model.problem() != null && same.since().isAfter(since)) {
      since = same.since();
    }
    boolean taken = !model.isStoodIn() || (same != null && same.hasTaken());
    return since == null ? null : new Deciding(model, since, taken);
  }

  private static @Nullable DecisionModel decisions(RegistryEntry entry) {
    return entry instanceof ServedModel served ? served.decisions() : null;
  }
}
