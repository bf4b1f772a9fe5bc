// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.session;

import java.util.concurrent.Callable;
import org.decisionlab.kernel.cell.KernelScope;
import org.decisionlab.kernel.magic.MagicUsageException;
import org.decisionlab.magics.arguments.HelpText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code %reset}: forgets what cells have declared. */
@Command(
    name = "%reset",
    description = {
      "Forgets the variables, methods and types of the cells, and the imports made in them.",
      "What magics have started stays: a Spark session runs on, jars stay on the class path."
    })
final class ResetMagic implements Callable<HelpText> {

  private final KernelScope scope;

  @Option(
      names = {"-f", "--force"},
      description = "Does it; without this, nothing is forgotten.")
  private boolean force;

  ResetMagic(KernelScope scope) {
    this.scope = scope;
  }

  @Override
  public HelpText call() throws Exception {
    int count = scope.session().declarations().size();
    if (!force) {
      throw new MagicUsageException(
          "%reset: would forget " + count + " names of the cells; '%reset -f' does");
    }
    scope.session().reset();
    return new HelpText(count + " names are forgotten.");
  }
}
