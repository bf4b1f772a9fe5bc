// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.magic;

/**
 * What a magic tells of itself. A line or cell magic that implements this beside its own interface
 * is listed with its family by {@code %lsmagic} and explained by {@code %help}.
 */
public interface MagicDescription {

  /** The group in which the magic is listed, such as {@code Spark}. */
  String family();

  /** One line: what the magic does. */
  String summary();

  /** The whole help, lines as they are shown. */
  String help();

  /**
   * Whether the rest of the magic's line is Java or another text that must not be split: the magic
   * then gets it as one argument, blanks at its ends removed, or none if there is nothing.
   */
  default boolean takesText() {
    return false;
  }
}
