// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.decisionlab.kernel.testing.BuiltJar;
import org.decisionlab.kernel.testing.KernelClient.Run;
import org.dflib.jjava.jupyter.Extension;
import org.junit.jupiter.api.Test;

/** The pages about magics say what the magics do: the kernel is asked, and the example is built. */
class DocumentedMagicsTest extends SessionKernel {

  private static final Path PAGES = Path.of("..", "docs");

  /** On the class path where Maven takes folders of classes for jars, as in its phase test. */
  private static final String OF_KERNEL_TESTS = "(of org.decisionlab.kernel.EchoExtension)";

  private static final Pattern WORD = Pattern.compile("`(%%?[a-z]+)");
  private static final Pattern FLAG = Pattern.compile("(?<![\\w-])--[a-z][a-z-]+");

  private Set<String> registered() {
    return client
        .execute("%lsmagic")
        .result()
        .lines()
        .filter(line -> line.startsWith("  %"))
        .filter(line -> !line.contains(OF_KERNEL_TESTS))
        .map(line -> line.strip().replaceFirst("\\s.*", ""))
        .filter(word -> !word.contains("dice") && !word.contains("each"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void thePageNamesEveryMagicAndNoOther() throws IOException {
    Set<String> named = new TreeSet<>();
    Matcher matcher = WORD.matcher(Files.readString(PAGES.resolve("magics.md")));
    while (matcher.find()) {
      named.add(matcher.group(1));
    }
    assertThat(named).isEqualTo(registered());
  }

  @Test
  void thePagesNameEveryFlag() throws IOException {
    StringBuilder pages = new StringBuilder();
    try (Stream<Path> files = Files.list(PAGES)) {
      for (Path page : files.filter(file -> file.toString().endsWith(".md")).sorted().toList()) {
        pages.append(Files.readString(page));
      }
    }
    List<String> missing = new ArrayList<>();
    for (String word : registered()) {
      Matcher flags = FLAG.matcher(client.execute("%help " + word).result());
      while (flags.find()) {
        if (!pages.toString().contains(flags.group())) {
          missing.add(word + " " + flags.group());
        }
      }
    }
    assertThat(missing).isEmpty();
  }

  private static String block(String page, String language) {
    int begin = page.indexOf("```" + language + "\n") + language.length() + 4;
    return page.substring(begin, page.indexOf("```", begin));
  }

  @Test
  void theExampleOfThePageIsAnExtension() throws IOException {
    String page = Files.readString(PAGES.resolve("writing-a-magic.md"));
    String type = "org.example.dice.DiceExtension";
    assertThat(page).contains("`" + type + "`");
    Path jar =
        new BuiltJar()
            .source(type, block(page, "java"))
            .service(Extension.class, type)
            .write(folder.resolve("dice.jar"));
    assertThat(client.execute("%jars " + jar).result()).startsWith("added ");
    List<String> cells = block(page, "cells").lines().toList();
    int magic = cells.indexOf("%%each");
    List<Run> runs = new ArrayList<>();
    cells.subList(0, magic).forEach(cell -> runs.add(client.execute(cell)));
    runs.add(client.execute(String.join("\n", cells.subList(magic, cells.size()))));
    assertThat(runs.get(1).result()).isEqualTo("2");
    assertThat(runs.get(3).result()).isEqualTo("3");
    assertThat(runs.get(4).trace()).contains("did you mean %dice?");
    assertThat(runs.get(5).trace()).contains("--sede", "--seed");
    assertThat(runs.get(6).stdout()).isEqualTo("1 + 1 = 2\ntwo.length * 3 = 6\n");
    assertThat(client.execute("%lsmagic").result()).contains("Games\n  %%each", "%dice");
    assertThat(client.execute("%dice?").result()).contains("Throws dice", "--seed=S");
    assertThat(client.execute("int[] same = %dice 2 --seed 42;\nArrays.equals(two, same)").result())
        .isEqualTo("true");
  }
}
