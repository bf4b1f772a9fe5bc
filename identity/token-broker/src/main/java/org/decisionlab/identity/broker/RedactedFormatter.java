// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.broker;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;
import org.decisionlab.identity.tokens.http.Redaction;

/** Writes each log record in one line, without tokens: also those that libraries log. */
public final class RedactedFormatter extends Formatter {

  @Override
  public String format(LogRecord record) {
    StringWriter text = new StringWriter();
    try (PrintWriter out = new PrintWriter(text)) {
      out.printf(
          "%s %s %s: %s%n",
          record.getInstant(),
          record.getLevel().getName(),
          record.getLoggerName(),
          formatMessage(record).replaceAll("\\R", " | "));
      Throwable thrown = record.getThrown();
      if (thrown != null) {
        thrown.printStackTrace(out);
      }
    }
    return Redaction.log(text.toString());
  }
}
