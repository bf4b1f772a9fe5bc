// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
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
  private final ClassPath classPath;

  /** By name, then by the id of the snippet: methods may have one name in several snippets. */
  private final Map<String, Map<String, Entry>> entries = new HashMap<>();

  private List<String> imports = List.of();
  private List<String> expected = List.of();

  private record Entry(String wrapper, Snippet.Kind kind) {}

  /**
   * @param shell declares
   * @param classPath where imports find classes
   */
  Declared(JShell shell, ClassPath classPath) {
    this.shell = shell;
    this.classPath = classPath;
    this.analysis = shell.sourceCodeAnalysis();
  }

  /**
   * Takes note of imports that JShell has not been told of yet.
   *
   * @param names such as {@code java.util.*} or {@code static java.lang.Math.*}
   */
  void expect(List<String> names) {
    expected = names;
  }

  /** Takes note of what JShell has done. */
  void update(List<SnippetEvent> events) {
    for (SnippetEvent event : events) {
      Snippet snippet = event.snippet();
      if (snippet instanceof ImportSnippet) {
        imports = shell.imports().map(Declared::name).toList();
      } else if (snippet instanceof DeclarationSnippet declared) {
        if (event.status() != Snippet.Status.OVERWRITTEN) {
          update(declared);
        }
      }
    }
  }

  /** The class of each declaration, by the id of its snippet. */
  Map<String, String> wrappers() {
    Map<String, String> wrappers = new HashMap<>();
    entries.values().forEach(same -> same.forEach((id, entry) -> wrappers.put(id, entry.wrapper)));
    return wrappers;
  }

  private void update(DeclarationSnippet snippet) {
    entries.values().forEach(same -> same.remove(snippet.id()));
    entries.values().removeIf(Map::isEmpty);
    if (shell.status(snippet).isDefined()) {
      String wrapper = analysis.wrapper(snippet).fullClassName();
      entries
          .computeIfAbsent(snippet.name(), name -> new LinkedHashMap<>())
          .put(snippet.id(), new Entry(wrapper, snippet.kind()));
    }
  }

  /** Class that holds a variable, or {@code null} if there is none of this name. */
  @Nullable String variable(String name) {
    return entries.getOrDefault(name, Map.of()).values().stream()
        .filter(entry -> entry.kind == Snippet.Kind.VAR)
        .map(Entry::wrapper)
        .findFirst()
        .orElse(null);
  }

  /** Whether cells have declared a type of this name. */
  boolean isType(String name) {
    return entries.getOrDefault(name, Map.of()).values().stream()
        .anyMatch(entry -> entry.kind == Snippet.Kind.TYPE_DECL);
  }

  /**
   * What a piece of code may mean by its names.
   *
   * @param code Java source
   */
  Scope scope(Iterable<Fragment> code) {
    Set<String> words = new HashSet<>();
    boolean escaped = false;
    for (Fragment fragment : code) {
      escaped |= fragment.source().contains("\\u");
      Matcher matcher = WORD.matcher(fragment.source());
      while (matcher.find()) {
        words.add(matcher.group());
      }
    }
    boolean all = escaped;
    StringBuilder text = new StringBuilder();
    Stream.concat(imports.stream(), expected.stream())
        .filter(name -> all || isNeeded(name, words))
        .forEach(name -> text.append("import ").append(name).append(';'));
    Set<String> wrappers = new LinkedHashSet<>();
    for (String word : words) {
      for (Entry entry : entries.getOrDefault(word, Map.of()).values()) {
        String wrapper = entry.wrapper;
        wrappers.add(wrapper);
        text.append("import static ").append(wrapper).append('.').append(word).append(';');
      }
    }
    return new Scope(text.toString(), wrappers);
  }

  /** Whether an import may give one of these words its meaning; each costs the compiler time. */
  private boolean isNeeded(String imported, Set<String> words) {
    int dot = imported.lastIndexOf('.');
    String last = imported.substring(dot + 1);
    if (!last.equals("*")) {
      return words.contains(last);
    }
    try {
      return imported.startsWith("static ") || classPath.mayMean(imported.substring(0, dot), words);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String name(ImportSnippet snippet) {
    return (snippet.isStatic() ? "static " : "") + snippet.fullname();
  }

  /**
   * What code sees.
   *
   * @param imports import declarations in one line
   * @param wrappers the classes of cells that they name
   */
  record Scope(String imports, Set<String> wrappers) {}
}
