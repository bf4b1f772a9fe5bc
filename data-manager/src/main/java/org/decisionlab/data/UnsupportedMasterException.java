// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.data;

/** Thrown for a Spark master that Decision Lab cannot run on yet. */
public final class UnsupportedMasterException extends UnsupportedOperationException {

  private static final long serialVersionUID = 1L;

  UnsupportedMasterException(String master) {
    super(
        "Spark master '"
            + master
            + "' is not yet supported; supported are local, local[N] and local[*]");
  }
}
