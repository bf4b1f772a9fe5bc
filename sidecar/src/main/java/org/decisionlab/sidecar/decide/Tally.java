// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.decide;

import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.decisionlab.core.decision.CacheDecision;
import org.jspecify.annotations.Nullable;

/** Counts answers, one at a time, and the failures of models, which may come from any thread. */
final class Tally {

  private static final System.Logger LOG = System.getLogger(Tally.class.getName());

  private long questions;
  private long stored;
  private long byModel;
  private final AtomicLong modelFailures = new AtomicLong();
  private final AtomicReference<String> reported = new AtomicReference<>("");

  void count(CacheDecision decision) {
    questions++;
    stored += decision.store() ? 1 : 0;
    byModel += decision.reason() != CacheDecision.Reason.DEFAULT ? 1 : 0;
  }

  /** The first failure of a version is logged, all are counted. */
  void failed(DecisionModel asked, String how, @Nullable Throwable fault) {
    modelFailures.incrementAndGet();
    String version = asked.name() + " version " + asked.version();
    if (!version.equals(reported.getAndSet(version))) {
      LOG.log(Level.ERROR, "model " + version + " failed: " + how + "; files are stored", fault);
    }
  }

  /** What was counted here, and in the memory. */
  DeskCounters with(Memory memory) {
    return memory.counters(questions, stored, byModel, modelFailures.get());
  }
}
