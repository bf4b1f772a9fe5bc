// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.decide;

import java.util.function.UnaryOperator;
import org.decisionlab.core.feature.FeatureMap;
import org.decisionlab.models.bundle.ModelCard;
import org.decisionlab.models.decision.ModelDecisionPolicy;

/**
 * A published model that answers questions.
 *
 * @param card what the model says of itself
 * @param version its version
 * @param isCheap whether an event loop may wait for its answer to one question
 * @param policy what its answers decide
 * @param answers its answers to many rows, one number each; throws {@link RetiredModelException}
 *     when it has just been replaced
 */
public record DecisionModel(
    ModelCard card,
    int version,
    boolean isCheap,
    ModelDecisionPolicy policy,
    UnaryOperator<float[][]> answers) {

  /** Its name. */
  public String name() {
    return card.name();
  }

  /** What it looks at. */
  public FeatureMap features() {
    return card.features();
  }

  /** Score from which on a file is stored. */
  public double threshold() {
    return card.decision().threshold();
  }
}
