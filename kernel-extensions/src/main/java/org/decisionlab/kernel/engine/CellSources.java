// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis;
import org.jspecify.annotations.Nullable;

/** Knows from which lines of which cell the classes of JShell come. */
final class CellSources {

  private static final String WRAPPER = "REPL.$JShell$";

  private final JShell shell;
  private final SourceCodeAnalysis analysis;
  private final Map<String, Origin> origins = new HashMap<>();
  private final Map<String, String> labels = new HashMap<>();
  private @Nullable Fragment underWay;
  private final Set<Snippet> seen = Collections.newSetFromMap(new IdentityHashMap<>());

  CellSources(JShell shell) {
    this.shell = shell;
    this.analysis = shell.sourceCodeAnalysis();
  }

  /** Notes what JShell is about to compile. */
  void begin(Fragment fragment) {
    underWay = fragment;
  }

  /** Notes which cell has declared what JShell has made of a fragment. */
  void done(List<SnippetEvent> events, Fragment fragment) {
    for (SnippetEvent event : events) {
      if (event.causeSnippet() == null) {
        labels.put(event.snippet().id(), fragment.cell().label());
      }
    }
  }

  /** Notes what JShell has made of a declaration that it had lost. */
  void restored(Snippet lost, List<SnippetEvent> events) {
    for (SnippetEvent event : events) {
      labels.put(event.snippet().id(), label(lost));
    }
  }

  /** The label of the text that holds a snippet; empty if it is not known. */
  String label(Snippet snippet) {
    return label(snippet.id());
  }

  /** The label of the text that holds the snippet of this id; empty if it is not known. */
  String label(String id) {
    return labels.getOrDefault(id, "");
  }

  /** From where a wrapper comes that JShell has compiled, and installed as a snippet. */
  Optional<Origin> of(String wrapper) {
    for (Snippet snippet : shell.snippets().toList()) {
      if (underWay != null && snippet.kind() != Snippet.Kind.IMPORT && seen.add(snippet)) {
        origins.put(WRAPPER + snippet.id(), new Origin(analysis.wrapper(snippet), underWay));
      }
    }
    return Optional.ofNullable(origins.get(CellNames.declaration(wrapper)));
  }

  /** Forgets what JShell has just let go of. */
  void forget(List<Snippet> gone) {
    gone.forEach(seen::remove);
  }

  /** Forgets what JShell does not know any more. */
  void forgetOthers() {
    seen.retainAll(shell.snippets().collect(Collectors.toSet()));
    Set<String> ids = shell.snippets().map(Snippet::id).collect(Collectors.toSet());
    labels.keySet().retainAll(ids);
    origins.keySet().removeIf(wrapper -> !ids.contains(wrapper.substring(WRAPPER.length())));
  }

  /**
   * Where a wrapper comes from.
   *
   * @param wrapper the wrapper
   * @param fragment the piece of a cell in it
   */
  record Origin(SourceCodeAnalysis.SnippetWrapper wrapper, Fragment fragment) {

    /** Gives the line of the cell for each line of the wrapper. */
    IntUnaryOperator lines() {
      Map<Integer, Integer> lines = new HashMap<>();
      String text = wrapper.wrapped();
      return wrapped -> lines.computeIfAbsent(wrapped, n -> fragment.line(sourceOffset(text, n)));
    }

    /** Offset into the fragment of what stands in a line of the wrapper. */
    private int sourceOffset(String text, int wrappedLine) {
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
      return fragment.leadingSpace();
    }
  }
}
