// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.tfaas;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A server refused, did not answer, or answered something else than was expected. */
public class TfaasException extends IOException {

  private static final long serialVersionUID = 1L;

  private final int status;
  private final String error;

  TfaasException(String asked, int status, String error) {
    super(asked + ": " + (status == 0 ? "" : "HTTP " + status + ": ") + error);
    this.status = status;
    this.error = error;
  }

  TfaasException(String asked, String error, @Nullable Throwable cause) {
    super(asked + ": " + error, cause);
    this.status = 0;
    this.error = error;
  }

  /** HTTP status of the answer; 0 when there was none, or one that could not be understood. */
  public int status() {
    return status;
  }

  /** What the server said, or what is wrong with its answer. */
  public String error() {
    return error;
  }
}
