// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.store;

import java.util.regex.Pattern;

/**
 * Name of a model, safe as a directory and as an element of a URL: letters, digits, {@code _},
 * {@code -} and {@code .}, not beginning with {@code -} or {@code .}.
 *
 * @param value the name, at most {@value #MAX_LENGTH} characters
 */
public record ModelName(String value) implements Comparable<ModelName> {

  /** Longest name. */
  public static final int MAX_LENGTH = 128;

  private static final Pattern ALLOWED = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]*");

  /** Refuses any other text with {@link IllegalArgumentException}. */
  public ModelName {
    if (!isValid(value)) {
      String shown = value.length() > 60 ? value.substring(0, 60) + "..." : value;
      throw new IllegalArgumentException(
          "model name '"
              + shown
              + "' is not allowed: letters, digits, '_', '-' and '.', not beginning with '-' or"
              + " '.', at most "
              + MAX_LENGTH
              + " characters");
    }
  }

  /** Whether a text can be the name of a model. */
  public static boolean isValid(String text) {
    return text.length() <= MAX_LENGTH && ALLOWED.matcher(text).matches();
  }

  @Override
  public int compareTo(ModelName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
