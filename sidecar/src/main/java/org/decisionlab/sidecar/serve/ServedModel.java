// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.serve;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import org.decisionlab.models.bundle.ModelCard;
import org.decisionlab.models.decision.ModelDecisionPolicy;
import org.decisionlab.models.evaluate.Evaluator;
import org.decisionlab.sidecar.decide.DecisionModel;
import org.decisionlab.sidecar.fault.RefusedException;
import org.decisionlab.sidecar.fault.RefusedException.Reason;
import org.decisionlab.sidecar.store.ModelName;
import org.decisionlab.sidecar.store.StoredVersion;
import org.decisionlab.sidecar.wire.TfaasParams;
import org.jspecify.annotations.Nullable;

/** One version of a model, ready to answer. Immutable and thread safe. */
public final class ServedModel implements RegistryEntry {

  private final StoredVersion stored;
  private final TfaasParams params;
  private final Evaluator evaluator;
  private final List<String> features;
  private final @Nullable DecisionModel decisions;

  private ServedModel(
      StoredVersion stored,
      LoadedBundle bundle,
      List<String> features,
      @Nullable DecisionModel decisions) {
    this.stored = stored;
    this.params = bundle.params();
    this.evaluator = bundle.evaluator();
    this.features = features;
    this.decisions = decisions;
  }

  static ServedModel of(StoredVersion stored, LoadedBundle bundle) {
    ModelCard card = bundle.card();
    if (card == null) {
      return new ServedModel(stored, bundle, List.of(), null);
    }
    return new ServedModel(
        stored, bundle, card.features().names(), decisions(stored, card, bundle.evaluator()));
  }

  /** A model with one output, a probability by the contract of its card, can answer caches. */
  private static @Nullable DecisionModel decisions(
      StoredVersion stored, ModelCard card, Evaluator evaluator) {
    if (evaluator.outputs() != 1) {
      return null;
    }
    return new DecisionModel(
        card.name(),
        stored.version(),
        card.features(),
        card.decision().threshold(),
        new ModelDecisionPolicy(card, stored.version(), evaluator));
  }

  @Override
  public ModelName name() {
    return stored.name();
  }

  /** Number of the version. */
  public int version() {
    return stored.version();
  }

  /** When the version was published. */
  public Instant publishedAt() {
    return stored.publishedAt();
  }

  /** TFaaS's parameters of the model. */
  public TfaasParams params() {
    return params;
  }

  /** Numbers in a row that goes in. */
  public int width() {
    return evaluator.features();
  }

  /** The model's answers to caches, null when it was not made for that. */
  public @Nullable DecisionModel decisions() {
    return decisions;
  }

  /**
   * The model's answer for one row.
   *
   * @param keys names of the values; empty when they are in the model's order. Where the model's
   *     card names its features, the values are brought into their order; otherwise the names are
   *     not looked at
   * @param values the values
   * @throws RefusedException when names or number of values are not those of the model, or its
   *     answer is not finite
   */
  public float[] predict(List<String> keys, float[] values) {
    float[] row = keys.isEmpty() || features.isEmpty() ? values : inOrder(keys, values);
    if (row.length != evaluator.features()) {
      throw RefusedException.malformed(
          "model '"
              + name()
              + "' takes "
              + evaluator.features()
              + " values, found "
              + row.length
              + (features.isEmpty() ? "" : "; its features are " + features));
    }
    float[] answer = evaluator.evaluate(row);
    for (float number : answer) {
      if (!Float.isFinite(number)) {
        throw new RefusedException(
            Reason.UNSOUND, "model '" + name() + "' gives " + number + " for this row");
      }
    }
    return answer;
  }

  private float[] inOrder(List<String> keys, float[] values) {
    return new FeatureOrder(name(), features).row(keys, values);
  }

  @Override
  public void list(ObjectNode entry) {
    params.list(entry, stored.publishedAt().toString());
    entry.put("state", "serving");
    entry.put("version", stored.version());
    entry.put("published_at", stored.publishedAt().toString());
    entry.put("inputs", evaluator.features()).put("outputs", evaluator.outputs());
    features.forEach(entry.putArray("features")::add);
    entry.put("decides", decisions != null);
  }
}
