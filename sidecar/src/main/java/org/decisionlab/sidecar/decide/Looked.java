// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.decide;

import org.decisionlab.core.access.AccessRecord;
import org.decisionlab.core.feature.FileStats;
import org.decisionlab.core.name.LogicalFileName;

/** A file that is asked about, and what was known of it before. */
record Looked(AccessRecord opening, LogicalFileName name, FileStats stats) {

  /** What a model looks at. */
  float[] row(DecisionModel asked) {
    return asked.features().vectorOf(opening, name, stats);
  }
}
