// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture.runtime;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Writes the value of one variable. Functions in it that have not left the driver share the
 * snapshot in which the value travels, so that one that reaches itself comes to an end.
 */
public class ValueOutput extends ObjectOutputStream {

  /** Writes to a stream. */
  protected ValueOutput(OutputStream out) throws IOException {
    super(out);
  }

  /**
   * Asked for each snapshot in the value.
   *
   * @param snapshot a snapshot inside the value
   * @return whether the enclosing snapshot stands for it
   */
  protected boolean encloses(CellSnapshot snapshot) {
    return false;
  }

  /** A value as bytes. */
  static byte[] bytes(@Nullable Object value, @Nullable CellSnapshot enclosing) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ValueOutput out =
        new ValueOutput(bytes) {
          @Override
          protected boolean encloses(CellSnapshot snapshot) {
            return snapshot == enclosing;
          }
        }) {
      out.writeObject(value);
    }
    return bytes.toByteArray();
  }
}
