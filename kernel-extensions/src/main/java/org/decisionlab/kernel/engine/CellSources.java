// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jdk.jshell.Snippet;
import jdk.jshell.SourceCodeAnalysis;
import org.jspecify.annotations.Nullable;

/** Finds for a frame of a stack trace the line of the cell that it stands for. */
final class CellSources {

  private static final Pattern WRAPPER = Pattern.compile("REPL\\.\\$JShell\\$\\d+[A-Z]*");

  private static final Pattern WRAPPED_NAME = Pattern.compile(WRAPPER.pattern() + "[.$]?");

  private final Map<String, Fragment> fragments = new HashMap<>();
  private final Map<String, Origin> origins = new HashMap<>();

  /** Remembers from where a snippet came. */
  void add(Snippet snippet, Fragment fragment) {
    fragments.put(snippet.id(), fragment);
  }

  /** The label of the text that holds a snippet; empty if it is not known. */
  String label(Snippet snippet) {
    Fragment fragment = fragments.get(snippet.id());
    return fragment == null ? "" : fragment.cell().label();
  }

  /** Remembers the class into which a known snippet has just been compiled. */
  void compiled(Snippet snippet, SourceCodeAnalysis.SnippetWrapper wrapper) {
    Fragment fragment = fragments.get(snippet.id());
    if (fragment != null) {
      origins.put(wrapper.fullClassName(), new Origin(wrapper, fragment));
    }
  }

  /** Whether a class was compiled from a cell. */
  static boolean isCellClass(String className) {
    return WRAPPER.matcher(className).lookingAt();
  }

  /** A class name without the wrapper that the user did not write; empty for the wrapper itself. */
  static String userName(String className) {
    Matcher matcher = WRAPPER.matcher(className);
    if (!matcher.lookingAt()) {
      return className;
    }
    String rest = className.substring(matcher.end());
    return (rest.startsWith("$") ? rest.substring(1) : rest).replace('$', '.');
  }

  /** A message of the JVM without the wrapper names, which the user did not write. */
  static String withoutWrappers(String message) {
    return message.contains("REPL.$JShell$")
        ? WRAPPED_NAME.matcher(message).replaceAll("")
        : message;
  }

  /** The place of a frame, or {@code null} if its class is not of a cell or not known. */
  @Nullable Place place(StackTraceElement frame) {
    Matcher matcher = WRAPPER.matcher(frame.getClassName());
    Origin origin = matcher.lookingAt() ? origins.get(matcher.group()) : null;
    if (origin == null) {
      return null;
    }
    int offset = origin.sourceOffset(frame.getLineNumber());
    int line = origin.fragment.line(offset);
    return new Place(origin.fragment.cell().label(), line, origin.fragment.cell().line(line));
  }

  /**
   * A line of a cell.
   *
   * @param label label of the cell
   * @param line line from 1
   * @param source its text
   */
  record Place(String label, int line, String source) {}

  /** A compiled class with the fragment it was made from. */
  private record Origin(SourceCodeAnalysis.SnippetWrapper wrapper, Fragment fragment) {

    /** Offset into the fragment of what stands in a line of the compiled class. */
    int sourceOffset(int wrappedLine) {
      String text = wrapper.wrapped();
      int start = 0;
      for (int i = 1; i < wrappedLine && start >= 0; i++) {
        start = text.indexOf('\n', start) + 1;
      }
      int end = text.indexOf('\n', start);
      for (int at = start; at < (end < 0 ? text.length() : end); at++) {
        int source = wrapper.wrappedToSourcePosition(at);
        if (source >= 0
            && source < fragment.source().length()
            && !Character.isWhitespace(text.charAt(at))
            && text.charAt(at) == fragment.source().charAt(source)) {
          return source;
        }
      }
      return leadingSpace();
    }

    private int leadingSpace() {
      String source = fragment.source();
      return source.length() - source.stripLeading().length();
    }
  }
}
