// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.core.access;

import java.io.Serializable;

/**
 * A piece of input that is not a record, kept with its place.
 *
 * @param file file it stands in
 * @param position line number (from 1) in a text file, record number (from 1) in a binary one
 * @param reason what is wrong, what was expected
 * @param text its first {@value #KEPT_CHARACTERS} characters
 */
public record MalformedRecord(String file, long position, String reason, String text)
    implements Serializable {

  /** How much of a malformed piece of input is kept. */
  public static final int KEPT_CHARACTERS = 200;

  /** Cuts the text to what is kept, never through a character of two halves. */
  public MalformedRecord {
    if (text.length() > KEPT_CHARACTERS) {
      boolean split = Character.isHighSurrogate(text.charAt(KEPT_CHARACTERS - 1));
      text = text.substring(0, split ? KEPT_CHARACTERS - 1 : KEPT_CHARACTERS);
    }
  }
}
