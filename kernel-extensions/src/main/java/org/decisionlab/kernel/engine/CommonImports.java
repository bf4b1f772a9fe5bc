// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jdk.jshell.JShell;
import jdk.jshell.SnippetEvent;

/**
 * Imports that no cell has made. The compiler of statements knows them at once; JShell, which takes
 * an evaluation for each, is told when it is first needed, or when the kernel has nothing to do.
 */
final class CommonImports {

  private static final Pattern ON_DEMAND =
      Pattern.compile("\\bimport\\s+(?!static\\b)([\\p{L}\\p{N}_$.\\s]+?)\\s*\\.\\s*\\*");

  private static final Pattern BY_NAME =
      Pattern.compile(
          "\\bimport\\s+(?!static\\b)[\\p{L}\\p{N}_$.\\s]*\\.\\s*([\\p{L}\\p{N}_$]+)\\s*(?:;|$)");

  private final ClassPath classPath;
  private final UnimportedNames names;
  private final JShell shell;
  private final Declared declared;
  private final Deque<String> untold = new ArrayDeque<>();
  private final Set<String> given = new LinkedHashSet<>();
  private final Map<String, String> decided = new HashMap<>();

  CommonImports(ClassPath classPath, UnimportedNames names, JShell shell, Declared declared) {
    this.classPath = classPath;
    this.names = names;
    this.shell = shell;
    this.declared = declared;
  }

  /**
   * Adds imports.
   *
   * @param imported such as {@code java.util.*} or {@code static java.lang.Math.*}
   * @throws IllegalArgumentException if one names no package that is there
   */
  void add(List<String> imported) {
    Set<String> packages = classPath.packages();
    for (String each : imported) {
      if (!isThere(packages, each.replaceFirst("^static ", ""))) {
        throw new IllegalArgumentException(
            "import " + each + ": there is no such package on the class path");
      }
    }
    untold.addAll(imported);
    given.addAll(imported);
    declared.expect(List.copyOf(untold));
  }

  private static boolean isThere(Set<String> packages, String name) {
    for (int dot = name.lastIndexOf('.'); dot > 0; dot = name.lastIndexOf('.', dot - 1)) {
      String begin = name.substring(0, dot);
      if (packages.contains(begin) || ClassPath.isOfJdk(begin)) {
        return true;
      }
    }
    return false;
  }

  /**
   * What a cell means when it imports all of a package: its classes come before those of the same
   * name that no cell has imported. Java would call them ambiguous.
   *
   * @param source the import of a cell
   * @return classes to import by name, none if the source is another import
   */
  List<String> preferred(String source) {
    Matcher found = ON_DEMAND.matcher(source);
    if (!found.find()) {
      return List.of();
    }
    String imported = found.group(1).replaceAll("\\s", "");
    Set<String> others = new HashSet<>(decided.keySet());
    for (String each : given) {
      int dot = each.lastIndexOf('.');
      if (each.startsWith("static ") || each.substring(0, dot).equals(imported)) {
        continue;
      }
      String last = each.substring(dot + 1);
      others.addAll(last.equals("*") ? names.simpleNames(each.substring(0, dot)) : Set.of(last));
    }
    others.retainAll(names.simpleNames(imported));
    return others.stream()
        .filter(each -> !isChosen(each) && names.isPublic(imported, each))
        .map(each -> imported + "." + each)
        .sorted()
        .toList();
  }

  /** Does what a cell means by an import that JShell has just been told of. */
  List<SnippetEvent> prefer(String source) {
    List<SnippetEvent> events = new ArrayList<>();
    // What is imported by its name stays, whatever else is imported.
    decided.remove(simpleName(source));
    for (String each : preferred(source)) {
      decided.put(each.substring(each.lastIndexOf('.') + 1), each);
      events.addAll(shell.eval("import " + each + ";"));
    }
    return events;
  }

  /** Simple name of the class that an import names; empty for an import of many. */
  static String simpleName(String source) {
    Matcher found = BY_NAME.matcher(source);
    return found.find() ? found.group(1) : "";
  }

  /** Whether a cell has imported a class of this simple name by its name. */
  private boolean isChosen(String simpleName) {
    return shell
        .imports()
        .filter(each -> !each.isStatic() && each.name().equals(simpleName))
        .anyMatch(
            each ->
                !each.fullname().equals(decided.get(simpleName))
                    && !given.contains(each.fullname()));
  }

  /** Tells JShell of all. */
  void tell() {
    while (tellNext()) {
      // One after the other, since JShell takes them so.
    }
  }

  /** Tells JShell of one; returns whether there was one. */
  boolean tellNext() {
    String next = untold.peek();
    if (next == null) {
      return false;
    }
    var events = shell.eval("import " + next + ";");
    untold.remove();
    declared.update(events);
    declared.expect(List.copyOf(untold));
    return true;
  }
}
