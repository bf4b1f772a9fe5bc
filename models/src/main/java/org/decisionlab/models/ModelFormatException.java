// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a model cannot be read: they are damaged, too large, or hold something that is not
 * supported. The message says where and what was expected.
 */
public class ModelFormatException extends IOException {

  private static final long serialVersionUID = 1L;

  /** With what was found and what was expected. */
  public ModelFormatException(String message) {
    super(message);
  }

  /** With the fault underneath. */
  public ModelFormatException(@Nullable String message, Throwable cause) {
    super(message, cause);
  }
}
