// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.serve;

import java.util.concurrent.atomic.AtomicReference;
import org.decisionlab.sidecar.fault.RefusedException;
import org.decisionlab.sidecar.fault.RefusedException.Reason;

/**
 * Whether a publication is still wanted. Either it is called off or it takes place, never both, so
 * that nobody is told that it came too late and finds it published. Thread safe.
 */
public final class Permit {

  private enum State {
    OPEN,
    CALLED_OFF,
    USED
  }

  private final AtomicReference<State> state = new AtomicReference<>(State.OPEN);

  /**
   * Calls the publication off.
   *
   * @return false when it takes place already; it will be answered in a moment
   */
  public boolean callOff() {
    return state.compareAndSet(State.OPEN, State.CALLED_OFF) || state.get() == State.CALLED_OFF;
  }

  /** The last moment before it takes place. */
  void use() {
    if (!state.compareAndSet(State.OPEN, State.USED)) {
      throw new RefusedException(Reason.TOO_LATE, "the upload was not complete in time");
    }
  }
}
