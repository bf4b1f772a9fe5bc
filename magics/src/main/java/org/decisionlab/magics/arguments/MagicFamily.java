// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.arguments;

import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.decisionlab.kernel.cell.KernelScope;
import org.decisionlab.kernel.magic.MagicDescription;
import org.decisionlab.kernel.magic.MagicUsageException;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.dflib.jjava.jupyter.kernel.magic.CellMagic;
import org.dflib.jjava.jupyter.kernel.magic.LineMagic;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;

/**
 * Registers magics that are declared as picocli commands: with their name, their help, their place
 * in {@code %lsmagic}, their completion, and errors with a suggestion. The name of the command is
 * that of the magic with its {@code %} or {@code %%}.
 */
public final class MagicFamily {

  private final String title;
  private final BaseKernel kernel;
  private final KernelScope scope;

  /**
   * @param title the group in which the magics are listed
   * @param kernel where they are registered
   */
  public MagicFamily(String title, BaseKernel kernel) {
    this.title = title;
    this.kernel = kernel;
    this.scope = KernelScope.of(kernel);
  }

  /**
   * Registers a line magic.
   *
   * @param command makes the annotated command, anew for each call
   */
  public void line(Supplier<Object> command) {
    String name = bareName(command.get());
    kernel
        .getMagicsRegistry()
        .registerLineMagic(name, new Declared(title, body -> command.get(), false));
    scope.completions(name, new CommandCompleter(command, scope::paths));
  }

  /**
   * Registers a cell magic.
   *
   * @param command makes the annotated command of a body
   */
  public void cell(Function<String, Object> command) {
    String name = bareName(command.apply(""));
    kernel.getMagicsRegistry().registerCellMagic(name, new Declared(title, command, false));
    scope.completions(name, new CommandCompleter(() -> command.apply(""), scope::paths));
  }

  /**
   * Registers a magic whose line is code behind its options: as a line magic without a body, and as
   * a cell magic with one.
   *
   * @param line makes the annotated command of the line magic
   * @param cell makes that of the cell magic of a body
   */
  public void code(Supplier<Object> line, Function<String, Object> cell) {
    String name = bareName(line.get());
    kernel
        .getMagicsRegistry()
        .registerLineMagic(name, new Declared(title, body -> line.get(), true));
    kernel.getMagicsRegistry().registerCellMagic(name, new Declared(title, cell, true));
    scope.completions(name, new CommandCompleter(line, scope::paths));
  }

  private static String bareName(Object command) {
    return magicName(command).replaceFirst("^%%?", "");
  }

  /** Told without picocli, which takes a while for a command that most sessions never call. */
  private static String magicName(Object command) {
    if (command instanceof LineOrCellMagic named) {
      return named.name();
    }
    Command declared = command.getClass().getAnnotation(Command.class);
    if (declared == null) {
      throw new IllegalArgumentException(command.getClass() + " is not annotated as a command");
    }
    return declared.name();
  }

  /**
   * A magic that is declared as a command.
   *
   * @param family the group in which it is listed
   * @param command makes the command of a body; a line magic has an empty one
   * @param takesText whether its line is code behind its options
   */
  private record Declared(String family, Function<String, Object> command, boolean takesText)
      implements LineMagic<@Nullable Object, BaseKernel>,
          CellMagic<@Nullable Object, BaseKernel>,
          MagicDescription {

    @Override
    public @Nullable Object eval(BaseKernel kernel, List<String> words) throws Exception {
      return eval(kernel, words, "");
    }

    @Override
    public @Nullable Object eval(BaseKernel kernel, List<String> words, String body)
        throws Exception {
      Object made = command.apply(body);
      return MagicLine.run(made, takesText ? split(words) : words);
    }

    private List<String> split(List<String> words) throws MagicUsageException {
      return words.isEmpty() ? words : CodeLine.split(line(), words.get(0));
    }

    @Override
    public String summary() {
      String[] lines = line().getCommandSpec().usageMessage().description();
      return lines.length == 0 ? "" : firstSentence(String.join(" ", lines));
    }

    @Override
    public String help() {
      return line().getUsageMessage(Ansi.OFF);
    }

    private CommandLine line() {
      return MagicLine.commandLine(command.apply(""));
    }

    private static String firstSentence(String text) {
      int end = text.indexOf(". ");
      String first = end < 0 ? text : text.substring(0, end);
      return first.endsWith(".") ? first.substring(0, first.length() - 1) : first;
    }
  }
}
