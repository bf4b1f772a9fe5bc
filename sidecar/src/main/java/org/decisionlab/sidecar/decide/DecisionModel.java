// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.decide;

import org.decisionlab.core.decision.DecisionPolicy;
import org.decisionlab.core.feature.FeatureMap;

/**
 * A published model that answers questions.
 *
 * @param name name of the model
 * @param version its version
 * @param features what it looks at
 * @param threshold score from which on a file is stored
 * @param policy the model's answers
 */
public record DecisionModel(
    String name, int version, FeatureMap features, double threshold, DecisionPolicy policy) {}
