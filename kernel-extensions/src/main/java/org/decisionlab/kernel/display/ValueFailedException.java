// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.display;

/**
 * Thrown by a registration of the renderer when the value itself cannot be had, as that of a lazy
 * dataset: the cell fails with the cause. Anything else that a registration throws costs only the
 * picture.
 */
public final class ValueFailedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * With the reason.
   *
   * @param cause what computing the value threw
   */
  public ValueFailedException(Exception cause) {
    super("the value cannot be computed: " + cause.getMessage(), cause);
  }
}
