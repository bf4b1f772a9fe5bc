// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.magic;

import org.jspecify.annotations.Nullable;

/** The value of a magic that stands as a value in Java. */
public final class MagicValue {

  private MagicValue() {}

  /**
   * Checks that a value fits where it stands.
   *
   * @param expected an array of the type that is expected
   * @param name the magic
   * @param value what it gave
   * @throws MagicUsageException if it does not fit
   */
  public static void check(Object[] expected, String name, @Nullable Object value)
      throws MagicUsageException {
    Class<?> type = expected.getClass().getComponentType();
    boolean number = Number.class.isAssignableFrom(type) && type != Number.class;
    if (value == null && (number || type == Boolean.class || type == Character.class)) {
      throw misplaced(name, "gives no value here", type);
    }
    if (value != null && !type.isInstance(value)) {
      throw misplaced(name, "gives a value of type " + value.getClass().getSimpleName(), type);
    }
  }

  private static MagicUsageException misplaced(String name, String gives, Class<?> type) {
    return new MagicUsageException(
        "%"
            + name
            + " "
            + gives
            + ", and "
            + type.getSimpleName()
            + " is expected; keep it with 'var', or put the magic on a line of its own");
  }
}
