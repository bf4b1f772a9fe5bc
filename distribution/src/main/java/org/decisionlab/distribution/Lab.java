// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.distribution;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * The command-line tools of Decision Lab that are written in Java; the script {@code lab} calls
 * them.
 */
@Command(
    name = "lab",
    description = "Command-line tools of Decision Lab.",
    mixinStandardHelpOptions = true,
    subcommands = {KernelCommand.class, SimulateCommand.class, GenerateCommand.class})
public final class Lab {

  private Lab() {}

  /** Runs a tool; exit code 0 on success, 1 when it fails, 2 when it was called wrongly. */
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    CommandLine line = Words.teach(new CommandLine(new Lab()));
    line.setExecutionExceptionHandler(
        (failure, command, parsed) -> {
          PrintWriter err = command.getErr();
          err.println("lab " + command.getCommandName() + ": " + failure.getMessage());
          return CommandLine.ExitCode.SOFTWARE;
        });
    return line;
  }
}
