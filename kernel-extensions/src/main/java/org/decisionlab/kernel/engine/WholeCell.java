// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.Diagnostic;
import javax.tools.JavaFileObject;
import org.decisionlab.kernel.engine.Fragment.Form;
import org.jspecify.annotations.Nullable;

/**
 * Reads a cell that declares something as one class before any of it runs, to find what cannot be
 * meant whatever the declarations turn out to be: a name that nothing declares, a type that does
 * not fit. What this class cannot judge, because its variables are local and those of cells are
 * not, it leaves to the compilation that follows.
 */
final class WholeCell {

  private static final Set<String> CERTAIN =
      Set.of(
          "compiler.err.prob.found.req",
          "compiler.err.cant.apply.symbol",
          "compiler.err.cant.apply.symbols",
          "compiler.err.operator.cant.be.applied",
          "compiler.err.operator.cant.be.applied.1",
          "compiler.err.cant.deref",
          "compiler.err.array.req.but.found",
          "compiler.err.foreach.not.applicable.to.type",
          "compiler.err.abstract.cant.be.instantiated",
          "compiler.err.report.access",
          "compiler.err.type.found.req",
          "compiler.err.wrong.number.type.args",
          "compiler.err.cant.infer.local.var.type",
          "compiler.err.ref.ambiguous",
          "compiler.err.incomparable.types",
          "compiler.err.does.not.override.abstract",
          "compiler.err.cant.inherit.from.final",
          "compiler.err.intf.expected.here",
          "compiler.err.no.intf.expected.here",
          "compiler.err.not.exhaustive",
          "compiler.err.not.exhaustive.statement",
          "compiler.err.missing.ret.stmt",
          "compiler.err.break.outside.switch.loop",
          "compiler.err.cont.outside.loop",
          "compiler.err.except.never.thrown.in.try",
          "compiler.err.unreported.exception.need.to.catch.or.throw");
  private static final String UNKNOWN = "compiler.err.cant.resolve";
  private static final Pattern SYMBOL = Pattern.compile("symbol:\\s+\\w+ ([\\p{L}\\p{N}_$]+)");

  private final CompilerPool compilers;
  private final CellFiles files;
  private final CellLoader loader;
  private final Declared declared;

  WholeCell(CompilerPool compilers, CellFiles files, CellLoader loader, Declared declared) {
    this.compilers = compilers;
    this.files = files;
    this.loader = loader;
    this.declared = declared;
  }

  /** What is certainly wrong with a cell; empty if it may be right. */
  List<CompileException.Problem> problems(List<Fragment> fragments) {
    Declared.Scope scope = declared.scope(fragments);
    RunSource source =
        new RunSource(CellNames.WHOLE_CELL, scope.imports(), Map.of(), RunSource.Last.VALUE);
    source.whole(fragments);
    List<Diagnostic<? extends JavaFileObject>> found = new ArrayList<>();
    Map<String, byte[]> visible = loader.compiled(scope.wrappers());
    files.begin(visible);
    CompilerPool.Run run =
        new CompilerPool.Run(
            files, RunCompiler.OPTIONS, new SourceText(CellNames.WHOLE_CELL, source.text()), found);
    Names names = new Names();
    compilers.run(run, visible.keySet(), task -> analyze(task, names));
    if (names.twice || names.all.stream().anyMatch(declared::isType)) {
      return List.of();
    }
    return certain(fragments, source, found, names);
  }

  /**
   * The problems that are certain. Where one of a fragment is not, because a name may mean what is
   * out of sight here, the others of it may only follow from that.
   */
  private static List<CompileException.Problem> certain(
      List<Fragment> fragments,
      RunSource source,
      List<Diagnostic<? extends JavaFileObject>> found,
      Names names) {
    List<CompileException.Problem> problems = new ArrayList<>();
    Set<Fragment> doubtful = new HashSet<>();
    List<Diagnostic<? extends JavaFileObject>> open = new ArrayList<>();
    for (Diagnostic<? extends JavaFileObject> each : found) {
      OptionalInt offset = source.offset(each.getStartPosition());
      if (offset.isEmpty() || each.getKind() != Diagnostic.Kind.ERROR) {
        continue;
      }
      Fragment at = at(fragments, offset.getAsInt());
      if (each.getCode().startsWith(UNKNOWN) && !isCertain(each, names, at)) {
        doubtful.add(at);
      }
      open.add(each);
    }
    for (Diagnostic<? extends JavaFileObject> each : open) {
      int offset = source.offset(each.getStartPosition()).orElseThrow();
      Fragment at = at(fragments, offset);
      boolean follows = doubtful.contains(at) && !each.getCode().startsWith(UNKNOWN);
      if (!follows && isCertain(each, names, at)) {
        int length = (int) Math.max(1, each.getEndPosition() - each.getStartPosition());
        problems.add(Refusals.problem(at.cell(), offset, length, Refusals.words(each)));
      }
    }
    return problems;
  }

  private static boolean analyze(JavacTask task, Names names) {
    try {
      CompilationUnitTree unit = task.parse().iterator().next();
      names.scan(unit, null);
      task.analyze();
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isCertain(Diagnostic<?> problem, Names names, Fragment at) {
    String code = problem.getCode();
    if (CERTAIN.contains(code)) {
      return true;
    }
    // A method or a class may use what a later cell declares.
    boolean later = at.form() == Form.MEMBER || at.form() == Form.TYPE;
    if (!code.startsWith(UNKNOWN) || later) {
      return false;
    }
    Matcher symbol = SYMBOL.matcher(Refusals.words(problem));
    return symbol.find() && !names.all.contains(symbol.group(1));
  }

  private static Fragment at(List<Fragment> fragments, int offset) {
    Fragment found = fragments.get(0);
    for (Fragment each : fragments) {
      if (each.offset() <= offset) {
        found = each;
      }
    }
    return found;
  }

  /** The names that a cell declares. */
  private static final class Names extends TreeScanner<@Nullable Void, @Nullable Void> {

    private final Set<String> all = new HashSet<>();
    private boolean twice;

    @Override
    public @Nullable Void visitClass(ClassTree tree, @Nullable Void nothing) {
      twice |= !all.add(tree.getSimpleName().toString());
      return super.visitClass(tree, null);
    }

    @Override
    public @Nullable Void visitMethod(MethodTree tree, @Nullable Void nothing) {
      all.add(tree.getName().toString());
      return super.visitMethod(tree, null);
    }

    @Override
    public @Nullable Void visitVariable(VariableTree tree, @Nullable Void nothing) {
      all.add(tree.getName().toString());
      return super.visitVariable(tree, null);
    }
  }
}
