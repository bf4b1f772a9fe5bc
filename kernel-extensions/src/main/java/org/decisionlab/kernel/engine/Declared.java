// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import jdk.jshell.DeclarationSnippet;
import jdk.jshell.ImportSnippet;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis;
import org.jspecify.annotations.Nullable;

/** What cells have declared: the imports, and for each name the classes that hold it. */
final class Declared {

  private static final Pattern WORD = Pattern.compile("[\\p{L}_$][\\p{L}\\p{N}\\p{Mn}_$]*");

  private final JShell shell;
  private final SourceCodeAnalysis analysis;
  private final Map<String, Entry> entries = new HashMap<>();
  private final Map<String, Set<String>> ids = new HashMap<>();
  private String imports = "";

  private record Entry(String name, String wrapper, Snippet.Kind kind) {}

  Declared(JShell shell) {
    this.shell = shell;
    this.analysis = shell.sourceCodeAnalysis();
  }

  /** Takes note of what JShell has done. */
  void update(List<SnippetEvent> events) {
    for (SnippetEvent event : events) {
      Snippet snippet = event.snippet();
      if (snippet instanceof ImportSnippet) {
        imports = shell.imports().map(Declared::importing).collect(Collectors.joining());
      } else if (snippet instanceof DeclarationSnippet declared) {
        boolean replaced = event.status() == Snippet.Status.OVERWRITTEN;
        if (!replaced) {
          forget(snippet.id());
        }
        if (!replaced && shell.status(snippet).isDefined()) {
          String wrapper = analysis.wrapper(snippet).fullClassName();
          entries.put(snippet.id(), new Entry(declared.name(), wrapper, snippet.kind()));
          ids.computeIfAbsent(declared.name(), n -> new LinkedHashSet<>()).add(snippet.id());
        }
      }
    }
  }

  private void forget(String id) {
    Entry entry = entries.remove(id);
    Set<String> same = entry == null ? null : ids.get(entry.name);
    if (entry != null && same != null) {
      same.remove(id);
      if (same.isEmpty()) {
        ids.remove(entry.name);
      }
    }
  }

  /** Class that holds a variable, or {@code null} if there is none of this name. */
  @Nullable String variable(String name) {
    return ids.getOrDefault(name, Set.of()).stream()
        .map(id -> entries.get(id))
        .filter(entry -> entry != null && entry.kind == Snippet.Kind.VAR)
        .map(Entry::wrapper)
        .findFirst()
        .orElse(null);
  }

  /**
   * What a piece of code may mean by its names.
   *
   * @param code Java source
   */
  Scope scope(Iterable<Fragment> code) {
    Set<String> words = new HashSet<>();
    for (Fragment fragment : code) {
      Matcher matcher = WORD.matcher(fragment.source());
      while (matcher.find()) {
        words.add(matcher.group());
      }
    }
    StringBuilder text = new StringBuilder(imports);
    Set<String> wrappers = new LinkedHashSet<>();
    for (String word : words) {
      for (String id : ids.getOrDefault(word, Set.of())) {
        String wrapper = entries.get(id).wrapper;
        wrappers.add(wrapper);
        text.append("import static ").append(wrapper).append('.').append(word).append(';');
      }
    }
    return new Scope(text.toString(), wrappers);
  }

  private static String importing(ImportSnippet snippet) {
    return "import " + (snippet.isStatic() ? "static " : "") + snippet.fullname() + ";";
  }

  /**
   * What code sees.
   *
   * @param imports import declarations in one line
   * @param wrappers the classes of cells that they name
   */
  record Scope(String imports, Set<String> wrappers) {}
}
