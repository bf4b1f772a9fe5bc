// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.serve;

import java.util.BitSet;
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
    Cost cost) {

  /** A model with one output, a probability by the contract of its card, can answer caches. */
  boolean decides() {
    return card != null && rows.outputs() == 1;
  }

  /**
   * Features that a row may lack. Where the card names some it is those that the engine has an
   * answer without, or a golden row shows that; else those that the engine knows of.
   */
  BitSet mayBeMissing() {
    List<String> named = card == null ? List.of() : card.mayBeMissing();
    BitSet may = new BitSet();
    for (int i = 0; i < rows.width(); i++) {
      int feature = i;
      boolean meant = card == null || named.isEmpty() || named.contains(features.get(i));
      boolean shown =
          card != null && card.goldenRows().stream().anyMatch(row -> row.isMissing(feature));
      may.set(i, meant && (shown || rows.mayBeMissing(i)));
    }
    return may;
  }
}
