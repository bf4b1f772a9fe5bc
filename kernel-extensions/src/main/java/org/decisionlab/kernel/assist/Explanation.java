// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.assist;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a name.
 *
 * @param parts declarations, each with its documentation
 */
public record Explanation(List<Part> parts) {

  public Explanation {
    parts = List.copyOf(parts);
  }

  /**
   * One declaration.
   *
   * @param code its signature or source, or help in lines
   * @param documentation Markdown, if there is any
   */
  public record Part(String code, @Nullable String documentation) {}

  /** As plain text. */
  public String plain() {
    return parts.stream()
        .map(
            part ->
                part.documentation == null
                    ? part.code
                    : part.code
                        + "\n\n"
                        + part.documentation
                            .replace("```java\n", "")
                            .replaceAll("```|`|\\*\\*", ""))
        .collect(Collectors.joining("\n\n"));
  }

  /** As Markdown. */
  public String markdown() {
    return parts.stream()
        .map(
            part ->
                "```java\n"
                    + part.code
                    + "\n```"
                    + (part.documentation == null ? "" : "\n\n" + part.documentation))
        .collect(Collectors.joining("\n\n"));
  }

  /** As HTML; nothing of the sources is taken for markup. */
  public String html() {
    List<String> blocks = new ArrayList<>();
    for (Part part : parts) {
      blocks.add("<pre>" + escape(part.code) + "</pre>");
      if (part.documentation != null) {
        blocks.add(documentation(part.documentation));
      }
    }
    return String.join("\n", blocks);
  }

  private static String documentation(String markdown) {
    StringBuilder html = new StringBuilder();
    boolean code = false;
    for (String piece : markdown.split("```(?:java\n)?", -1)) {
      if (code) {
        html.append("<pre>").append(escape(piece.strip())).append("</pre>");
      } else {
        for (String paragraph : piece.strip().split("\n{2,}", -1)) {
          html.append("<p>").append(inline(escape(paragraph))).append("</p>");
        }
      }
      code = !code;
    }
    return html.toString();
  }

  private static String inline(String escaped) {
    return escaped
        .replaceAll("`([^`]*)`", "<code>$1</code>")
        .replaceAll("\\*\\*([^*]*)\\*\\*", "<b>$1</b>")
        .replace("\n", "<br>");
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
