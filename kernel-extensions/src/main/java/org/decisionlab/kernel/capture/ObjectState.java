// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.invoke.SerializedLambda;
import java.util.Collection;
import java.util.OptionalLong;
import java.util.function.Predicate;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;
import org.decisionlab.kernel.capture.runtime.CellSnapshot;
import org.decisionlab.kernel.capture.runtime.ValueOutput;
import org.jspecify.annotations.Nullable;

/**
 * What functions hold by themselves: their fields and the local variables that they have captured.
 * The variables of the notebook are no part of it.
 */
final class ObjectState extends ValueOutput {

  private final Predicate<Object> left;
  private boolean ofCell;

  private ObjectState(OutputStream out, Predicate<Object> left) throws IOException {
    super(out);
    this.left = left;
    enableReplaceObject(true);
  }

  /**
   * Tells the state of functions from others.
   *
   * @param functions the functions, in their order
   * @param left what is no part of their state
   * @return empty where no code of a cell is among them, or they cannot be serialized
   */
  static OptionalLong of(Collection<?> functions, Predicate<Object> left) {
    CRC32C sum = new CRC32C();
    OutputStream summed = new CheckedOutputStream(OutputStream.nullOutputStream(), sum);
    try (ObjectState out = new ObjectState(summed, left)) {
      for (Object each : functions) {
        out.writeObject(each);
      }
      out.flush();
      return out.ofCell ? OptionalLong.of(sum.getValue()) : OptionalLong.empty();
    } catch (IOException | RuntimeException | StackOverflowError e) {
      // Spark says so when it serializes them.
      return OptionalLong.empty();
    }
  }

  @Override
  protected boolean encloses(CellSnapshot snapshot) {
    return true;
  }

  @Override
  protected void annotateClass(Class<?> type) {
    ofCell |= ClassFacts.isCell(type.getName().replace('.', '/'));
  }

  @Override
  protected @Nullable Object replaceObject(@Nullable Object value) {
    ofCell |=
        value instanceof SerializedLambda lambda && ClassFacts.isCell(lambda.getCapturingClass());
    return value == null || left.test(value) ? null : value;
  }
}
