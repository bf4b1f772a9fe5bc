// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.magic;

/**
 * A magic that is not known or not used as it must be. The cell shows its message alone, without a
 * trace; magics throw it for wrong arguments.
 */
public final class MagicUsageException extends Exception {

  /**
   * @param message one line: what is wrong and what was expected
   */
  public MagicUsageException(String message) {
    super(message);
  }
}
