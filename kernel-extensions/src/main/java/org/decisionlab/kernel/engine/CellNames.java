// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The names of the classes into which cells are compiled. JShell wraps each declaration in a class
 * {@code REPL.$JShell$12}, its next version in {@code REPL.$JShell$12B}; a run of statements is
 * wrapped in {@code REPL.$Cell$7}. What the user declares is nested in there.
 */
final class CellNames {

  private static final String SIMPLE = "\\$(?:JShell\\$\\d+[A-Z]*|Cell\\$\\d+)";
  private static final Pattern WRAPPER = Pattern.compile("REPL\\." + SIMPLE);
  private static final Pattern WRAPPED_NAME = Pattern.compile(WRAPPER.pattern() + "[.$]?");
  private static final Pattern IN_CLASS_FILE = Pattern.compile("REPL/(" + SIMPLE + ")");

  /** What the JVM says of an object of a class that was declared anew since it was made. */
  private static final Pattern FORMER =
      Pattern.compile(
          "class (?:\\[+L)?REPL\\.\\$JShell\\$(\\d+)[A-Z]*\\$([^\\s;]+);? cannot be cast to"
              + " class (?:\\[+L)?REPL\\.\\$JShell\\$\\1[A-Z]*\\$\\2;? ");

  /** The same of an object of another class, where it may be the reason. */
  private static final Pattern PERHAPS_FORMER =
      Pattern.compile(
          "class (?:\\[+L)?REPL\\.\\S+ cannot be cast to"
              + " class (?:\\[+L)?REPL\\.\\$JShell\\$\\d+[A-Z]+\\$([^\\s;]+);? ");

  /** JShell makes a class with a name of its own for a variable of an anonymous class. */
  private static final String ANONYMOUS = "$JShell$anonymous$";

  private CellNames() {}

  /** Simple name of the class in which a whole cell is read; runs are counted from 1. */
  static final String WHOLE_CELL = "$Cell$0";

  /** Name of the class that wraps a run of statements. */
  static String ofRun(int number) {
    return "REPL.$Cell$" + number;
  }

  /** The wrapper that a class belongs to, or {@code null} if it is not of a cell. */
  static @Nullable String wrapper(String className) {
    if (!className.startsWith("REPL.$")) {
      return null;
    }
    Matcher matcher = WRAPPER.matcher(className);
    return matcher.lookingAt() ? matcher.group() : null;
  }

  /** What the versions of a declaration have in common: the name without the letters. */
  static String declaration(String wrapper) {
    int end = wrapper.length();
    while (Character.isLetter(wrapper.charAt(end - 1))) {
      end--;
    }
    return wrapper.substring(0, end);
  }

  /** The wrappers that a class file mentions. */
  static Set<String> mentioned(byte[] classFile) {
    @SuppressWarnings("deprecation") // each byte becomes a character: the names are ASCII
    String text = new String(classFile, 0);
    Set<String> names = new LinkedHashSet<>();
    Matcher matcher = IN_CLASS_FILE.matcher(text);
    while (matcher.find()) {
      names.add("REPL." + matcher.group(1));
    }
    return names;
  }

  /** Whether a class was compiled from a cell. */
  static boolean isCellClass(String className) {
    return wrapper(className) != null;
  }

  /** A class name without the wrapper that the user did not write; empty for the wrapper itself. */
  static String userName(String className) {
    String wrapper = wrapper(className);
    if (wrapper == null) {
      return className;
    }
    String rest = className.substring(wrapper.length());
    if (rest.contains(ANONYMOUS)) {
      return "anonymous";
    }
    return (rest.startsWith("$") ? rest.substring(1) : rest).replace('$', '.');
  }

  /** A message without the wrapper names; it says what it means where only these differ. */
  static String explained(String message) {
    Matcher former = FORMER.matcher(message);
    if (!former.find()) {
      Matcher perhaps = PERHAPS_FORMER.matcher(message);
      return perhaps.find()
          ? withoutWrappers(message)
              + "; if the object was made before '"
              + perhaps.group(1).replace('$', '.')
              + "' was declared anew, run the cell that makes the objects again"
          : withoutWrappers(message);
    }
    String name = former.group(2).replace('$', '.');
    return "an object was made before '"
        + name
        + "' was declared anew, and is used by code that knows the new one; run the cell that makes"
        + " the objects again: "
        + withoutWrappers(message);
  }

  /** A message of the JVM or the compiler without the wrapper names. */
  static String withoutWrappers(String message) {
    return message.contains("REPL.$") ? WRAPPED_NAME.matcher(message).replaceAll("") : message;
  }
}
