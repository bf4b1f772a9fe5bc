// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.system;

/** A process that a magic has started has ended with a status other than 0. */
public final class CommandFailedException extends Exception {

  CommandFailedException(String message) {
    super(message);
  }
}
