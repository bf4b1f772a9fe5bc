// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.decisionlab.models.engine.Engines;
import org.decisionlab.sidecar.tool.ModelTool;
import picocli.CommandLine;

/** The bundle tool with all engines, in this process. */
final class Tool {

  private Tool() {}

  /** What it prints, when it ends as expected. */
  static String run(int expected, String... arguments) {
    StringWriter out = new StringWriter();
    int code =
        new CommandLine(new ModelTool(Engines.installed()))
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(out))
            .execute(arguments);
    assertThat(code).as(out.toString()).isEqualTo(expected);
    return out.toString();
  }
}
