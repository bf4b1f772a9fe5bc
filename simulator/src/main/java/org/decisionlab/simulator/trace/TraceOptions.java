// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.simulator.trace;

/**
 * How a trace is read.
 *
 * @param withoutSize what becomes of records of files whose size no record tells
 * @param keepRecords whether the access records are kept, which admission by a decision policy
 *     needs
 */
public record TraceOptions(WithoutSize withoutSize, boolean keepRecords) {

  /** What becomes of records of files whose size no record tells. */
  public enum WithoutSize {
    /** One such record refuses the whole trace; the message tells how many there are. */
    REFUSE,
    /** They are left out and counted. */
    LEAVE_OUT
  }

  /** Refuses files without a size and does not keep records. */
  public static final TraceOptions DEFAULT = new TraceOptions(WithoutSize.REFUSE, false);

  /** These options, with records kept. */
  public TraceOptions keepingRecords() {
    return new TraceOptions(withoutSize, true);
  }

  /** These options, with records of files without a size left out. */
  public TraceOptions leavingOutUnsized() {
    return new TraceOptions(WithoutSize.LEAVE_OUT, keepRecords);
  }
}
