// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.models.bundle;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.decisionlab.models.ModelFormatException;

/**
 * Judges the names of an archive's entries: relative, without {@code ..}, below one top folder,
 * each only once whatever the case of its letters.
 */
final class EntryNames {

  private static final Pattern PART =
      Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.+ -]*|\\.[A-Za-z0-9_][A-Za-z0-9_.-]*");
  private static final Pattern TOP = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");

  private final ArchiveLimits limits;
  private final Map<String, String> spellings = new HashMap<>();
  private final Map<String, Boolean> files = new HashMap<>();
  private String top = "";
  private int entries;

  EntryNames(ArchiveLimits limits) {
    this.limits = limits;
  }

  /** Name of the top folder; empty before the first entry. */
  String top() {
    return top;
  }

  /**
   * Splits a name after checking it.
   *
   * @return the parts of the path, the top folder first; none for the entry {@code ./}
   */
  List<String> admit(TarHeader entry) throws ModelFormatException {
    if (++entries > limits.maxEntries()) {
      throw new ModelFormatException("more than " + limits.maxEntries() + " entries");
    }
    String name = entry.name();
    boolean file = entry.type() == TarHeader.FILE;
    List<String> parts = split(name, file);
    if (parts.isEmpty()) {
      return parts;
    }
    if (top.isEmpty()) {
      if (!TOP.matcher(parts.get(0)).matches()) {
        throw refused(name, "the top folder, the model's name, must match " + TOP.pattern());
      }
      top = parts.get(0);
    }
    if (!top.equals(parts.get(0)) || (file && parts.size() == 1)) {
      throw refused(
          name,
          "everything must lie in one top folder" + (top.isEmpty() ? "" : ", here '" + top + "'"));
    }
    register(name, parts, file);
    return parts;
  }

  private List<String> split(String name, boolean file) throws ModelFormatException {
    if (name.length() > limits.maxNameLength()) {
      throw refused(name.substring(0, 60) + "...", "longer than " + limits.maxNameLength());
    }
    if (name.startsWith("/")) {
      throw refused(name, "absolute names are not accepted");
    }
    List<String> parts = new ArrayList<>(List.of(name.split("/", -1)));
    if (parts.get(0).equals(".")) {
      parts.remove(0);
    }
    if (!file && !parts.isEmpty() && parts.get(parts.size() - 1).isEmpty()) {
      parts.remove(parts.size() - 1);
    }
    for (String part : parts) {
      if (!PART.matcher(part).matches()) {
        throw refused(name, "'" + part + "' is not accepted as a part of a path");
      }
    }
    if (parts.size() > limits.maxDepth()) {
      throw refused(name, "more than " + limits.maxDepth() + " levels");
    }
    return parts;
  }

  private void register(String name, List<String> parts, boolean file) throws ModelFormatException {
    for (int depth = 1; depth <= parts.size(); depth++) {
      String path = String.join("/", parts.subList(0, depth));
      String before = spellings.put(path.toLowerCase(Locale.ROOT), path);
      if (before != null && !before.equals(path)) {
        throw refused(name, "it differs from '" + before + "' by case only");
      }
      boolean last = depth == parts.size();
      Boolean known = files.get(path);
      if (known != null && (known || (last && file))) {
        throw refused(name, "'" + path + "' is there already");
      }
      files.put(path, last && file);
    }
  }

  private static ModelFormatException refused(String name, String reason) {
    return new ModelFormatException("entry '" + printable(name) + "' is refused: " + reason);
  }

  private static String printable(String name) {
    return name.replaceAll("[^\\x20-\\x7e]", "?");
  }
}
