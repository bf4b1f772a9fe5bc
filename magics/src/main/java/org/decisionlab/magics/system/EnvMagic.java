// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.system;

import java.util.Iterator;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.decisionlab.kernel.cell.Secrets;
import org.decisionlab.kernel.magic.MagicUsageException;
import org.decisionlab.kernel.magic.Suggestion;
import org.decisionlab.magics.arguments.HelpText;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code %env}: variables of the environment. */
@Command(
    name = "%env",
    description = {
      "Lists the environment, shows a variable, or sets one for the processes that magics start.",
      "Values whose names tell of a secret are not shown. System.getenv of the running kernel does"
          + " not change."
    })
final class EnvMagic implements Callable<@Nullable Object> {

  private final ChildEnvironment environment;

  @Parameters(
      paramLabel = "NAME[=VALUE]",
      arity = "0..2",
      completionCandidates = Names.class,
      description = "A variable; NAME VALUE is as good as NAME=VALUE.")
  private @Nullable List<String> words;

  @Option(names = "--unset", paramLabel = "NAME", description = "Takes a variable away.")
  private @Nullable String unset;

  /** The variables there are when the kernel starts. */
  static final class Names implements Iterable<String> {

    @Override
    public Iterator<String> iterator() {
      return new TreeSet<>(System.getenv().keySet()).iterator();
    }
  }

  EnvMagic(ChildEnvironment environment) {
    this.environment = environment;
  }

  @Override
  public @Nullable Object call() throws MagicUsageException {
    if (unset != null) {
      environment.set(checked(unset), null);
      return new HelpText(unset + " is not set for processes that magics start");
    }
    if (words == null || words.isEmpty()) {
      return listing();
    }
    String first = words.get(0);
    int equals = first.indexOf('=');
    if (words.size() == 2 && equals > 0) {
      throw new MagicUsageException(
          "%env: two values for "
              + checked(first.substring(0, equals))
              + "; a value with blanks stands in quotes: %env NAME='a b'");
    }
    if (words.size() == 2) {
      return set(first, words.get(1));
    }
    return equals < 0 ? value(first) : set(first.substring(0, equals), first.substring(equals + 1));
  }

  private HelpText listing() {
    return new HelpText(
        environment.all().entrySet().stream()
            .map(each -> each.getKey() + "=" + Secrets.shown(each.getKey(), each.getValue()))
            .collect(Collectors.joining("\n")));
  }

  private String value(String name) throws MagicUsageException {
    String value = environment.get(name).orElse(null);
    if (value == null) {
      throw new MagicUsageException(
          "%env: there is no variable "
              + name
              + Suggestion.question("", name, environment.all().keySet()));
    }
    if (Secrets.isSecret(name)) {
      throw new MagicUsageException(
          "%env: the name " + name + " tells of a secret: it is set, and not shown");
    }
    return Secrets.shown(name, value);
  }

  private HelpText set(String name, String value) throws MagicUsageException {
    environment.set(checked(name), value);
    return new HelpText(
        name + "=" + Secrets.shown(name, value) + " for processes that magics start");
  }

  private static String checked(String name) throws MagicUsageException {
    if (!name.matches("[A-Za-z_][A-Za-z0-9_.]*")) {
      throw new MagicUsageException("%env: not the name of a variable: '" + name + "'");
    }
    return name;
  }
}
