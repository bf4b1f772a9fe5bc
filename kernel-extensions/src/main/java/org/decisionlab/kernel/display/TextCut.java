// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.display;

/** Cuts texts that are too long; no character is cut in halves. */
final class TextCut {

  private static final String DOTS = "...";

  private TextCut() {}

  /** The beginning of a text, with three dots where something is missing. */
  static String head(String text, int characters) {
    return text.length() <= characters
        ? text
        : text.substring(0, boundary(text, characters)) + DOTS;
  }

  /**
   * A text in one line; line ends are shown as an arrow. A long one is cut in the middle, because
   * names of files often differ at their ends only.
   */
  static String line(String text, int characters) {
    return middle(text, characters).replaceAll("\r\n?|\n", "\u21b5").replace('\t', ' ');
  }

  private static String middle(String text, int characters) {
    if (text.length() <= characters) {
      return text;
    }
    int kept = characters - DOTS.length();
    int end = text.length() - kept / 2;
    int begin = Character.isLowSurrogate(text.charAt(end)) ? end + 1 : end;
    return text.substring(0, boundary(text, kept - kept / 2)) + DOTS + text.substring(begin);
  }

  /** The largest cut of at most so many characters that leaves surrogate pairs whole. */
  static int boundary(CharSequence text, int characters) {
    return characters > 0 && Character.isHighSurrogate(text.charAt(characters - 1))
        ? characters - 1
        : characters;
  }
}
