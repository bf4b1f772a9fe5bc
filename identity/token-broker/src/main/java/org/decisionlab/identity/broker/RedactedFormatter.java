// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.broker;

import java.util.logging.Formatter;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;

/** Writes log records as the JDK does, without tokens: also those that libraries log. */
public final class RedactedFormatter extends Formatter {

  private final SimpleFormatter plain = new SimpleFormatter();

  @Override
  public String format(LogRecord record) {
    return Redaction.log(plain.format(record));
  }
}
