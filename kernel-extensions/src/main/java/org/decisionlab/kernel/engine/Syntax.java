// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import com.sun.source.tree.BlockTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.StatementTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URI;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticListener;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;

/** Tells by parsing alone what pieces of a cell are, before anything of the cell runs. */
final class Syntax {

  private static final Set<Tree.Kind> PLAIN =
      EnumSet.of(
          Tree.Kind.EXPRESSION_STATEMENT,
          Tree.Kind.IF,
          Tree.Kind.FOR_LOOP,
          Tree.Kind.ENHANCED_FOR_LOOP,
          Tree.Kind.WHILE_LOOP,
          Tree.Kind.DO_WHILE_LOOP,
          Tree.Kind.TRY,
          Tree.Kind.BLOCK,
          Tree.Kind.SWITCH,
          Tree.Kind.SYNCHRONIZED);

  private final JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
  private final StandardJavaFileManager files;

  Syntax() {
    files = compiler.getStandardFileManager(null, null, null);
    try {
      // Parsing looks nothing up; a long class path would be read for every cell.
      files.setLocation(StandardLocation.CLASS_PATH, List.of());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The form of each source; all are parsed by one run of the parser. */
  List<Fragment.Form> forms(List<String> sources) {
    List<JavaFileObject> units = new ArrayList<>();
    for (int i = 0; i < sources.size(); i++) {
      for (Wrap wrap : Wrap.values()) {
        units.add(new Wrapped(i, wrap, sources.get(i)));
      }
    }
    Set<URI> broken = new HashSet<>();
    DiagnosticListener<JavaFileObject> listener =
        diagnostic -> {
          if (diagnostic.getKind() == Diagnostic.Kind.ERROR && diagnostic.getSource() != null) {
            broken.add(diagnostic.getSource().toUri());
          }
        };
    JavacTask task =
        (JavacTask)
            compiler.getTask(
                Writer.nullWriter(),
                files,
                listener,
                List.of("-proc:none", "-Xmaxerrs", String.valueOf(Integer.MAX_VALUE)),
                null,
                units);
    Map<URI, CompilationUnitTree> trees = new HashMap<>();
    try {
      for (CompilationUnitTree tree : task.parse()) {
        trees.put(tree.getSourceFile().toUri(), tree);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    trees.keySet().removeAll(broken);
    return IntStream.range(0, sources.size()).mapToObj(i -> form(i, trees)).toList();
  }

  private static Fragment.Form form(int index, Map<URI, CompilationUnitTree> valid) {
    if (valid.containsKey(Wrap.EXPRESSION.uri(index))) {
      return Fragment.Form.EXPRESSION;
    }
    CompilationUnitTree block = valid.get(Wrap.STATEMENT.uri(index));
    if (block != null && isPlain(block)) {
      return Fragment.Form.STATEMENT;
    }
    CompilationUnitTree unit = valid.get(Wrap.UNIT.uri(index));
    if (unit != null && !unit.getImports().isEmpty()) {
      return Fragment.Form.IMPORT;
    }
    boolean stands = Stream.of(Wrap.values()).anyMatch(w -> valid.containsKey(w.uri(index)));
    return stands ? Fragment.Form.MEMBER : Fragment.Form.BROKEN;
  }

  private static boolean isPlain(CompilationUnitTree unit) {
    ClassTree type = (ClassTree) unit.getTypeDecls().get(0);
    MethodTree method = (MethodTree) type.getMembers().get(0);
    BlockTree body = method.getBody();
    return body.getStatements().stream().map(StatementTree::getKind).allMatch(PLAIN::contains);
  }

  /** Where a piece of code may stand. */
  private enum Wrap {
    UNIT("", ""),
    MEMBER("class W{", "\n}"),
    STATEMENT("class W{void m()throws Throwable{", "\n}}"),
    EXPRESSION("class W{Object o=(", "\n);}"),
    INITIALIZER("class W{Object o=", "\n}");

    private final String before;
    private final String after;

    Wrap(String before, String after) {
      this.before = before;
      this.after = after;
    }

    URI uri(int index) {
      return URI.create("string:///" + this + index + ".java");
    }
  }

  /** A piece of code in one of its possible places. */
  private static final class Wrapped extends SimpleJavaFileObject {

    private final Wrap wrap;
    private final String source;

    Wrapped(int index, Wrap wrap, String source) {
      super(wrap.uri(index), Kind.SOURCE);
      this.wrap = wrap;
      this.source = source;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return wrap.before + source + wrap.after;
    }
  }
}
