// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.export;

import org.jspecify.annotations.Nullable;

/** A model cannot be exported, or its export would not do what the model does. */
public final class ExportRefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Says what is in the way and where. */
  public ExportRefusedException(String message) {
    super(message);
  }

  /** Says what is in the way and where, with its cause. */
  public ExportRefusedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
