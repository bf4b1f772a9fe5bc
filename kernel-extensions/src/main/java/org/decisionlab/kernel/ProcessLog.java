// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel;

import java.util.logging.LogManager;
import org.slf4j.LoggerFactory;

/**
 * Keeps log lines out of cells: logging starts while {@code System.err} still is that of the
 * process, where the notebook server gathers it.
 */
final class ProcessLog {

  private static final String LOG4J_CONFIGURATION = "log4j2.configurationFile";

  private ProcessLog() {}

  /**
   * Starts logging. Log4j, where it is the provider, reads the file that the system property {@code
   * log4j2.configurationFile} names, or else the kernel's own, which writes warnings to standard
   * error. Without any configuration Spark would write its progress into cells.
   */
  static void prepare() {
    if (System.getProperty(LOG4J_CONFIGURATION) == null) {
      System.setProperty(LOG4J_CONFIGURATION, "classpath:decisionlab-kernel-log4j2.properties");
    }
    // No line is logged: where another thread is first, SLF4J would lose it and say so.
    LoggerFactory.getLogger(ProcessLog.class);
    LogManager.getLogManager().getLogger("").getHandlers();
  }
}
