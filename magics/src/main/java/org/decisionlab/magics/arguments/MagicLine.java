// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.arguments;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.decisionlab.kernel.magic.MagicUsageException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Runs the arguments of a magic against a declared picocli command whose leaves are annotated
 * methods.
 */
public final class MagicLine {

  private static final int HELP_COLUMNS = 100;

  private MagicLine() {}

  /**
   * Parses the arguments and calls the command they name.
   *
   * @param command an object annotated as a picocli command, with its subcommands
   * @param arguments the words after the magic's name
   * @return what the command returned; the text of the help when that was asked for
   * @throws MagicUsageException when the arguments are not those declared
   * @throws Exception what the command itself throws
   */
  public static @Nullable Object run(Object command, List<String> arguments) throws Exception {
    CommandLine line = commandLine(command);
    ParseResult parsed;
    try {
      parsed = line.parseArgs(arguments.toArray(new String[0]));
    } catch (ParameterException e) {
      throw new MagicUsageException(inOneLine(misspelt(e, arguments)));
    }
    while (parsed.hasSubcommand() && !parsed.isUsageHelpRequested()) {
      parsed = parsed.subcommand();
    }
    CommandLine asked = parsed.commandSpec().commandLine();
    if (parsed.isUsageHelpRequested()) {
      return new HelpText(asked.getUsageMessage(CommandLine.Help.Ansi.OFF));
    }
    Object target = asked.getCommandSpec().userObject();
    if (target instanceof Method || target instanceof Callable) {
      return call(asked, parsed);
    }
    throw new MagicUsageException(
        asked.getCommandSpec().qualifiedName()
            + ": say what to do: "
            + String.join(", ", asked.getSubcommands().keySet())
            + ". '"
            + asked.getCommandSpec().qualifiedName()
            + " --help' tells more.");
  }

  /** The declared command as it is parsed, with {@code --help} everywhere. */
  static CommandLine commandLine(Object command) {
    CommandLine line = new CommandLine(command).setUsageHelpWidth(HELP_COLUMNS);
    addHelp(line);
    return line;
  }

  private static void addHelp(CommandLine line) {
    line.getCommandSpec()
        .addOption(
            OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("Shows this help.")
                .build());
    line.getSubcommands().values().forEach(MagicLine::addHelp);
  }

  private static @Nullable Object call(CommandLine leaf, ParseResult parsed) throws Exception {
    try {
      new CommandLine.RunLast().execute(parsed);
      return leaf.getExecutionResult();
    } catch (CommandLine.ExecutionException e) {
      if (e.getCause() instanceof Exception failure) {
        throw failure;
      }
      if (e.getCause() instanceof Error failure) {
        throw failure;
      }
      throw e;
    }
  }

  /** A required option that is missing because it is misspelt is told as the misspelling. */
  private static ParameterException misspelt(ParameterException e, List<String> arguments) {
    if (!(e instanceof MissingParameterException)) {
      return e;
    }
    CommandLine asked = e.getCommandLine();
    List<String> unknown =
        arguments.stream()
            .filter(a -> a.startsWith("--") && a.length() > 2)
            .filter(a -> asked.getCommandSpec().findOption(a.split("=", 2)[0]) == null)
            .toList();
    return unknown.isEmpty() ? e : new UnmatchedArgumentException(asked, unknown);
  }

  private static String inOneLine(ParameterException e) {
    StringWriter text = new StringWriter();
    PrintWriter writer = new PrintWriter(text);
    UnmatchedArgumentException.printSuggestions(e, writer);
    writer.flush();
    String name = e.getCommandLine().getCommandSpec().qualifiedName();
    String suggestion = text.toString().strip().replaceAll("\\s+", " ");
    return name
        + ": "
        + sentence(problem(e))
        + (suggestion.isEmpty() ? "" : sentence(suggestion))
        + "See '"
        + name
        + " --help'.";
  }

  private static String problem(ParameterException e) {
    if (!(e instanceof UnmatchedArgumentException unmatched) || unmatched.isUnknownOption()) {
      return String.valueOf(e.getMessage()).strip();
    }
    String word = unmatched.getUnmatched().get(0);
    Set<String> verbs = e.getCommandLine().getSubcommands().keySet();
    return verbs.isEmpty()
        ? "'" + word + "' is a word too many"
        : "there is no '" + word + "', but " + String.join(", ", verbs);
  }

  private static String sentence(String text) {
    return text + (text.endsWith("?") || text.endsWith(".") ? " " : ". ");
  }
}
