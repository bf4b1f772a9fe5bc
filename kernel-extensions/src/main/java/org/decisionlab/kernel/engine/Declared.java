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
import javax.tools.Diagnostic;
import jdk.jshell.DeclarationSnippet;
import jdk.jshell.ImportSnippet;
import jdk.jshell.JShell;
import jdk.jshell.MethodSnippet;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis;
import org.jspecify.annotations.Nullable;

/** What cells have declared: the imports, and for each name the classes that hold it. */
final class Declared {

  private static final Pattern WORD = Pattern.compile("[\\p{L}_$][\\p{L}\\p{N}\\p{Mn}_$]*");

  private static final Pattern FINAL =
      Pattern.compile(
          "(?:\\s|//.*|/\\*(?s:.*?)\\*/|@[\\w.]+(?:\\([^)]*\\))?"
              + "|(?:public|protected|private|static|transient|volatile)\\b)*final\\b");

  private final JShell shell;
  private final SourceCodeAnalysis analysis;
  private final ClassPath classPath;
  private final CellSources sources;

  /** By name, then by the id of the snippet: methods may have one name in several snippets. */
  private final Map<String, Map<String, Entry>> entries = new HashMap<>();

  private List<String> imports = List.of();
  private List<String> expected = List.of();

  /**
   * @param wrapper the class that holds it
   * @param kind what it is
   * @param parameters types of a method's parameters as they were written, without blanks
   * @param fixed whether it is a variable that was declared final
   */
  private record Entry(String wrapper, Snippet.Kind kind, String parameters, boolean fixed) {

    /** Whether a new declaration takes its place. */
    boolean isReplacedBy(WholeSource.Name name) {
      return switch (name.kind()) {
        case METHOD -> kind == Snippet.Kind.METHOD && parameters.equals(name.type());
        case VARIABLE -> kind == Snippet.Kind.VAR;
        case TYPE -> kind == Snippet.Kind.TYPE_DECL;
      };
    }
  }

  /**
   * @param shell declares
   * @param classPath where imports find classes
   * @param sources knows which cell has declared what
   */
  Declared(JShell shell, ClassPath classPath, CellSources sources) {
    this.shell = shell;
    this.sources = sources;
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
          .put(
              snippet.id(),
              new Entry(wrapper, snippet.kind(), parameters(snippet), isFixed(snippet)));
    }
  }

  /** JShell takes no notice of {@code final}. */
  private static boolean isFixed(DeclarationSnippet snippet) {
    return snippet.subKind() == Snippet.SubKind.VAR_DECLARATION_WITH_INITIALIZER_SUBKIND
        && FINAL.matcher(snippet.source()).lookingAt();
  }

  /**
   * Class files of cells as the user has declared what is in them.
   *
   * @param compiled class files by name
   * @return the same, variables that were declared final being so
   */
  Map<String, byte[]> asDeclared(Map<String, byte[]> compiled) {
    Map<String, byte[]> seen = new LinkedHashMap<>(compiled);
    entries.forEach(
        (name, same) ->
            same.values().stream()
                .filter(Entry::fixed)
                .forEach(
                    entry ->
                        seen.computeIfPresent(
                            entry.wrapper, (wrapper, bytes) -> ClassCode.withFinal(bytes, name))));
    return seen;
  }

  /** What the compiler says, and in which cell the variable is declared final that it speaks of. */
  String words(Diagnostic<?> problem) {
    String words = Refusals.words(problem);
    if (!problem.getCode().startsWith("compiler.err.cant.assign.val")) {
      return words;
    }
    return words(words).stream()
        .flatMap(each -> entries.getOrDefault(each, Map.of()).entrySet().stream())
        .filter(each -> each.getValue().fixed)
        .map(each -> words + "\nit is declared in " + sources.label(each.getKey()))
        .findFirst()
        .orElse(words);
  }

  private static String parameters(DeclarationSnippet snippet) {
    return snippet instanceof MethodSnippet method
        ? method.parameterTypes().replaceAll("\\s", "")
        : "";
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

  /** Whether something of this name waits for what a cell is still to declare. */
  boolean isWaiting(String name) {
    return !knows(name)
        && shell
            .snippets()
            .filter(each -> each instanceof DeclarationSnippet other && other.name().equals(name))
            .anyMatch(each -> shell.status(each).isActive());
  }

  /** Whether cells have declared something of this name. */
  boolean knows(String name) {
    return entries.containsKey(name);
  }

  /** The words of a source that may be names. */
  static Set<String> words(String source) {
    Set<String> words = new HashSet<>();
    Matcher matcher = WORD.matcher(source);
    while (matcher.find()) {
      words.add(matcher.group());
    }
    return words;
  }

  /**
   * What a piece of code may mean by its names.
   *
   * @param code Java source
   */
  Scope scope(Iterable<Fragment> code) {
    return scope(code, List.of());
  }

  /**
   * What a piece of code may mean by its names.
   *
   * @param code Java source
   * @param replaced what it declares itself, in place of what there is
   */
  Scope scope(Iterable<Fragment> code, List<WholeSource.Name> replaced) {
    Set<String> words = new HashSet<>();
    boolean escaped = false;
    for (Fragment fragment : code) {
      escaped |= fragment.source().contains("\\u");
      words.addAll(words(fragment.source()));
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
        boolean hidden =
            replaced.stream()
                .anyMatch(each -> each.name().equals(word) && entry.isReplacedBy(each));
        if (hidden) {
          continue;
        }
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
