package org.decisionlab.magics.arguments;

import picocli.CommandLine.Option;

/** The {@code --help} that every magic has. */
public final class HelpOption {

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Shows this help.")
  private boolean asked;

  @Override
  public String toString() {
    return asked ? "--help" : "";
  }
}
