// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.serve;

import java.util.List;
import org.decisionlab.models.bundle.ModelCard;
import org.decisionlab.models.engine.EngineDescription;
import org.decisionlab.sidecar.wire.TfaasParams;
import org.jspecify.annotations.Nullable;

/**
 * A model in memory, verified, without a version yet.
 *
 * @param params TFaaS's parameters
 * @param engine what runs it
 * @param rows the model
 * @param features names of what goes in, in order; empty when they are not known
 * @param card its card, null when it has none
 * @param check what its answers were compared with before use
 * @param cost what a question costs
 */
record LoadedVersion(
    TfaasParams params,
    EngineDescription engine,
    RowModel rows,
    List<String> features,
    @Nullable ModelCard card,
    String check,
    Cost cost) {}
