// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import org.jspecify.annotations.Nullable;

/**
 * How a piece of Java ended.
 *
 * @param value value of its last expression, {@code null} where there is none to show
 * @param failure what it threw, or why it does not compile; {@code null} when it ended well
 */
public record Outcome(@Nullable Object value, @Nullable Throwable failure) {

  /** The end of code without a value. */
  public static final Outcome DONE = new Outcome(null, null);

  /** Code that ended with a throwable. */
  public static Outcome failed(Throwable failure) {
    return new Outcome(null, failure);
  }
}
