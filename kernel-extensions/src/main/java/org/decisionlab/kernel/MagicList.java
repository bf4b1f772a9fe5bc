// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.decisionlab.kernel.completion.Candidate;
import org.decisionlab.kernel.completion.Candidates;
import org.decisionlab.kernel.completion.MagicCompleter;
import org.decisionlab.kernel.completion.TypedArguments;
import org.decisionlab.kernel.display.Markup;
import org.decisionlab.kernel.magic.KernelMagics;
import org.decisionlab.kernel.magic.KernelMagics.Listed;
import org.decisionlab.kernel.magic.MagicDescription;
import org.decisionlab.kernel.magic.MagicUsageException;
import org.decisionlab.kernel.magic.Suggestion;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.dflib.jjava.jupyter.kernel.magic.LineMagic;

/** {@code %lsmagic} and {@code %help}: what magics there are and how they are used. */
final class MagicList {

  private static final String FAMILY = "Kernel";
  private static final String OTHERS = "Others";

  private final KernelMagics magics;

  private MagicList(KernelMagics magics) {
    this.magics = magics;
  }

  /** Brings both magics into the registry. */
  static void install(KernelMagics magics) {
    MagicList list = new MagicList(magics);
    magics.registerLineMagic(
        "lsmagic",
        new Described(
            "lists the magics",
            "Usage: %lsmagic\nLists the magics there are, by family, a line each.",
            words -> list.all()));
    magics.registerLineMagic(
        "help",
        new Described(
            "explains a magic: %help NAME, or %NAME?",
            "Usage: %help [NAME]\nExplains a magic; without a name, lists them all.\n"
                + "%NAME? and %%NAME? do the same.",
            list::help));
  }

  /** Completes the names behind {@code %help}. */
  static MagicCompleter names(KernelMagics magics) {
    return (line, body, cursor) -> {
      TypedArguments typed = TypedArguments.of(line.substring(0, Math.min(cursor, line.length())));
      boolean prefixed = typed.current().startsWith("%");
      List<Candidate> found =
          magics.list().stream()
              .map(each -> prefixed ? each.word() : bare(each.word()))
              .distinct()
              .filter(name -> name.startsWith(typed.current()))
              .map(name -> new Candidate(name, "magic"))
              .toList();
      return new Candidates(found, typed.start(), cursor);
    };
  }

  private Markup all() {
    Map<String, List<Listed>> families = new TreeMap<>();
    for (Listed each : magics.list()) {
      families.computeIfAbsent(family(each), family -> new ArrayList<>()).add(each);
    }
    int width = magics.list().stream().mapToInt(each -> each.word().length()).max().orElse(0);
    String text =
        families.entrySet().stream()
            .map(family -> family.getKey() + "\n" + lines(family.getValue(), width))
            .collect(Collectors.joining("\n"));
    return Markup.plain(text);
  }

  private static String lines(List<Listed> magics, int width) {
    return magics.stream()
        .map(
            each ->
                "  " + each.word() + " ".repeat(width + 2 - each.word().length()) + summary(each))
        .collect(Collectors.joining("\n"));
  }

  private static String family(Listed magic) {
    return magic.description().map(MagicDescription::family).orElse(OTHERS);
  }

  private static String summary(Listed magic) {
    return magic.description().map(MagicDescription::summary).orElse("(of " + magic.owner() + ")");
  }

  private Markup help(List<String> words) throws MagicUsageException {
    if (words.isEmpty()) {
      return all();
    }
    if (words.size() > 1) {
      throw new MagicUsageException("help takes the name of one magic: " + String.join(" ", words));
    }
    String word = words.get(0);
    String name = word.replaceFirst("^%%?", "");
    List<Listed> found =
        magics.list().stream()
            .filter(each -> each.word().equals(word) || (word.equals(name) && isNamed(each, name)))
            .toList();
    if (found.isEmpty()) {
      List<String> known = magics.list().stream().map(each -> bare(each.word())).toList();
      throw new MagicUsageException(
          "there is no magic "
              + word
              + Suggestion.question("%help ", name, known)
              + " (%lsmagic lists them)");
    }
    return Markup.plain(found.stream().map(MagicList::text).collect(Collectors.joining("\n\n")));
  }

  private static String text(Listed magic) {
    return magic
        .description()
        .map(description -> description.help().strip())
        .orElse(magic.word() + " of " + magic.owner() + " has no help of its own.");
  }

  private static boolean isNamed(Listed magic, String name) {
    return bare(magic.word()).equals(name);
  }

  private static String bare(String word) {
    return word.replaceFirst("^%%?", "");
  }

  /** A line magic of the kernel itself. */
  private record Described(String summary, String help, Body body)
      implements LineMagic<Markup, BaseKernel>, MagicDescription {

    /** What a magic does with its words. */
    interface Body {
      Markup run(List<String> words) throws MagicUsageException;
    }

    @Override
    public String family() {
      return FAMILY;
    }

    @Override
    public Markup eval(BaseKernel kernel, List<String> words) throws MagicUsageException {
      return words.equals(List.of("--help")) ? Markup.plain(help) : body.run(words);
    }
  }
}
