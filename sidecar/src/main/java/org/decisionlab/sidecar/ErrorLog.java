// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar;

import java.util.logging.LogManager;

/**
 * Java's logging, without configuration files. Its handlers stay while the virtual machine shuts
 * down, so that the end is logged too; Java's own manager closes them by then.
 */
public final class ErrorLog extends LogManager {

  /** Made by Java's logging, which {@link OneLineFormatter#install()} tells to. */
  public ErrorLog() {}

  /** No configuration is read from files. */
  @Override
  public void readConfiguration() {}

  /** Keeps the handlers, which the virtual machine would close when it shuts down. */
  @Override
  public void reset() {}
}
