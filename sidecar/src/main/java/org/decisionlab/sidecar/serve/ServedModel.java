// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.serve;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.decisionlab.models.bundle.ModelCard;
import org.decisionlab.models.decision.ModelDecisionPolicy;
import org.decisionlab.models.evaluate.Evaluator;
import org.decisionlab.models.graph.ModelGraph;
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
  private final List<String> labels;
  private final @Nullable ModelCard card;
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
    this.labels = Bundles.labels(stored.files(), bundle.params());
    this.card = bundle.card();
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

  /** Numbers in an answer. */
  public int outputs() {
    return evaluator.outputs();
  }

  /** Names of what goes in, in order; empty when they are not known. */
  public List<String> features() {
    return features;
  }

  /** Names of what comes out, in order; empty when they are not known. */
  public List<String> labels() {
    return labels;
  }

  /** The model's card, null when it has none. */
  public @Nullable ModelCard card() {
    return card;
  }

  /** Directory with the files of the version, which are never changed. */
  public Path files() {
    return stored.files();
  }

  /**
   * The model's graph, read from its files; takes as long as loading it.
   *
   * @throws RefusedException when it cannot be read
   */
  public ModelGraph graph() throws IOException {
    return Bundles.graph(params, card != null, stored.files());
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
    return answers(inOrder(keys, new float[][] {values}))[0];
  }

  /**
   * Rows in the model's order.
   *
   * @param keys names of the columns; empty when they are in the model's order. Where the model's
   *     card names its features, the values are brought into their order; otherwise the names are
   *     not looked at
   * @throws RefusedException when names or number of values are not those of the model
   */
  public float[][] inOrder(List<String> keys, float[][] rows) {
    float[][] ordered =
        keys.isEmpty() || features.isEmpty()
            ? rows
            : new FeatureOrder(name(), features).rows(keys, rows);
    for (float[] row : ordered) {
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
    }
    return ordered;
  }

  /**
   * Refuses a picture of which the model does not take as many numbers.
   *
   * @param height rows of pixels
   * @param width pixels in a row
   * @param channels numbers of a pixel
   */
  public void requireImage(int height, int width, int channels) {
    if ((long) height * width * channels != evaluator.features()) {
      throw RefusedException.malformed(
          "model '"
              + name()
              + "' takes "
              + evaluator.features()
              + " numbers, the picture has "
              + height
              + " x "
              + width
              + " pixels of "
              + channels);
    }
  }

  /**
   * The model's answers for rows in its order.
   *
   * @throws RefusedException when one of them is not finite
   */
  public float[][] answers(float[][] rows) {
    float[][] answers = new float[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      answers[i] = evaluator.evaluate(rows[i]);
      for (float number : answers[i]) {
        if (!Float.isFinite(number)) {
          throw new RefusedException(
              Reason.UNSOUND, "model '" + name() + "' gives " + number + " for row " + i);
        }
      }
    }
    return answers;
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
