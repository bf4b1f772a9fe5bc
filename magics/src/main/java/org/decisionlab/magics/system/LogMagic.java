// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.system;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.config.Configurator;
import org.decisionlab.kernel.cell.Secrets;
import org.decisionlab.kernel.magic.MagicUsageException;
import org.decisionlab.kernel.magic.Suggestion;
import org.decisionlab.magics.arguments.HelpText;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code %log}: the kernel's log. */
@Command(
    name = "%log",
    description = {
      "Shows the last lines of the kernel's log, or sets what is logged.",
      "Secrets in lines are not shown, as far as their names tell them."
    })
final class LogMagic implements Callable<HelpText> {

  private static final List<String> LEVELS =
      List.of("off", "error", "warn", "info", "debug", "trace");

  private final LogTail tail;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "LEVEL",
      description = "off, error, warn, info, debug or trace.")
  private @Nullable String level;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "LOGGER",
      description = "A logger, such as org.apache.spark (default: all).")
  private @Nullable String logger;

  @Option(
      names = {"-n", "--lines"},
      paramLabel = "LINES",
      defaultValue = "20",
      description = "Lines shown (default: ${DEFAULT-VALUE}).")
  private int lines;

  LogMagic(LogTail tail) {
    this.tail = tail;
  }

  @Override
  public HelpText call() throws MagicUsageException {
    if (lines < 1) {
      throw new MagicUsageException("%log: -n must be positive: " + lines);
    }
    return level == null ? shown() : set(level);
  }

  private HelpText shown() {
    List<String> last = tail.last(lines).stream().map(Secrets::shownText).toList();
    String text = last.isEmpty() ? "Nothing has been logged." : String.join("\n", last);
    return new HelpText("level " + word(LogManager.getRootLogger().getLevel()) + "\n" + text);
  }

  private HelpText set(String wanted) throws MagicUsageException {
    String name = wanted.toLowerCase(Locale.ROOT);
    if (!LEVELS.contains(name)) {
      throw new MagicUsageException(
          "%log: the levels are "
              + String.join(", ", LEVELS)
              + ", not '"
              + wanted
              + "'"
              + Suggestion.question("", wanted, LEVELS));
    }
    Level set = Level.toLevel(name);
    if (logger == null) {
      Configurator.setRootLevel(set);
    } else {
      Configurator.setLevel(logger, set);
    }
    return new HelpText((logger == null ? "all loggers: " : logger + ": ") + word(set));
  }

  private static String word(Level level) {
    return level.name().toLowerCase(Locale.ROOT);
  }
}
