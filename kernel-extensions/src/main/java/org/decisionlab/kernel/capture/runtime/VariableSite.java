// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture.runtime;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * A place in the byte code of a cell that reads or assigns a variable of the cells.
 *
 * @param caller lookup of the class that contains the place
 * @param key what the variable is known by: its name, for a static field of a class of a cell its
 *     class and name
 * @param owner binary name of the class that declared the variable when the place was compiled
 * @param name name of the field
 * @param type {@code ()T} for reading, {@code (T)void} for assigning
 */
public record VariableSite(
    MethodHandles.Lookup caller, String key, String owner, String name, MethodType type) {

  /** Whether the place assigns. */
  public boolean assigns() {
    return type.returnType() == void.class;
  }

  /** The type of the variable when the place was compiled. */
  public Class<?> valueType() {
    return assigns() ? type.parameterType(0) : type.returnType();
  }
}
