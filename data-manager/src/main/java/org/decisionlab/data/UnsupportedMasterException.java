// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.data;

/** Thrown for a Spark master that is none, or that no cluster manager of this process takes. */
public final class UnsupportedMasterException extends UnsupportedOperationException {

  private static final long serialVersionUID = 1L;

  UnsupportedMasterException(String message) {
    super(message);
  }
}
