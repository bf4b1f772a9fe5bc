// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator.cache;

import org.decisionlab.core.access.AccessRecord;
import org.decisionlab.core.decision.DecisionPolicy;
import org.decisionlab.core.feature.FileHistory;
import org.decisionlab.core.name.LogicalFileName;
import org.decisionlab.simulator.trace.Trace;
import org.jspecify.annotations.Nullable;

/** Whether a file that was missed is stored. Used by one thread, in the order of the requests. */
public interface Admission {

  /** Stores every file that is missed. */
  Admission ALL =
      new Admission() {
        @Override
        public boolean admits(int request) {
          return true;
        }

        @Override
        public void seen(int request) {
          // Remembers nothing.
        }
      };

  /** Decides about a missed request; never asked on a hit. */
  boolean admits(int request);

  /** A request has been served, hit or miss. */
  void seen(int request);

  /**
   * Admission by a decision policy, which is told what was known of the file strictly before the
   * request.
   *
   * @param trace a trace that keeps its access records
   * @param policy who decides
   */
  static Admission by(Trace trace, DecisionPolicy policy) {
    if (!trace.keepsRecords()) {
      throw new IllegalArgumentException(
          "admission by a decision policy needs a trace that keeps its access records: read it with"
              + " TraceOptions.keepingRecords()");
    }
    return new ByPolicy(trace, policy);
  }

  /** Keeps the history that the decision service would have. */
  final class ByPolicy implements Admission {

    private final Trace trace;
    private final DecisionPolicy policy;
    private final FileHistory history;
    private final @Nullable LogicalFileName[] names;

    private ByPolicy(Trace trace, DecisionPolicy policy) {
      this.trace = trace;
      this.policy = policy;
      history =
          new FileHistory(
              FileHistory.DEFAULT_RETENTION,
              Math.max(FileHistory.DEFAULT_MAX_FILES, trace.files()));
      names = new LogicalFileName[trace.files()];
    }

    @Override
    public boolean admits(int request) {
      AccessRecord access = trace.record(request);
      try {
        return policy.decide(access, history.before(name(request), access.openedAt())).store();
      } catch (RuntimeException e) {
        throw new IllegalStateException(
            "the decision policy failed at request "
                + request
                + " for "
                + access.lfn()
                + " at "
                + access.openedAt()
                + ": "
                + e,
            e);
      }
    }

    @Override
    public void seen(int request) {
      history.add(name(request), trace.record(request));
    }

    private LogicalFileName name(int request) {
      int file = trace.file(request);
      LogicalFileName known = names[file];
      if (known == null) {
        known = LogicalFileName.parse(trace.name(file));
        names[file] = known;
      }
      return known;
    }
  }
}
