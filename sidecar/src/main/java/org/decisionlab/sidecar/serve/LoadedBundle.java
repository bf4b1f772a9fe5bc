// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.serve;

import org.decisionlab.models.bundle.ModelCard;
import org.decisionlab.models.evaluate.Evaluator;
import org.decisionlab.sidecar.wire.TfaasParams;
import org.jspecify.annotations.Nullable;

/**
 * A model in memory, verified, without a version yet.
 *
 * @param params TFaaS's parameters
 * @param evaluator the model
 * @param card its card, null when it has none
 */
record LoadedBundle(TfaasParams params, Evaluator evaluator, @Nullable ModelCard card) {}
