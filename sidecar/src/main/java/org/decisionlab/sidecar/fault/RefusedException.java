// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.fault;

/**
 * Something asked of the sidecar that it does not do. The message is for the one who asked: what,
 * what was expected, what to do. It carries no stack trace, because it is an answer and not a
 * defect.
 */
public final class RefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** What is the matter. */
  public enum Reason {
    /** The request itself is wrong. */
    MALFORMED,
    /** No such model. */
    UNKNOWN,
    /** The model does not give the answers that its card promises, or none that is a number. */
    UNSOUND,
    /** More bytes than are accepted. */
    TOO_LARGE,
    /** Too much is going on; the same request may succeed a little later. */
    BUSY,
    /** The model's files are not what was published. */
    DAMAGED,
    /** It contradicts how the models stand at the moment. */
    CONFLICT,
    /** Somebody else's model. */
    FORBIDDEN,
    /** The time for it is over. */
    TOO_LATE
  }

  private final Reason reason;
  private final boolean passing;

  /** With the reason and a message for the one who asked. */
  public RefusedException(Reason reason, String message) {
    this(reason, message, reason == Reason.BUSY);
  }

  private RefusedException(Reason reason, String message, boolean passing) {
    super(message, null, false, false);
    this.reason = reason;
    this.passing = passing;
  }

  /** One whose reason lies in the moment, such as too little memory, and may pass by itself. */
  public static RefusedException passing(Reason reason, String message) {
    return new RefusedException(reason, message, true);
  }

  /** Whether the same may succeed later without anybody changing what was asked. */
  public boolean mayPass() {
    return passing;
  }

  /** A request that is wrong. */
  public static RefusedException malformed(String message) {
    return new RefusedException(Reason.MALFORMED, message);
  }

  /** What is the matter. */
  public Reason reason() {
    return reason;
  }

  /** The message, never null. */
  public String told() {
    return String.valueOf(getMessage());
  }
}
