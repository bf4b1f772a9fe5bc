// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import jdk.jshell.JShell;

/**
 * Imports that no cell has made. The compiler of statements knows them at once; JShell, which takes
 * an evaluation for each, is told when it is first needed, or when the kernel has nothing to do.
 */
final class CommonImports {

  private final ClassPath classPath;
  private final JShell shell;
  private final Declared declared;
  private final Deque<String> untold = new ArrayDeque<>();

  CommonImports(ClassPath classPath, JShell shell, Declared declared) {
    this.classPath = classPath;
    this.shell = shell;
    this.declared = declared;
  }

  /**
   * Adds imports.
   *
   * @param names such as {@code java.util.*} or {@code static java.lang.Math.*}
   * @throws IllegalArgumentException if one names no package that is there
   */
  void add(List<String> names) {
    Set<String> packages = classPath.packages();
    for (String each : names) {
      if (!names(packages, each.replaceFirst("^static ", ""))) {
        throw new IllegalArgumentException(
            "import " + each + ": there is no such package on the class path");
      }
    }
    untold.addAll(names);
    declared.expect(List.copyOf(untold));
  }

  private static boolean names(Set<String> packages, String name) {
    for (int dot = name.lastIndexOf('.'); dot > 0; dot = name.lastIndexOf('.', dot - 1)) {
      String begin = name.substring(0, dot);
      if (packages.contains(begin) || ClassPath.isOfJdk(begin)) {
        return true;
      }
    }
    return false;
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
