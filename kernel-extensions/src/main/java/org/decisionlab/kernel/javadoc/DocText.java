// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.javadoc;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.DocTree;
import com.sun.source.doctree.EndElementTree;
import com.sun.source.doctree.EntityTree;
import com.sun.source.doctree.LinkTree;
import com.sun.source.doctree.LiteralTree;
import com.sun.source.doctree.ParamTree;
import com.sun.source.doctree.ReturnTree;
import com.sun.source.doctree.SinceTree;
import com.sun.source.doctree.StartElementTree;
import com.sun.source.doctree.TextTree;
import com.sun.source.doctree.ThrowsTree;
import com.sun.source.util.SimpleDocTreeVisitor;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes a documentation comment as Markdown. */
final class DocText extends SimpleDocTreeVisitor<@Nullable Void, @Nullable Void> {

  private static final Map<String, String> ENTITIES =
      Map.of(
          "lt", "<", "gt", ">", "amp", "&", "nbsp", " ", "quot", "\"", "ndash", "-", "mdash", "-");
  private static final Map<String, String> OPENING =
      Map.ofEntries(
          Map.entry("p", "\n\n"),
          Map.entry("li", "\n- "),
          Map.entry("br", "\n"),
          Map.entry("pre", "\n\n```java\n"),
          Map.entry("code", "`"),
          Map.entry("tt", "`"),
          Map.entry("b", "**"),
          Map.entry("strong", "**"),
          Map.entry("h2", "\n\n**"),
          Map.entry("h3", "\n\n**"),
          Map.entry("tr", "\n"),
          Map.entry("td", " "),
          Map.entry("dt", "\n- "),
          Map.entry("dd", ": "));
  private static final Map<String, String> CLOSING =
      Map.of(
          "pre",
          "\n```\n\n",
          "code",
          "`",
          "tt",
          "`",
          "b",
          "**",
          "strong",
          "**",
          "h2",
          "**\n\n",
          "h3",
          "**\n\n",
          "ul",
          "\n\n",
          "ol",
          "\n\n");

  private final StringBuilder text = new StringBuilder();
  private boolean preformatted;
  private int preformattedFrom;

  private DocText() {}

  /** The Markdown of a comment. */
  static String of(DocCommentTree comment) {
    DocText writer = new DocText();
    writer.write(comment.getFullBody());
    writer.text.append("\n\n");
    writer.write(comment.getBlockTags());
    return writer
        .text
        .toString()
        .replaceAll("[ \\t]+\\n", "\n")
        .replaceAll("\\n{3,}", "\n\n")
        .replaceAll("```java\\n+", "```java\n")
        .replaceAll("\\n+```\\n", "\n```\n")
        .strip();
  }

  private void write(List<? extends DocTree> trees) {
    trees.forEach(tree -> tree.accept(this, null));
  }

  @Override
  protected @Nullable Void defaultAction(DocTree tree, @Nullable Void none) {
    return null;
  }

  @Override
  public @Nullable Void visitText(TextTree tree, @Nullable Void none) {
    text.append(preformatted ? tree.getBody() : tree.getBody().replaceAll("\\s*\\n\\s*", " "));
    return null;
  }

  @Override
  public @Nullable Void visitEntity(EntityTree tree, @Nullable Void none) {
    String name = tree.getName().toString();
    text.append(ENTITIES.getOrDefault(name, "&" + name + ";"));
    return null;
  }

  @Override
  public @Nullable Void visitLiteral(LiteralTree tree, @Nullable Void none) {
    String body = tree.getBody().getBody();
    boolean code = tree.getKind() == DocTree.Kind.CODE && !preformatted;
    text.append(code ? "`" + body.replaceAll("\\s+", " ") + "`" : body);
    return null;
  }

  @Override
  public @Nullable Void visitLink(LinkTree tree, @Nullable Void none) {
    if (tree.getLabel().isEmpty()) {
      String name = tree.getReference().getSignature();
      text.append('`').append(name.startsWith("#") ? name.substring(1) : name.replace('#', '.'));
      text.append('`');
    } else {
      write(tree.getLabel());
    }
    return null;
  }

  @Override
  public @Nullable Void visitStartElement(StartElementTree tree, @Nullable Void none) {
    String name = tree.getName().toString().toLowerCase(Locale.ROOT);
    preformatted |= name.equals("pre");
    text.append(preformatted && !name.equals("pre") ? "" : OPENING.getOrDefault(name, ""));
    preformattedFrom = name.equals("pre") ? text.length() : preformattedFrom;
    return null;
  }

  @Override
  public @Nullable Void visitEndElement(EndElementTree tree, @Nullable Void none) {
    String name = tree.getName().toString().toLowerCase(Locale.ROOT);
    if (preformatted && name.equals("pre")) {
      preformatted = false;
      // How much of the indentation is left depends on the JDK that has parsed the comment.
      String lines = text.substring(preformattedFrom).stripTrailing().stripIndent();
      text.replace(preformattedFrom, text.length(), lines);
    }
    text.append(preformatted ? "" : CLOSING.getOrDefault(name, ""));
    return null;
  }

  @Override
  public @Nullable Void visitParam(ParamTree tree, @Nullable Void none) {
    return tag("`" + tree.getName() + "`", tree.getDescription());
  }

  @Override
  public @Nullable Void visitReturn(ReturnTree tree, @Nullable Void none) {
    return tag("returns", tree.getDescription());
  }

  @Override
  public @Nullable Void visitThrows(ThrowsTree tree, @Nullable Void none) {
    return tag("throws `" + tree.getExceptionName() + "`", tree.getDescription());
  }

  @Override
  public @Nullable Void visitSince(SinceTree tree, @Nullable Void none) {
    return tag("since", tree.getBody());
  }

  private @Nullable Void tag(String name, List<? extends DocTree> description) {
    text.append("\n- ").append(name).append(": ");
    write(description);
    return null;
  }
}
