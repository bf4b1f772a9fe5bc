// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.decision;

import java.util.function.UnaryOperator;
import org.decisionlab.core.access.AccessRecord;
import org.decisionlab.core.decision.CacheDecision;
import org.decisionlab.core.decision.DecisionPolicy;
import org.decisionlab.core.feature.FeatureMap;
import org.decisionlab.core.feature.FileStats;
import org.decisionlab.core.name.LogicalFileName;
import org.decisionlab.models.bundle.ModelBundle;
import org.decisionlab.models.bundle.ModelCard;
import org.decisionlab.models.evaluate.Evaluator;

/**
 * Stores a file when a model's probability of reuse reaches the threshold of its card. Where the
 * model's answer is not a probability the file is stored by default, so that a faulty model never
 * keeps a cache from working. Thread safe.
 */
public final class ModelDecisionPolicy implements DecisionPolicy {

  private final FeatureMap features;
  private final UnaryOperator<float[]> answers;
  private final double threshold;
  private final String model;
  private final int version;

  /**
   * A policy that asks a model.
   *
   * @param card name, features and threshold of the model
   * @param version version under which it is published, from 1
   * @param evaluator the model, with one output: the probability of reuse
   * @throws IllegalArgumentException when card and evaluator do not belong together, or the model
   *     has more than one output
   */
  public ModelDecisionPolicy(ModelCard card, int version, Evaluator evaluator) {
    this(card, version, matching(card, evaluator)::evaluate);
  }

  private ModelDecisionPolicy(ModelCard card, int version, UnaryOperator<float[]> answers) {
    if (version < 1) {
      throw new IllegalArgumentException("versions count from 1, found " + version);
    }
    this.features = card.features();
    this.answers = answers;
    this.threshold = card.decision().threshold();
    this.model = card.name();
    this.version = version;
  }

  private static Evaluator matching(ModelCard card, Evaluator evaluator) {
    if (evaluator.features() != card.features().size()) {
      throw new IllegalArgumentException(
          "model "
              + card.name()
              + " takes "
              + evaluator.features()
              + " features; its card names "
              + card.features().size());
    }
    if (evaluator.outputs() != 1) {
      throw new IllegalArgumentException(
          "a decision needs one output, the probability of reuse; model "
              + card.name()
              + " has "
              + evaluator.outputs());
    }
    return evaluator;
  }

  /**
   * A policy that asks a model in any engine.
   *
   * @param answers what the model makes of a row of the card's features: one number, the
   *     probability of reuse
   */
  public static ModelDecisionPolicy asking(
      ModelCard card, int version, UnaryOperator<float[]> answers) {
    return new ModelDecisionPolicy(card, version, answers);
  }

  /** A policy that asks the model of a bundle through the evaluator in Java. */
  public static ModelDecisionPolicy of(ModelBundle bundle, int version) {
    return new ModelDecisionPolicy(bundle.card(), version, Evaluator.of(bundle.graph()));
  }

  @Override
  public CacheDecision decide(AccessRecord access, FileStats stats) {
    return decide(access, LogicalFileName.parse(access.lfn()), stats);
  }

  @Override
  public CacheDecision decide(AccessRecord access, LogicalFileName name, FileStats stats) {
    return decide(features.vectorOf(access, name, stats));
  }

  /** The decision about a file of which the features are known, in the model's order. */
  public CacheDecision decide(float[] row) {
    return decisionOf(answers.apply(row)[0]);
  }

  /** The decision that a model's answer makes. */
  public CacheDecision decisionOf(float score) {
    if (!(score >= 0 && score <= 1)) {
      return CacheDecision.byDefault(true);
    }
    return CacheDecision.model(score >= threshold, score, model, version);
  }

  @Override
  public String toString() {
    return "ModelDecisionPolicy["
        + model
        + " version "
        + version
        + ", threshold "
        + threshold
        + "]";
  }
}
