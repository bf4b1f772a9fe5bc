// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.display;

import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.util.Set;
import org.dflib.jjava.jupyter.kernel.display.DisplayDataRenderable;
import org.dflib.jjava.jupyter.kernel.display.RenderContext;
import org.dflib.jjava.jupyter.kernel.display.mime.MIMEType;

/**
 * Source text that the front end renders: HTML, Markdown, LaTeX, SVG, JSON, plain text. It is shown
 * as it is; text of unknown origin must be escaped first.
 *
 * @param type its MIME type
 * @param source the source text
 */
public record Markup(MIMEType type, String source) implements DisplayDataRenderable {

  /** Text as it is. */
  public static Markup plain(String source) {
    return new Markup(MIMEType.TEXT_PLAIN, source);
  }

  /** HTML. */
  public static Markup html(String source) {
    return new Markup(MIMEType.TEXT_HTML, source);
  }

  /** Markdown. */
  public static Markup markdown(String source) {
    return new Markup(MIMEType.TEXT_MARKDOWN, source);
  }

  /** LaTeX with its delimiters, such as {@code $x^2$}. */
  public static Markup latex(String source) {
    return new Markup(MIMEType.TEXT_LATEX, source);
  }

  /** A drawing: one {@code <svg>} element. */
  public static Markup svg(String source) {
    return new Markup(MIMEType.IMAGE_SVG, source);
  }

  /**
   * JSON, which the front end shows as a tree.
   *
   * @throws IllegalArgumentException if the text is not JSON
   */
  public static Markup json(String source) {
    try {
      return new Markup(MIMEType.APPLICATION_JSON, JsonParser.parseString(source).toString());
    } catch (JsonParseException e) {
      throw new IllegalArgumentException("this is not JSON: " + e.getMessage(), e);
    }
  }

  @Override
  public Set<MIMEType> getSupportedRenderTypes() {
    return Set.of(type);
  }

  @Override
  public void render(RenderContext context) {
    boolean tree = type.equals(MIMEType.APPLICATION_JSON);
    context.renderIfRequested(type, () -> tree ? JsonParser.parseString(source) : source);
  }

  @Override
  public String toString() {
    return source;
  }
}
