// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.arguments;

import java.util.ArrayList;
import java.util.List;
import org.decisionlab.kernel.magic.MagicUsageException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Takes the options off a line that ends with code: {@code -n 1000 -r 3 x * 2}. Options stand first
 * and are words without quotes; the code begins with the first word that is no option of the
 * command, so that {@code -x * 2} is code where there is no option {@code -x}. {@code --} ends the
 * options.
 */
final class CodeLine {

  private CodeLine() {}

  /** The options as words, and behind them the code as one. */
  static List<String> split(CommandLine command, String line) throws MagicUsageException {
    List<String> words = new ArrayList<>();
    String rest = line.strip();
    while (rest.startsWith("-")) {
      String word = firstWord(rest);
      boolean last = word.equals("--");
      if (!last && !isOption(command, word)) {
        break;
      }
      rest = rest.substring(word.length()).strip();
      if (last) {
        break;
      }
      words.add(word);
      if (wantsValue(command, word)) {
        String value = firstWord(rest);
        if (value.isEmpty()) {
          throw new MagicUsageException(command.getCommandName() + ": " + word + " needs a value");
        }
        words.add(value);
        rest = rest.substring(value.length()).strip();
      }
    }
    if (!rest.isEmpty()) {
      words.add("--");
      words.add(rest);
    }
    return words;
  }

  private static boolean isOption(CommandLine command, String word) {
    return option(command, word) != null || attached(command, word);
  }

  private static boolean wantsValue(CommandLine command, String word) {
    OptionSpec option = option(command, word);
    return option != null && option.arity().min() > 0;
  }

  /** Whether the word holds an option with its value, as {@code -n1000} or {@code --time=5}. */
  private static boolean attached(CommandLine command, String word) {
    int equals = word.indexOf('=');
    if (equals > 0) {
      return option(command, word.substring(0, equals)) != null;
    }
    return word.matches("-[A-Za-z]\\d+") && option(command, word.substring(0, 2)) != null;
  }

  private static @Nullable OptionSpec option(CommandLine command, String name) {
    return command.getCommandSpec().findOption(name);
  }

  private static String firstWord(String text) {
    return text.isEmpty() ? "" : text.split("\\s+", 2)[0];
  }
}
