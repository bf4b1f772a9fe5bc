// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What has been run in this session, in memory: the last {@value #CAPACITY} cells. */
final class History {

  private static final int CAPACITY = 10_000;
  private static final int SESSION = 1;

  private final Deque<Entry> entries = new ArrayDeque<>();

  private record Entry(int line, String input, @Nullable String output) {}

  synchronized void add(int line, String input, @Nullable String output) {
    entries.addLast(new Entry(line, input, output));
    if (entries.size() > CAPACITY) {
      entries.removeFirst();
    }
  }

  /** Answers the content of a {@code history_request}. */
  synchronized JsonArray answer(JsonObject request) {
    List<Entry> found =
        switch (text(request, "hist_access_type", "tail")) {
          case "range" -> range(request);
          case "search" -> last(search(request), number(request, "n", CAPACITY));
          default -> last(new ArrayList<>(entries), number(request, "n", CAPACITY));
        };
    boolean withOutput = request.has("output") && request.get("output").getAsBoolean();
    JsonArray answer = new JsonArray();
    for (Entry entry : found) {
      answer.add(json(entry, withOutput));
    }
    return answer;
  }

  private List<Entry> range(JsonObject request) {
    int session = number(request, "session", 0);
    if (session != 0 && session != SESSION) {
      return List.of();
    }
    int start = number(request, "start", 0);
    int stop = number(request, "stop", Integer.MAX_VALUE);
    return entries.stream().filter(e -> e.line >= start && e.line < stop).toList();
  }

  private List<Entry> search(JsonObject request) {
    Pattern pattern = glob(text(request, "pattern", "*"));
    boolean unique = request.has("unique") && request.get("unique").getAsBoolean();
    List<Entry> found = new ArrayList<>();
    for (Entry entry : entries) {
      if (pattern.matcher(entry.input).matches()) {
        if (unique) {
          found.removeIf(earlier -> earlier.input.equals(entry.input));
        }
        found.add(entry);
      }
    }
    return found;
  }

  private static List<Entry> last(List<Entry> found, int count) {
    return found.subList(Math.max(0, found.size() - Math.max(0, count)), found.size());
  }

  private static JsonArray json(Entry entry, boolean withOutput) {
    JsonArray line = new JsonArray();
    line.add(SESSION);
    line.add(entry.line);
    if (withOutput) {
      JsonArray both = new JsonArray();
      both.add(entry.input);
      both.add(entry.output);
      line.add(both);
    } else {
      line.add(entry.input);
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

  private static String text(JsonObject request, String name, String fallback) {
    JsonElement value = request.get(name);
    return value == null || value.isJsonNull() ? fallback : value.getAsString();
  }

  private static int number(JsonObject request, String name, int fallback) {
    JsonElement value = request.get(name);
    return value == null || value.isJsonNull() ? fallback : value.getAsInt();
  }
}
