// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.javadoc;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import javax.tools.JavaCompiler;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/** Finds the documentation comment of a declaration in a source file, by parsing alone. */
final class DocComments {

  private DocComments() {}

  /**
   * The comment of a class or of a member of it.
   *
   * @param source text of the file
   * @param type the class
   * @param wanted the member, its owner is not looked at
   */
  static Optional<DocCommentTree> find(String source, Class<?> type, Signature wanted)
      throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    JavacTask task =
        (JavacTask)
            compiler.getTask(null, null, diagnostic -> {}, null, null, List.of(new Text(source)));
    DocTrees trees = DocTrees.instance(task);
    String className = type.getName().substring(type.getName().lastIndexOf('.') + 1);
    for (CompilationUnitTree unit : task.parse()) {
      Finder finder = new Finder(className, wanted);
      finder.scan(unit, null);
      if (finder.found != null) {
        return Optional.ofNullable(trees.getDocCommentTree(finder.found));
      }
    }
    return Optional.empty();
  }

  /** Walks through the declarations of a file. */
  private static final class Finder extends TreePathScanner<@Nullable Void, @Nullable Void> {

    private final String className;
    private final Signature wanted;
    private String at = "";
    private @Nullable TreePath found;

    Finder(String className, Signature wanted) {
      this.className = className;
      this.wanted = wanted;
    }

    @Override
    public @Nullable Void visitClass(ClassTree tree, @Nullable Void none) {
      String before = at;
      at = at.isEmpty() ? tree.getSimpleName().toString() : at + "$" + tree.getSimpleName();
      if (at.equals(className) && wanted.member() == null) {
        found = getCurrentPath();
      } else if (className.startsWith(at)) {
        super.visitClass(tree, null);
      }
      at = before;
      return null;
    }

    @Override
    public @Nullable Void visitMethod(MethodTree tree, @Nullable Void none) {
      List<String> types =
          tree.getParameters().stream()
              .map(parameter -> Signature.simple(String.valueOf(parameter.getType())))
              .toList();
      if (at.equals(className)
          && tree.getName().contentEquals(String.valueOf(wanted.member()))
          && types.equals(wanted.parameters())) {
        found = getCurrentPath();
      }
      return null;
    }

    @Override
    public @Nullable Void visitVariable(VariableTree tree, @Nullable Void none) {
      if (at.equals(className)
          && wanted.parameters() == null
          && tree.getName().contentEquals(String.valueOf(wanted.member()))) {
        found = getCurrentPath();
      }
      return null;
    }
  }

  /** A source file in memory. */
  private static final class Text extends SimpleJavaFileObject {

    private final String source;

    Text(String source) {
      super(URI.create("memory:///Source.java"), Kind.SOURCE);
      this.source = source;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return source;
    }
  }
}
