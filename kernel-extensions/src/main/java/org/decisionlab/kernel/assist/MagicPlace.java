// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.assist;

import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.decisionlab.kernel.magic.CellScanner;
import org.decisionlab.kernel.magic.CellScript;
import org.decisionlab.kernel.magic.CellScript.CellCall;
import org.decisionlab.kernel.magic.MagicUsageException;
import org.decisionlab.kernel.magic.MagicWords;
import org.jspecify.annotations.Nullable;

/**
 * The magic in which a cursor stands.
 *
 * @param prefix {@code %} or {@code %%}
 * @param name its name as far as it is typed
 * @param nameStart where the name begins in the cell
 * @param line what stands behind the name
 * @param body what stands below that line; empty for a line magic
 */
record MagicPlace(String prefix, String name, int nameStart, String line, String body) {

  private static final Pattern LAST_LINE = Pattern.compile("(?:[ \\t]*|.*=[ \\t]*)(%)([\\w.-]*).*");

  /** Options with their values, each ended by a blank. */
  private static final Pattern OPTIONS =
      Pattern.compile("[ \\t]*(?:-[A-Za-z](?:=?\\d+|[ \\t]+\\d+)?[ \\t]+)*+");

  private static final Pattern CELL_LINE = Pattern.compile("[ \\t]*(%%)([\\w.-]*).*");

  /** The magic at the cursor, or {@code null} where Java stands. */
  static @Nullable MagicPlace at(String code, int cursor, MagicWords words) {
    MagicPlace cell = cellMagic(code, cursor);
    return cell != null ? cell : lineMagic(code, cursor, words);
  }

  /** Where the text after the name begins in the cell. */
  int lineStart() {
    return nameStart + name.length();
  }

  /** Whether the cursor stands in or right behind the name. */
  boolean inName(int cursor) {
    return cursor <= lineStart();
  }

  /**
   * Where the code begins in which the cursor stands, of a magic whose line is code behind options,
   * and whose body is; empty where the cursor stands among the options.
   */
  OptionalInt codeStart(int cursor) {
    int bodyStart = lineStart() + line.length() + 1;
    if (cursor >= bodyStart) {
      return OptionalInt.of(bodyStart);
    }
    Matcher options = OPTIONS.matcher(line);
    int end = options.lookingAt() ? lineStart() + options.end() : lineStart();
    boolean option = line.startsWith("-", end - lineStart());
    return cursor < end || option ? OptionalInt.empty() : OptionalInt.of(end);
  }

  /** A cursor of the cell as one of {@code line + "\n" + body}. */
  int within(int cursor) {
    return Math.max(0, cursor - lineStart());
  }

  private static @Nullable MagicPlace cellMagic(String code, int cursor) {
    int begin = firstLine(code);
    int end = endOfLine(code, begin);
    Matcher line = CELL_LINE.matcher(code.substring(begin, end));
    if (!line.matches() || begin + line.start(2) > cursor) {
      return null;
    }
    String name = line.group(2);
    if (!startsCellMagic(code.substring(0, begin + line.start(2)) + "x")) {
      return null;
    }
    return new MagicPlace(
        "%%",
        name,
        begin + line.start(2),
        code.substring(begin + line.end(2), end),
        code.substring(Math.min(code.length(), end + 1)));
  }

  /** Begin of the first line that holds {@code %%} after blanks and comments alone. */
  private static int firstLine(String code) {
    int percent = code.indexOf("%%");
    return percent < 0 ? 0 : code.lastIndexOf('\n', percent) + 1;
  }

  private static boolean startsCellMagic(String code) {
    try {
      List<CellScript.Step> steps = CellScanner.scan(code, name -> true).steps();
      return steps.size() == 1 && steps.get(0) instanceof CellCall;
    } catch (MagicUsageException e) {
      return false;
    }
  }

  private static @Nullable MagicPlace lineMagic(String code, int cursor, MagicWords words) {
    int begin = code.lastIndexOf('\n', cursor - 1) + 1;
    int end = endOfLine(code, cursor);
    Matcher line = LAST_LINE.matcher(code.substring(begin, end));
    if (!line.matches() || begin + line.start(2) > cursor) {
      return null;
    }
    String name = line.group(2);
    boolean typing = cursor <= begin + line.end(2);
    String typed = typing ? "x" : name;
    if (!isMagic(code.substring(0, begin + line.start(2)), typed, words, typing)) {
      return null;
    }
    return new MagicPlace(
        "%", name, begin + line.start(2), code.substring(begin + line.end(2), end), "");
  }

  /** Whether a name behind a {@code %} is taken out of the Java of the cell. */
  private static boolean isMagic(String before, String name, MagicWords words, boolean typing) {
    try {
      String java = CellScanner.scan(before + name, typing ? new AnyName(words) : words).java();
      return !java.endsWith("%" + name);
    } catch (MagicUsageException e) {
      return false;
    }
  }

  private static int endOfLine(String code, int from) {
    int end = code.indexOf('\n', from);
    return end < 0 ? code.length() : end;
  }

  /** Takes every name for that of a line magic. */
  private record AnyName(MagicWords words) implements MagicWords {

    @Override
    public boolean isLineMagic(String name) {
      return true;
    }

    @Override
    public boolean takesText(String word) {
      return words.takesText(word);
    }
  }
}
