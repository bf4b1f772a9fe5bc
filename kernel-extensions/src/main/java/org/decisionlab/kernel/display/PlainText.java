// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.display;

import java.lang.reflect.Array;
import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The text of a value: arrays and collections by their elements, long ones cut with a count. */
public final class PlainText {

  private static final int MAX_ELEMENTS = 50;
  private static final int MAX_DEPTH = 4;
  private static final int MAX_CHARACTERS = 20_000;

  private PlainText() {}

  /** The text; never fails and never is longer than about {@value #MAX_CHARACTERS} characters. */
  public static String of(@Nullable Object value) {
    StringBuilder text = new StringBuilder();
    try {
      append(text, value, 0);
    } catch (RuntimeException | StackOverflowError e) {
      String type = value == null ? "null" : value.getClass().getName();
      return "(the text of a " + type + " cannot be had: " + e + ")";
    }
    if (text.length() <= MAX_CHARACTERS) {
      return text.toString();
    }
    int length = text.length();
    text.setLength(MAX_CHARACTERS);
    return text.append("... (").append(length).append(" characters)").toString();
  }

  private static void append(StringBuilder text, @Nullable Object value, int depth) {
    if (value != null && value.getClass().isArray()) {
      appendArray(text, value, depth);
    } else if (value instanceof Collection<?> collection && depth < MAX_DEPTH) {
      appendAll(text, collection, depth);
    } else if (value instanceof Map<?, ?> map && depth < MAX_DEPTH) {
      appendEntries(text, map, depth);
    } else {
      text.append(value);
    }
  }

  private static void appendArray(StringBuilder text, Object array, int depth) {
    int length = Array.getLength(array);
    if (depth >= MAX_DEPTH) {
      text.append(array.getClass().getComponentType().getSimpleName());
      text.append('[').append(length).append(']');
      return;
    }
    text.append('[');
    for (int i = 0; i < Math.min(length, MAX_ELEMENTS); i++) {
      text.append(i == 0 ? "" : ", ");
      append(text, Array.get(array, i), depth + 1);
    }
    more(text, length);
    text.append(']');
  }

  private static void appendAll(StringBuilder text, Collection<?> collection, int depth) {
    text.append('[');
    Iterator<?> elements = collection.iterator();
    for (int i = 0; i < MAX_ELEMENTS && elements.hasNext(); i++) {
      text.append(i == 0 ? "" : ", ");
      append(text, elements.next(), depth + 1);
    }
    more(text, collection.size());
    text.append(']');
  }

  private static void appendEntries(StringBuilder text, Map<?, ?> map, int depth) {
    text.append('{');
    int count = 0;
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      if (count == MAX_ELEMENTS) {
        break;
      }
      text.append(count++ == 0 ? "" : ", ");
      append(text, entry.getKey(), depth + 1);
      text.append('=');
      append(text, entry.getValue(), depth + 1);
    }
    more(text, map.size());
    text.append('}');
  }

  private static void more(StringBuilder text, int size) {
    if (size > MAX_ELEMENTS) {
      text.append(", ... ").append(size - MAX_ELEMENTS).append(" more of ").append(size);
    }
  }
}
