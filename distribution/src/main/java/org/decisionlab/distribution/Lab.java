// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.distribution;

import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The command-line tools of Decision Lab that are written in Java; the script {@code lab} calls
 * them.
 */
@Command(
    name = "lab",
    description = "Command-line tools of Decision Lab.",
    mixinStandardHelpOptions = true,
    versionProvider = Lab.Version.class,
    subcommands = {KernelCommand.class, SimulateCommand.class, GenerateCommand.class})
public final class Lab {

  private Lab() {}

  /** Runs a tool; exit code 0 on success, 1 when it fails, 2 when it was called wrongly. */
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    CommandLine line = Words.teach(new CommandLine(new Lab()));
    line.setParameterExceptionHandler((wrong, arguments) -> refuse(wrong));
    line.setExecutionExceptionHandler(
        (failure, command, parsed) -> {
          command.getErr().println(name(command) + ": " + inWords(failure));
          return CommandLine.ExitCode.SOFTWARE;
        });
    return line;
  }

  /** What is wrong, what may have been meant, and where to read on: not the whole help. */
  private static int refuse(ParameterException wrong) {
    CommandLine command = wrong.getCommandLine();
    PrintWriter err = command.getErr();
    err.println(name(command) + ": " + wrong.getMessage());
    UnmatchedArgumentException.printSuggestions(wrong, err);
    err.println("'./" + name(command) + " --help' tells more");
    return CommandLine.ExitCode.USAGE;
  }

  private static String name(CommandLine command) {
    return command.getCommandSpec().qualifiedName();
  }

  /** Some exceptions of the file system have the file as their whole message. */
  private static String inWords(Exception failure) {
    if (failure instanceof FileSystemException file && file.getReason() == null) {
      return file.getFile() + ": " + reason(file);
    }
    return String.valueOf(failure.getMessage());
  }

  private static String reason(FileSystemException failure) {
    if (failure instanceof NoSuchFileException) {
      return "no such file or folder";
    }
    if (failure instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (failure instanceof FileAlreadyExistsException) {
      return "exists already, and is not what is needed here";
    }
    return "cannot be used (" + failure.getClass().getSimpleName() + ")";
  }

  /** The version of the jar, as its build wrote it. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Lab.class.getPackage().getImplementationVersion();
      return new String[] {"Decision Lab " + (version == null ? "(not from a jar)" : version)};
    }
  }
}
