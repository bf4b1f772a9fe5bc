// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.javadoc;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What JShell says of a name, taken apart.
 *
 * @param owner the class, as it is written: simple or qualified, with dots
 * @param member name of a method or a field, {@code <init>} for a constructor, {@code null} where
 *     the class itself is meant
 * @param parameters types of the parameters without type arguments; {@code null} for fields
 */
record Signature(String owner, @Nullable String member, @Nullable List<String> parameters) {

  static final String CONSTRUCTOR = "<init>";

  /** Parses such as {@code String String.substring(int begin)} or {@code Math.PI:double}. */
  static Signature of(String text) {
    String plain = withoutTypeArguments(text);
    int open = plain.indexOf('(');
    if (open >= 0) {
      String name = lastWord(plain.substring(0, open));
      int dot = name.lastIndexOf('.');
      List<String> parameters = parameters(plain.substring(open + 1, plain.lastIndexOf(')')));
      boolean constructor = Character.isUpperCase(name.charAt(dot + 1));
      return constructor
          ? new Signature(name, CONSTRUCTOR, parameters)
          : new Signature(name.substring(0, Math.max(dot, 0)), name.substring(dot + 1), parameters);
    }
    int colon = plain.indexOf(':');
    if (colon >= 0) {
      String name = plain.substring(0, colon).strip();
      int dot = name.lastIndexOf('.');
      return new Signature(name.substring(0, Math.max(dot, 0)), name.substring(dot + 1), null);
    }
    return new Signature(lastWord(plain), null, null);
  }

  /** A type without its package, type arguments and blanks; a variable number is an array. */
  static String simple(String type) {
    String plain = withoutTypeArguments(type).strip().replace("...", "[]");
    return plain.substring(plain.lastIndexOf('.') + 1);
  }

  private static List<String> parameters(String text) {
    List<String> types = new ArrayList<>();
    for (String parameter : text.split(",", -1)) {
      String each = parameter.strip();
      if (!each.isEmpty()) {
        int blank = each.lastIndexOf(' ');
        types.add(simple(blank < 0 ? each : each.substring(0, blank)));
      }
    }
    return types;
  }

  private static String withoutTypeArguments(String text) {
    StringBuilder plain = new StringBuilder();
    int depth = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      depth += c == '<' ? 1 : 0;
      if (depth == 0) {
        plain.append(c);
      }
      depth -= c == '>' ? 1 : 0;
    }
    return plain.toString();
  }

  private static String lastWord(String text) {
    String stripped = text.strip();
    return stripped.substring(stripped.lastIndexOf(' ') + 1);
  }
}
