// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.channels;

/** Frames that are not an authentic message of the Jupyter protocol. They are dropped. */
public final class WireException extends Exception {

  WireException(String message) {
    super(message);
  }
}
