// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.cell;

import org.jspecify.annotations.Nullable;

/**
 * A name that the cells have declared.
 *
 * @param kind what it is
 * @param name the name; of a method its name without parameters
 * @param type type of a variable, signature of a method, {@code class}, {@code record}, ... of a
 *     type
 * @param origin label of the cell that has declared it last
 * @param value value of a variable, {@code null} for anything else
 */
public record Declaration(
    Kind kind, String name, String type, String origin, @Nullable Object value) {

  /** What a name stands for. */
  public enum Kind {
    /** A variable. */
    VARIABLE,
    /** A method. */
    METHOD,
    /** A class, interface, enum, record or annotation. */
    TYPE
  }
}
