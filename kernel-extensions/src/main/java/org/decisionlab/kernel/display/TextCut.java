// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.display;

/** Cuts texts that are too long; no character is cut in halves. */
final class TextCut {

  private TextCut() {}

  /** The beginning of a text, with three dots where something is missing. */
  static String head(String text, int characters) {
    return text.length() <= characters
        ? text
        : text.substring(0, boundary(text, characters)) + "...";
  }

  /** The beginning of a text in one line; line ends are shown as an arrow. */
  static String line(String text, int characters) {
    return head(text, characters).replaceAll("\r\n?|\n", "\u21b5").replace('\t', ' ');
  }

  /** The largest cut of at most so many characters that leaves surrogate pairs whole. */
  static int boundary(CharSequence text, int characters) {
    return characters > 0 && Character.isHighSurrogate(text.charAt(characters - 1))
        ? characters - 1
        : characters;
  }
}
