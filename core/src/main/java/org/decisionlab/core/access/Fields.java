// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.core.access;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Numbers of text fields, refused with the name of the field and its value. */
final class Fields {

  /** Later than any record: 1 January 2100, in seconds. */
  private static final long LATEST_SECOND = 4_102_444_800L;

  private Fields() {}

  static long number(String field, String text) throws RowException {
    try {
      return Long.parseLong(text.strip());
    } catch (NumberFormatException e) {
      throw new RowException(field + " is not a whole number: '" + text + "'");
    }
  }

  static @Nullable Double real(String field, @Nullable String text) throws RowException {
    if (text == null || text.isBlank()) {
      return null;
    }
    try {
      double value = Double.parseDouble(text.strip());
      if (!Double.isFinite(value)) {
        throw new RowException(field + " is not finite: '" + text + "'");
      }
      return value;
    } catch (NumberFormatException e) {
      throw new RowException(field + " is not a number: '" + text + "'");
    }
  }

  static Instant seconds(String field, long seconds) throws RowException {
    if (seconds < 0 || seconds > LATEST_SECOND) {
      throw new RowException(field + " is not a time in seconds between 1970 and 2100: " + seconds);
    }
    return Instant.ofEpochSecond(seconds);
  }

  /** Numbers so small that they are a time of this century only in seconds are refused. */
  static Instant millis(String field, long millis) throws RowException {
    if (millis >= 0 && millis <= LATEST_SECOND) {
      throw new RowException(field + " looks like seconds, expected milliseconds: " + millis);
    }
    if (millis < 0 || millis > LATEST_SECOND * 1000) {
      throw new RowException(
          field + " is not a time in milliseconds between 1970 and 2100: " + millis);
    }
    return Instant.ofEpochMilli(millis);
  }
}
