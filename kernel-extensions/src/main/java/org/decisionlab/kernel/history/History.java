// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.history;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.decisionlab.kernel.cell.Secrets;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has been run: the cells of this session in memory, and where a file can be kept, those of
 * all sessions of the same folder of notebooks. Thread safe.
 */
public final class History {

  private static final Logger LOG = LoggerFactory.getLogger(History.class);
  private static final int CAPACITY = 10_000;
  private static final int MOST_OUTPUT = 10_000;

  private final Deque<HistoryEntry> own = new ArrayDeque<>();
  private @Nullable HistoryFile file;
  private int session = 1;

  private History() {}

  /** A history that ends with the session. */
  public static History inMemory() {
    return new History();
  }

  /**
   * A history that is kept; in memory only where that cannot be, which the log tells.
   *
   * @param folder where histories are kept
   * @param notebooks the folder of the notebooks
   */
  public static History kept(Path folder, Path notebooks) {
    return kept(folder, notebooks, HistoryFile.MOST_BYTES);
  }

  static History kept(Path folder, Path notebooks, long mostBytes) {
    History history = new History();
    try {
      HistoryFile file = new HistoryFile(folder, notebooks, mostBytes);
      history.session = file.begin();
      history.file = file;
    } catch (IOException e) {
      LOG.warn("no history is kept in {}", folder, e);
    }
    return history;
  }

  /**
   * Adds a cell; secrets in it are left out, and so is the value of one that names a secret.
   *
   * @param line its execution count
   * @param output text form of its value, if it had one
   */
  public synchronized void add(int line, String input, @Nullable String output) {
    HistoryEntry entry =
        new HistoryEntry(session, line, Secrets.removed(input), kept(input, output));
    own.addLast(entry);
    if (own.size() > CAPACITY) {
      own.removeFirst();
    }
    HistoryFile keeper = file;
    if (keeper == null) {
      return;
    }
    try {
      keeper.add(entry);
    } catch (IOException e) {
      LOG.warn("from now on the history is kept in memory only", e);
      file = null;
    }
  }

  private static @Nullable String kept(String input, @Nullable String output) {
    if (output == null || Secrets.isNamedIn(input)) {
      return null;
    }
    String begin = output.substring(0, Math.min(output.length(), MOST_OUTPUT));
    return Secrets.shownText(begin);
  }

  /** Answers the content of a {@code history_request}. */
  public synchronized JsonArray answer(JsonObject request) {
    List<HistoryEntry> found =
        switch (text(request, "hist_access_type", "tail")) {
          case "range" -> range(request);
          case "search" -> last(search(request), number(request, "n", CAPACITY));
          default -> last(all(), number(request, "n", CAPACITY));
        };
    boolean withOutput = flag(request, "output");
    JsonArray answer = new JsonArray();
    for (HistoryEntry entry : found) {
      answer.add(json(entry, withOutput));
    }
    return answer;
  }

  private List<HistoryEntry> all() {
    HistoryFile keeper = file;
    if (keeper != null) {
      try {
        return keeper.read();
      } catch (IOException e) {
        LOG.warn("the history cannot be read", e);
      }
    }
    return new ArrayList<>(own);
  }

  /** Session 0 is this one; a negative number counts back from it. */
  private List<HistoryEntry> range(JsonObject request) {
    int asked = number(request, "session", 0);
    int wanted = asked > 0 ? asked : session + asked;
    int start = number(request, "start", 0);
    int stop = number(request, "stop", Integer.MAX_VALUE);
    List<HistoryEntry> from = wanted == session ? new ArrayList<>(own) : all();
    return from.stream()
        .filter(entry -> entry.session() == wanted)
        .filter(entry -> entry.line() >= start && entry.line() < stop)
        .toList();
  }

  private List<HistoryEntry> search(JsonObject request) {
    Pattern pattern = glob(text(request, "pattern", "*"));
    boolean unique = flag(request, "unique");
    List<HistoryEntry> found = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    List<HistoryEntry> entries = all();
    for (int i = entries.size() - 1; i >= 0; i--) {
      HistoryEntry entry = entries.get(i);
      if (pattern.matcher(entry.input()).matches() && (!unique || seen.add(entry.input()))) {
        found.add(entry);
      }
    }
    Collections.reverse(found);
    return found;
  }

  private static List<HistoryEntry> last(List<HistoryEntry> found, int count) {
    return found.subList(Math.max(0, found.size() - Math.max(0, count)), found.size());
  }

  private static JsonArray json(HistoryEntry entry, boolean withOutput) {
    JsonArray line = new JsonArray();
    line.add(entry.session());
    line.add(entry.line());
    if (withOutput) {
      JsonArray both = new JsonArray();
      both.add(entry.input());
      both.add(entry.output());
      line.add(both);
    } else {
      line.add(entry.input());
    }
    return line;
  }

  /** A shell pattern: {@code *} any text, {@code ?} any character. */
  private static Pattern glob(String pattern) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      regex.append(
          switch (c) {
            case '*' -> ".*";
            case '?' -> ".";
            default -> Pattern.quote(String.valueOf(c));
          });
    }
    return Pattern.compile(regex.toString(), Pattern.DOTALL);
  }

  private static boolean flag(JsonObject request, String name) {
    JsonElement value = request.get(name);
    return value != null && value.isJsonPrimitive() && value.getAsBoolean();
  }

  private static String text(JsonObject request, String name, String fallback) {
    JsonElement value = request.get(name);
    return value == null || value.isJsonNull() ? fallback : value.getAsString();
  }

  private static int number(JsonObject request, String name, int fallback) {
    JsonElement value = request.get(name);
    return value == null || value.isJsonNull() ? fallback : value.getAsInt();
  }
}
