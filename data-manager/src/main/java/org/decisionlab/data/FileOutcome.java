// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.data;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import org.decisionlab.core.access.ReadReport;
import org.jspecify.annotations.Nullable;

/**
 * How the reading of one file ended; travels from the task to the driver as the file's last row, so
 * that it is counted once however often a task runs.
 *
 * @param index the file's place among the files of a reading
 * @param report what became of its rows
 * @param failure why reading stopped before the end, null when it did not
 */
record FileOutcome(int index, ReadReport report, @Nullable String failure) implements Serializable {

  byte[] toBytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(this);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static FileOutcome of(byte[] bytes) {
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      return (FileOutcome) in.readObject();
    } catch (IOException | ClassNotFoundException e) {
      throw new IllegalStateException("not the outcome of a reading task", e);
    }
  }
}
