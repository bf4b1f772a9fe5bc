// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.decide;

import java.lang.System.Logger.Level;
import org.decisionlab.core.decision.CacheDecision;
import org.jspecify.annotations.Nullable;

/** Counts answers and the failures of models. Not thread safe. */
final class Tally {

  private static final System.Logger LOG = System.getLogger(Tally.class.getName());

  private long questions;
  private long stored;
  private long byModel;
  private long modelFailures;
  private String reported = "";

  void count(CacheDecision decision) {
    questions++;
    stored += decision.store() ? 1 : 0;
    byModel += decision.reason() != CacheDecision.Reason.DEFAULT ? 1 : 0;
  }

  /** The first failure of a version is logged, all are counted. */
  void failed(DecisionModel asked, String how, @Nullable Throwable fault) {
    modelFailures++;
    String version = asked.name() + " version " + asked.version();
    if (!version.equals(reported)) {
      reported = version;
      LOG.log(Level.ERROR, "model " + version + " failed: " + how + "; files are stored", fault);
    }
  }

  /** What was counted here, and in the memory. */
  DeskCounters with(Memory memory) {
    return memory.counters(questions, stored, byModel, modelFailures);
  }
}
