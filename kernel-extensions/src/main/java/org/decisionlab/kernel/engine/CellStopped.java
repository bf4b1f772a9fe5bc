// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

/**
 * Thrown inside a cell that the user has asked to stop; an error, so that cells do not catch it.
 */
public final class CellStopped extends Error {

  CellStopped() {
    super("stopped by the user");
  }
}
