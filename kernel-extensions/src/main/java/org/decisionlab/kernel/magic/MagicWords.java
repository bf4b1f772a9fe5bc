// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.magic;

/** What the grammar must know of the magics there are. */
@FunctionalInterface
public interface MagicWords {

  /** Whether there is a line magic of this name. */
  boolean isLineMagic(String name);

  /**
   * Whether what follows the name is Java, or another text that is not to be split.
   *
   * @param word the name with its {@code %} or {@code %%}
   */
  default boolean takesText(String word) {
    return false;
  }
}
