// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.core.access;

/** Says why a row is not a record. The reader of the file adds the place. */
final class RowException extends Exception {

  private static final long serialVersionUID = 1L;

  RowException(String message) {
    super(message, null, false, false);
  }
}
