// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import java.util.Map;
import jdk.jshell.spi.ExecutionControl;
import jdk.jshell.spi.ExecutionControlProvider;
import jdk.jshell.spi.ExecutionEnv;

/** Hands JShell the execution control of this kernel. */
record ControlProvider(CellControl control) implements ExecutionControlProvider {

  @Override
  public String name() {
    return "decisionlab";
  }

  @Override
  public ExecutionControl generate(ExecutionEnv env, Map<String, String> parameters) {
    return control;
  }
}
