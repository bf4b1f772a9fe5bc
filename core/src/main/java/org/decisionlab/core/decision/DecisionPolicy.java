// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.core.decision;

import org.decisionlab.core.access.AccessRecord;
import org.decisionlab.core.feature.FileStats;
import org.decisionlab.core.name.LogicalFileName;

/**
 * Answers whether a file that is not in the cache is worth storing. The same object runs in the
 * replay and in the sidecar.
 */
@FunctionalInterface
public interface DecisionPolicy {

  /** Stores everything: a cache without a decision service. */
  DecisionPolicy STORE_ALL = (access, stats) -> CacheDecision.rule(true);

  /**
   * Decides about one opening.
   *
   * @param access the opening; its size may be unknown
   * @param stats what was known of the file strictly before it
   */
  CacheDecision decide(AccessRecord access, FileStats stats);

  /** The same for an opening whose name is already parsed. */
  default CacheDecision decide(AccessRecord access, LogicalFileName name, FileStats stats) {
    return decide(access, stats);
  }
}
