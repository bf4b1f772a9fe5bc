// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar;

import java.time.temporal.ChronoUnit;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * Writes each event of the log as one line: instant, level, place, message, and the fault with its
 * causes and nearest calls. Control characters are shown as {@code ?}, so no text from outside can
 * pretend to be another event.
 */
final class OneLineFormatter extends Formatter {

  private static final int SHOWN_CALLS = 8;
  private static final int SHOWN_CAUSES = 5;

  /**
   * Sends the program's whole log to standard error in this form; to be called before anything is
   * logged.
   */
  static void install() {
    System.setProperty("java.util.logging.manager", ErrorLog.class.getName());
    ConsoleHandler console = new ConsoleHandler();
    console.setFormatter(new OneLineFormatter());
    Logger.getLogger("").addHandler(console);
  }

  @Override
  public String format(LogRecord event) {
    StringBuilder line = new StringBuilder();
    line.append(event.getInstant().truncatedTo(ChronoUnit.MILLIS)).append(' ');
    line.append(event.getLevel().getName()).append(' ');
    String logger = String.valueOf(event.getLoggerName());
    line.append(logger.substring(logger.lastIndexOf('.') + 1)).append(": ");
    line.append(formatMessage(event));
    Throwable fault = event.getThrown();
    for (int i = 0; fault != null && i < SHOWN_CAUSES; i++) {
      line.append(i == 0 ? " | " : " | caused by ").append(fault);
      StackTraceElement[] calls = fault.getStackTrace();
      for (int k = 0; k < Math.min(SHOWN_CALLS, calls.length); k++) {
        line.append(" < ").append(calls[k]);
      }
      fault = fault.getCause();
    }
    return line.toString().replaceAll("\\p{Cntrl}", "?") + "\n";
  }
}
