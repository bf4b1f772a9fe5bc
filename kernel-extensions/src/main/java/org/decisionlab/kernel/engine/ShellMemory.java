// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets go of what JShell would keep for ever: each version of each declaration, with a source in
 * which all names of the session are imported, twice; and whatever it has refused, whose errors
 * hold on to the compiler that found them. It needs none of them but the last declaration, which it
 * finds by other ways. The JVM must be told {@code --add-opens=jdk.jshell/jdk.jshell=ALL-UNNAMED};
 * otherwise all is kept.
 */
final class ShellMemory {

  private static final Logger LOG = LoggerFactory.getLogger(ShellMemory.class);

  /** To look through what is current takes as long as there are names. */
  private static final int PERIOD = 50;

  private final JShell shell;
  private final @Nullable Set<?> snippets;
  private final @Nullable Map<?, ?> wraps;
  private final @Nullable List<?> byKey;
  private int declarations;

  /**
   * @param shell has just been made
   */
  ShellMemory(JShell shell) {
    this.shell = shell;
    Set<?> all = null;
    Map<?, ?> texts = null;
    List<?> keys = null;
    try {
      all = (Set<?>) value(value(shell, "maps"), "snippets");
      keys = (List<?>) value(value(shell, "maps"), "keyIndexToSnippet");
      texts = (Map<?, ?>) value(value(shell, "outerMap"), "classOuters");
    } catch (ReflectiveOperationException | InaccessibleObjectException | ClassCastException e) {
      LOG.warn("what declarations replace stays in memory: {}", e.toString());
    }
    this.snippets = all;
    this.wraps = texts;
    this.byKey = keys;
  }

  /**
   * Lets go of what was refused, or was no declaration.
   *
   * @return that
   */
  List<Snippet> forget(List<SnippetEvent> events) {
    List<Snippet> forgotten = new ArrayList<>();
    for (SnippetEvent event : events) {
      Snippet snippet = event.snippet();
      if (snippets != null && byKey != null && !isNeeded(snippet)) {
        snippets.remove(snippet);
        forgotten.add(snippet);
        if (!snippet.kind().isPersistent()) {
          // Each such key is used once, so that it stands near the end.
          int index = byKey.lastIndexOf(snippet);
          if (index >= 0) {
            byKey.set(index, null);
          }
        }
      }
    }
    return forgotten;
  }

  /**
   * Notes that a cell has declared something.
   *
   * @return whether former versions have been let go of now
   */
  boolean declared() {
    declarations++;
    if (snippets == null || wraps == null || declarations % PERIOD != 0) {
      return false;
    }
    snippets.removeIf(each -> !isNeeded((Snippet) each));
    Set<String> current =
        shell
            .snippets()
            .filter(each -> each.kind() != Snippet.Kind.IMPORT)
            .map(each -> shell.sourceCodeAnalysis().wrapper(each).fullClassName())
            .map(name -> name.substring(name.lastIndexOf('.') + 1))
            .collect(Collectors.toSet());
    wraps.keySet().removeIf(name -> !current.contains(name));
    return true;
  }

  private boolean isNeeded(Snippet snippet) {
    return snippet.kind().isPersistent() && shell.status(snippet).isActive();
  }

  private static Object value(Object of, String name) throws ReflectiveOperationException {
    Field field = of.getClass().getDeclaredField(name);
    field.setAccessible(true);
    return field.get(of);
  }
}
