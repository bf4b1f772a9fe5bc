// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.arguments;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.decisionlab.kernel.completion.Candidate;
import org.decisionlab.kernel.completion.Candidates;
import org.decisionlab.kernel.completion.MagicCompleter;
import org.decisionlab.kernel.completion.TypedArguments;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * Completes and explains the arguments of a magic from its declared picocli command: subcommands,
 * flags, the values of enums and of declared candidates, and paths where a parameter is a {@link
 * Path} or its label says so ({@code PATH}, {@code FILE}, {@code DIR}).
 *
 * @param command makes the annotated command; nothing of it is run
 * @param paths the paths that begin with a text, such as {@code KernelScope::paths}
 */
public record CommandCompleter(Supplier<Object> command, Function<String, Candidates> paths)
    implements MagicCompleter {

  private static final Pattern PATH_LABEL =
      Pattern.compile("<?(?:.*[_ -])?(?:PATH|FILE|DIR|FOLDER|BUNDLE)S?>?");

  /** Where among the declared arguments the cursor stands. */
  private record Place(CommandLine command, @Nullable OptionSpec option, int positional) {}

  @Override
  public Candidates complete(String line, String body, int cursor) {
    if (cursor > line.length()) {
      return Candidates.none(cursor);
    }
    TypedArguments typed = TypedArguments.of(line.substring(0, cursor));
    Place place = place(typed.words());
    String current = typed.current();
    int equals = current.indexOf('=');
    if (place.option != null) {
      return values(place.option, current, 0, typed, cursor);
    }
    if (current.startsWith("-") && equals > 0) {
      OptionSpec named = place.command.getCommandSpec().findOption(current.substring(0, equals));
      return named == null
          ? Candidates.none(cursor)
          : values(named, current.substring(equals + 1), equals + 1, typed, cursor);
    }
    if (current.startsWith("-")) {
      return new Candidates(flags(place.command, current), typed.start(), cursor);
    }
    List<Candidate> words = subcommands(place, current);
    PositionalParamSpec parameter = positional(place);
    if (parameter == null) {
      return new Candidates(words, typed.start(), cursor);
    }
    Candidates values = values(parameter, current, 0, typed, cursor);
    words.addAll(values.candidates());
    return new Candidates(words, values.start(), cursor);
  }

  @Override
  public String inspect(String line, String body, int cursor) {
    String typed = line.substring(0, Math.min(cursor, line.length()));
    int end = typed.length();
    while (end < line.length() && !Character.isWhitespace(line.charAt(end))) {
      end++;
    }
    TypedArguments arguments = TypedArguments.of(line.substring(0, end) + " ");
    return place(arguments.words()).command.getUsageMessage(CommandLine.Help.Ansi.OFF);
  }

  private Place place(List<String> words) {
    CommandLine at = MagicLine.commandLine(command.get());
    OptionSpec open = null;
    int positional = 0;
    for (String word : words) {
      if (open != null) {
        open = null;
      } else if (word.startsWith("-")) {
        OptionSpec option = at.getCommandSpec().findOption(word);
        open = option != null && option.arity().max() > 0 ? option : null;
      } else if (positional == 0 && at.getSubcommands().containsKey(word)) {
        at = at.getSubcommands().get(word);
      } else {
        positional++;
      }
    }
    return new Place(at, open, positional);
  }

  private static List<Candidate> flags(CommandLine command, String typed) {
    return command.getCommandSpec().options().stream()
        .filter(option -> !option.hidden())
        .flatMap(option -> List.of(option.names()).stream())
        .filter(name -> name.startsWith(typed))
        .sorted()
        .map(name -> new Candidate(name, "option"))
        .toList();
  }

  private static List<Candidate> subcommands(Place place, String typed) {
    List<Candidate> found = new ArrayList<>();
    if (place.positional == 0) {
      place.command.getSubcommands().keySet().stream()
          .filter(name -> name.startsWith(typed))
          .sorted()
          .forEach(name -> found.add(new Candidate(name, "keyword")));
    }
    return found;
  }

  private static @Nullable PositionalParamSpec positional(Place place) {
    CommandSpec spec = place.command.getCommandSpec();
    return spec.positionalParameters().stream()
        .filter(parameter -> parameter.index().contains(place.positional))
        .findFirst()
        .orElse(null);
  }

  /**
   * Values of an argument.
   *
   * @param skipped characters of the word before the value, such as those of {@code --flag=}
   */
  private Candidates values(
      ArgSpec argument, String current, int skipped, TypedArguments typed, int cursor) {
    int start = typed.start() + skipped;
    if (argument.completionCandidates() != null) {
      List<Candidate> found = new ArrayList<>();
      for (String candidate : argument.completionCandidates()) {
        if (candidate.startsWith(current)) {
          found.add(new Candidate(typed.quoted(candidate), "keyword"));
        }
      }
      return new Candidates(found, start, cursor);
    }
    if (!takesPath(argument)) {
      return new Candidates(List.of(), start, cursor);
    }
    Candidates found = paths.apply(current);
    if (found.start() > 0) {
      return found.shifted(start);
    }
    List<Candidate> written =
        found.candidates().stream()
            .map(path -> new Candidate(typed.quoted(path.text()), path.type()))
            .toList();
    return new Candidates(written, start, cursor);
  }

  private static boolean takesPath(ArgSpec argument) {
    Class<?> type = argument.auxiliaryTypes().length > 0 ? argument.auxiliaryTypes()[0] : null;
    return type == Path.class
        || type == File.class
        || PATH_LABEL.matcher(argument.paramLabel()).matches();
  }
}
