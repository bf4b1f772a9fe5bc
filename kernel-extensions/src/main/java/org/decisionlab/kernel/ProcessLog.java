// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel;

import java.util.logging.LogManager;
import org.decisionlab.kernel.log.DeferredLogging;
import org.slf4j.LoggerFactory;
import org.slf4j.helpers.Reporter;

/**
 * Keeps log lines out of cells: they go to the standard error of the process, where the notebook
 * server gathers them, and not to {@code System.err}, which becomes that of the running cell.
 */
final class ProcessLog {

  private static final String LOG4J_CONFIGURATION = "log4j2.configurationFile";

  private ProcessLog() {}

  /**
   * Sets logging up, while {@code System.err} still is that of the process. Log4j, where it is the
   * provider, reads the file that the system property {@code log4j2.configurationFile} names, and
   * starts at once, since that file may write to {@code System.err}; or else the kernel's own,
   * which writes warnings to the process itself and can wait for the first line. Without any
   * configuration Spark would write its progress into cells.
   */
  static void prepare() {
    LogManager.getLogManager().getLogger("").getHandlers();
    if (System.getProperty(LOG4J_CONFIGURATION) == null) {
      System.setProperty(LOG4J_CONFIGURATION, "classpath:decisionlab-kernel-log4j2.properties");
      System.setProperty(LoggerFactory.PROVIDER_PROPERTY_KEY, DeferredLogging.class.getName());
      // SLF4J tells of a provider that is named, which is not worth a line in every start.
      System.setProperty(Reporter.SLF4J_INTERNAL_VERBOSITY_KEY, "WARN");
    } else {
      LoggerFactory.getLogger(ProcessLog.class);
    }
  }

  /** Starts what has been set up, where nothing has been logged yet. */
  static void start() {
    if (LoggerFactory.getILoggerFactory() instanceof DeferredLogging.Loggers deferred) {
      deferred.start();
    }
  }
}
