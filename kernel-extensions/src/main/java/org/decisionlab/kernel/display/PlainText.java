// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.display;

import java.lang.reflect.Array;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.BaseStream;
import org.jspecify.annotations.Nullable;

/**
 * The text of a value: arrays, collections and maps by their elements, long ones cut with a count.
 * Streams and iterators are not consumed. Whatever fails on the way is told in its place.
 */
public final class PlainText {

  private static final String CELLS = "REPL.$";
  private static final String WRAPPER = "REPL\\.\\$(JShell|Cell)\\$\\d+[A-Z]*[.$]";
  private static final int MAX_DEPTH = 4;
  private static final int MAX_ELEMENT_CHARACTERS = 1_000;

  private final DisplayLimits limits;
  private final StringBuilder text = new StringBuilder();
  private final Set<Object> around = Collections.newSetFromMap(new IdentityHashMap<>());
  private boolean leftOut;

  private PlainText(DisplayLimits limits) {
    this.limits = limits;
  }

  /** The text under the standard limits. */
  public static String of(@Nullable Object value) {
    return of(value, DisplayLimits.STANDARD);
  }

  /** The text; never fails, and is hardly longer than the limit of characters. */
  public static String of(@Nullable Object value, DisplayLimits limits) {
    PlainText writer = new PlainText(limits);
    writer.append(value, 0);
    StringBuilder text = writer.text;
    int length = text.length();
    if (length <= limits.characters()) {
      return text.toString();
    }
    int kept = TextCut.boundary(text, limits.characters());
    text.setLength(kept);
    text.append("...\n(").append(NumberText.count(kept)).append(" characters of ");
    text.append(writer.leftOut ? "more" : NumberText.count(length));
    return text.append("; display(x, limits().characters(...)) shows more)").toString();
  }

  private void append(@Nullable Object value, int depth) {
    if (value == null) {
      text.append("null");
    } else if (value.getClass().isArray()) {
      within(value, depth, () -> appendArray(value, depth));
    } else if (value instanceof Collection<?> collection) {
      within(value, depth, () -> appendAll(collection, depth));
    } else if (value instanceof Map<?, ?> map) {
      within(value, depth, () -> appendEntries(map, depth));
    } else if (value instanceof Optional<?> optional && optional.isPresent()) {
      once(
          value,
          () -> {
            text.append("Optional[");
            append(optional.get(), depth + 1);
            text.append(']');
          });
    } else if (value instanceof Map.Entry<?, ?> entry) {
      once(value, () -> appendEntry(entry, depth));
    } else {
      appendOne(value, depth);
    }
  }

  private void within(Object value, int depth, Runnable elements) {
    once(value, depth < MAX_DEPTH ? elements : () -> appendSize(value));
  }

  private void once(Object value, Runnable content) {
    if (!around.add(value)) {
      text.append("(itself)");
      return;
    }
    try {
      content.run();
    } catch (RuntimeException | Error e) {
      ValueFailure.requireOwn(e);
      text.append("(its elements cannot be had: ").append(message(e)).append(')');
    } finally {
      around.remove(value);
    }
  }

  private void appendSize(Object value) {
    if (value.getClass().isArray()) {
      text.append(value.getClass().getComponentType().getSimpleName());
      text.append('[').append(Array.getLength(value)).append(']');
    } else {
      int size = value instanceof Map<?, ?> map ? map.size() : ((Collection<?>) value).size();
      text.append("(").append(size).append(" elements)");
    }
  }

  private void appendArray(Object array, int depth) {
    int length = Array.getLength(array);
    text.append('[');
    for (int i = 0; i < Math.min(length, limits.elements()) && hasRoom(); i++) {
      text.append(i == 0 ? "" : ", ");
      append(Array.get(array, i), depth + 1);
    }
    more(length);
    text.append(']');
  }

  private void appendAll(Collection<?> collection, int depth) {
    text.append('[');
    Iterator<?> elements = collection.iterator();
    for (int i = 0; i < limits.elements() && elements.hasNext() && hasRoom(); i++) {
      text.append(i == 0 ? "" : ", ");
      append(elements.next(), depth + 1);
    }
    more(collection.size());
    text.append(']');
  }

  private void appendEntries(Map<?, ?> map, int depth) {
    text.append('{');
    int count = 0;
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      if (count == limits.elements() || !hasRoom()) {
        break;
      }
      text.append(count++ == 0 ? "" : ", ");
      appendEntry(entry, depth);
    }
    more(map.size());
    text.append('}');
  }

  private void appendEntry(Map.Entry<?, ?> entry, int depth) {
    append(entry.getKey(), depth + 1);
    text.append('=');
    append(entry.getValue(), depth + 1);
  }

  private void appendOne(Object value, int depth) {
    String own = ownText(value);
    if (depth == 0 || own.length() <= MAX_ELEMENT_CHARACTERS) {
      text.append(own);
      return;
    }
    text.append(own, 0, TextCut.boundary(own, MAX_ELEMENT_CHARACTERS));
    text.append("... (").append(NumberText.count(own.length())).append(" characters)");
  }

  private static String ownText(Object value) {
    try {
      if (value instanceof BaseStream<?, ?>) {
        return "a stream, not consumed (toList() gives its elements)";
      }
      if (value instanceof Iterator<?> && hasNoText(value)) {
        return "an iterator, not consumed";
      }
      return ownName(value, String.valueOf(value.toString()));
    } catch (RuntimeException | Error e) {
      ValueFailure.requireOwn(e);
      return "(the text of a " + name(value.getClass()) + " cannot be had: " + message(e) + ")";
    }
  }

  /** The text without what the compiler of cells puts around the name of the class. */
  private static String ownName(Object value, String text) {
    String name = value.getClass().getName();
    return name.startsWith(CELLS) && text.startsWith(name + "@")
        ? name(value.getClass()) + text.substring(name.length())
        : text;
  }

  private static String name(Class<?> type) {
    if (!type.getName().startsWith(CELLS)) {
      return type.getName();
    }
    String written = type.getName().replaceFirst(WRAPPER, "").replace('$', '.');
    boolean anonymous = type.isAnonymousClass() || written.contains("JShell.anonymous.");
    return type.isHidden() ? "lambda" : anonymous ? "anonymous" : written;
  }

  private static boolean hasNoText(Object value) {
    try {
      return value.getClass().getMethod("toString").getDeclaringClass() == Object.class;
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException("every object has toString()", e);
    }
  }

  /** What a throwable says; its own text may fail, too. */
  static String message(Throwable thrown) {
    try {
      return TextCut.head(thrown.toString(), MAX_ELEMENT_CHARACTERS);
    } catch (RuntimeException | Error e) {
      ValueFailure.requireOwn(e);
      return thrown.getClass().getName();
    }
  }

  private boolean hasRoom() {
    leftOut |= text.length() > limits.characters();
    return !leftOut;
  }

  private void more(int size) {
    if (size > limits.elements()) {
      text.append(", ... ").append(size - limits.elements()).append(" more of ").append(size);
    }
  }
}
