// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import javax.lang.model.element.Element;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.TypeMirror;
import javax.tools.Diagnostic;
import javax.tools.JavaFileObject;
import org.decisionlab.kernel.engine.RunSource.Last;
import org.jspecify.annotations.Nullable;

/**
 * Compiles consecutive statements of a cell, with the expression at its end, by one run of the
 * compiler to a class of their own: JShell takes four runs for each.
 */
final class RunCompiler {

  /** Options of every run of the compiler: it is kept only for the same ones. */
  static final List<String> OPTIONS = List.of("-proc:none", "-nowarn");

  private static final String NO_TYPE = "compiler.err.cant.infer.local.var.type";
  private static final Set<String> TOO_LONG =
      Set.of("compiler.err.limit.code", "compiler.err.limit.code.too.large.for.try.stmt");

  private static final Set<String> LIMIT =
      Set.of(
          "compiler.err.limit.string",
          "compiler.err.limit.string.overflow",
          "compiler.err.limit.pool",
          "compiler.err.limit.code",
          "compiler.err.limit.code.too.large.for.try.stmt",
          "compiler.err.limit.stack",
          "compiler.err.limit.locals",
          "compiler.err.limit.dimensions");

  private final CompilerPool compilers;
  private final CellFiles files;
  private final CellLoader loader;
  private final Declared declared;
  private Set<String> known = Set.of();
  private int count;

  RunCompiler(CompilerPool compilers, CellFiles files, CellLoader loader, Declared declared) {
    this.compilers = compilers;
    this.files = files;
    this.loader = loader;
    this.declared = declared;
  }

  /** What became of a run. */
  sealed interface Result {}

  /**
   * Classes to define and run.
   *
   * @param name name of the class whose method {@code do_it$} is to be called
   * @param classes class files by name
   */
  record Compiled(String name, Map<String, byte[]> classes) implements Result {}

  /** The run is not Java in this place; the problems say why. */
  record Refused(List<CompileException.Problem> problems) implements Result {}

  /** Not for this compiler: a variable gets another type, or what is wrong is not the user's. */
  record Unfit() implements Result {}

  /** Compiles. */
  Result compile(List<Fragment> parts) {
    Map<String, String> fields = new HashMap<>();
    for (Fragment part : parts) {
      if (part.variable() != null) {
        String wrapper = declared.variable(part.variable());
        if (wrapper == null) {
          return new Unfit();
        }
        fields.put(part.variable(), wrapper);
      }
    }
    Attempt first = new Attempt(parts, fields, Last.VALUE, false);
    Attempt attempt = first;
    if (first.has(Set.of(NO_TYPE))) {
      boolean nothing = first.says("void");
      attempt = new Attempt(parts, fields, nothing ? Last.STATEMENT : Last.OBJECT, false);
      if (!attempt.errors().isEmpty() && !attempt.has(TOO_LONG)) {
        attempt = first;
      }
    }
    boolean tooLong = attempt.has(TOO_LONG);
    if (tooLong && parts.size() > 1) {
      attempt = new Attempt(parts, fields, attempt.last, true);
    }
    if (tooLong || attempt.has(LIMIT)) {
      // The compiler keeps what it could not write, and fails on what it compiles next.
      compilers.forget();
    }
    return attempt.result();
  }

  /** One try. */
  private final class Attempt {

    private final List<Diagnostic<? extends JavaFileObject>> problems = new ArrayList<>();
    private final List<Fragment> parts;
    private final Last last;
    private final String name = CellNames.ofRun(++count);
    private final RunSource source;
    private final boolean sameTypes;
    private final Map<String, byte[]> classes;

    Attempt(List<Fragment> parts, Map<String, String> fields, Last last, boolean apart) {
      this.parts = parts;
      this.last = last;
      Declared.Scope scope = declared.scope(parts);
      String simpleName = name.substring(name.indexOf('.') + 1);
      RunSource empty = new RunSource(simpleName, scope.imports(), fields, last);
      this.source = apart ? empty.apart(parts) : empty.together(parts);
      Map<String, byte[]> visible = declared.asDeclared(loader.compiled(scope.wrappers()));
      files.begin(visible);
      CompilerPool.Run run =
          new CompilerPool.Run(files, OPTIONS, new SourceText(simpleName, source.text()), problems);
      Set<String> before = known;
      known = visible.keySet();
      this.sameTypes = compilers.run(run, before, this::compile);
      this.classes = files.written();
    }

    private boolean compile(JavacTask task) {
      try {
        CompilationUnitTree unit = task.parse().iterator().next();
        task.analyze();
        boolean same = new Carried(task, source).allIn(unit);
        if (same && errors().isEmpty()) {
          task.generate();
        }
        return same;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    List<Diagnostic<? extends JavaFileObject>> errors() {
      return problems.stream().filter(each -> each.getKind() == Diagnostic.Kind.ERROR).toList();
    }

    boolean has(Set<String> codes) {
      return problems.stream().anyMatch(each -> codes.contains(each.getCode()));
    }

    boolean says(String word) {
      return problems.stream().anyMatch(each -> Refusals.words(each).contains(word));
    }

    Result result() {
      List<CompileException.Problem> refusals = new ArrayList<>();
      CellText cell = parts.get(0).cell();
      for (Diagnostic<? extends JavaFileObject> each : errors()) {
        OptionalInt offset =
            TOO_LONG.contains(each.getCode())
                ? OptionalInt.of(source.offsetAfter(each.getStartPosition()))
                : source.offset(each.getStartPosition());
        if (offset.isEmpty()) {
          return new Unfit();
        }
        long length = Math.max(1, each.getEndPosition() - each.getStartPosition());
        refusals.add(Refusals.problem(cell, offset.getAsInt(), (int) length, declared.words(each)));
      }
      if (!sameTypes) {
        // What seems wrong may be right with the new type.
        return new Unfit();
      }
      return refusals.isEmpty() ? new Compiled(name, classes) : new Refused(refusals);
    }
  }

  /** Finds out whether variables that are declared again have the type that they had. */
  private static final class Carried extends TreePathScanner<Boolean, @Nullable Void> {

    private final JavacTask task;
    private final Trees trees;
    private final RunSource source;

    Carried(JavacTask task, RunSource source) {
      this.task = task;
      this.trees = Trees.instance(task);
      this.source = source;
    }

    boolean allIn(CompilationUnitTree unit) {
      return !Boolean.FALSE.equals(scan(unit, null));
    }

    @Override
    public @Nullable Boolean visitVariable(VariableTree tree, @Nullable Void nothing) {
      CompilationUnitTree unit = getCurrentPath().getCompilationUnit();
      long position = trees.getSourcePositions().getStartPosition(unit, tree);
      String name = tree.getName().toString();
      String wrapper = source.field(name, position);
      Boolean same =
          wrapper == null || isSame(wrapper, name, trees.getTypeMirror(getCurrentPath()));
      return reduce(same, super.visitVariable(tree, null));
    }

    @Override
    public Boolean reduce(@Nullable Boolean one, @Nullable Boolean other) {
      return !Boolean.FALSE.equals(one) && !Boolean.FALSE.equals(other);
    }

    private boolean isSame(String wrapper, String name, @Nullable TypeMirror type) {
      TypeElement holder = task.getElements().getTypeElement(wrapper);
      if (holder == null || type == null) {
        return false;
      }
      return holder.getEnclosedElements().stream()
          .filter(each -> each.getKind().isField())
          .filter(each -> each.getSimpleName().contentEquals(name))
          .map(Element::asType)
          .filter(Objects::nonNull)
          .anyMatch(field -> task.getTypes().isSameType(field, type));
    }
  }
}
