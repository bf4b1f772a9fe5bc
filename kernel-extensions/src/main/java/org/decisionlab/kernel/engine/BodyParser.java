// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.BlockTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.EmptyStatementTree;
import com.sun.source.tree.ExpressionStatementTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.ReturnTree;
import com.sun.source.tree.StatementTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import javax.tools.Diagnostic;
import javax.tools.JavaFileObject;
import org.decisionlab.kernel.engine.Fragment.Form;
import org.jspecify.annotations.Nullable;

/** Splits what can be read as the body of a method, which most cells can, in one parse. */
final class BodyParser {

  private static final String BEFORE = "class W{void m()throws Throwable{";
  private static final String AFTER = "\n;}}";
  private static final int MAX_ARGUMENTS = 12;

  /** Statements that declare nothing and leave nothing but themselves. */
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
          Tree.Kind.SYNCHRONIZED,
          Tree.Kind.THROW,
          Tree.Kind.ASSERT,
          Tree.Kind.LABELED_STATEMENT,
          Tree.Kind.BREAK,
          Tree.Kind.CONTINUE,
          Tree.Kind.YIELD);

  private final CompilerPool compilers;
  private final CellFiles files;

  BodyParser(CompilerPool compilers, CellFiles files) {
    this.compilers = compilers;
    this.files = files;
  }

  /**
   * Splits.
   *
   * @param cell the cell
   * @param java Java source in it
   * @param offset where that source begins in the cell
   * @return the fragments, or nothing if this is not the body of a method
   */
  Optional<List<Fragment>> split(CellText cell, String java, int offset) {
    List<Diagnostic<? extends JavaFileObject>> problems = new ArrayList<>();
    CompilerPool.Run run =
        new CompilerPool.Run(
            files, RunCompiler.OPTIONS, new SourceText("W", BEFORE + java + AFTER), problems);
    return compilers.run(
        run, Set.of(), task -> new Body(task, java, problems).fragments(cell, offset));
  }

  /** Looks for a return that would end the cell, not a method or a lambda in it. */
  private static final class Returns extends TreeScanner<Boolean, @Nullable Void> {

    @Override
    public Boolean visitReturn(ReturnTree tree, @Nullable Void nothing) {
      return true;
    }

    @Override
    public Boolean visitClass(ClassTree tree, @Nullable Void nothing) {
      return false;
    }

    @Override
    public Boolean visitLambdaExpression(LambdaExpressionTree tree, @Nullable Void nothing) {
      return false;
    }

    @Override
    public Boolean reduce(@Nullable Boolean one, @Nullable Boolean other) {
      return Boolean.TRUE.equals(one) || Boolean.TRUE.equals(other);
    }
  }

  /** A parsed body. */
  private static final class Body {

    private final SourcePositions positions;
    private final CompilationUnitTree unit;
    private final String java;
    private final List<Diagnostic<? extends JavaFileObject>> problems;

    Body(JavacTask task, String java, List<Diagnostic<? extends JavaFileObject>> problems) {
      this.positions = Trees.instance(task).getSourcePositions();
      this.java = java;
      this.problems = problems;
      try {
        this.unit = task.parse().iterator().next();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    Optional<List<Fragment>> fragments(CellText cell, int offset) {
      List<? extends StatementTree> statements = statements();
      if (statements == null || !acceptable(statements)) {
        return Optional.empty();
      }
      List<Fragment> fragments = new ArrayList<>();
      int begin = 0;
      for (int i = 0; i < statements.size(); i++) {
        StatementTree statement = statements.get(i);
        boolean empty = statement instanceof EmptyStatementTree;
        boolean continues =
            i + 1 < statements.size() && start(statements.get(i + 1)) <= start(statement);
        if (empty || continues) {
          continue;
        }
        boolean several = i > 0 && start(statements.get(i - 1)) >= start(statement);
        int end = (int) Math.min(java.length(), end(statement));
        fragments.add(fragment(cell, offset, begin, end, statement, several));
        begin = end;
      }
      return Optional.of(fragments);
    }

    private Fragment fragment(
        CellText cell, int offset, int begin, int end, StatementTree statement, boolean several) {
      String source = java.substring(begin, end);
      boolean open = isOpen(statement);
      Form form = form(statement);
      if (open && form == Form.STATEMENT && isValue(statement)) {
        return new Fragment(cell, source, offset + begin, Form.EXPRESSION);
      }
      return new Fragment(
          cell,
          open ? source + "\n;" : source,
          offset + begin,
          form,
          several ? null : variable(statement, source));
    }

    private static Form form(StatementTree statement) {
      if (Boolean.TRUE.equals(new Returns().scan(statement, null))) {
        return Form.RETURN;
      }
      if (PLAIN.contains(statement.getKind())) {
        return Form.STATEMENT;
      }
      if (statement instanceof VariableTree) {
        return Form.VARIABLE;
      }
      return statement instanceof ClassTree ? Form.TYPE : Form.MEMBER;
    }

    private @Nullable List<? extends StatementTree> statements() {
      if (unit.getTypeDecls().size() != 1
          || !(unit.getTypeDecls().get(0) instanceof ClassTree type)
          || type.getMembers().size() != 1
          || !(type.getMembers().get(0) instanceof MethodTree method)) {
        return null;
      }
      BlockTree body = method.getBody();
      return body == null ? null : body.getStatements();
    }

    /** Whether nothing is wrong but that the value at the end is not a statement. */
    private boolean acceptable(List<? extends StatementTree> statements) {
      if (problems.stream().noneMatch(each -> each.getKind() == Diagnostic.Kind.ERROR)) {
        return true;
      }
      StatementTree last = statements.isEmpty() ? null : statements.get(statements.size() - 1);
      return problems.size() == 1
          && problems.get(0).getCode().equals("compiler.err.not.stmt")
          && last != null
          && isOpen(last)
          && problems.get(0).getPosition() - BEFORE.length() >= start(last);
    }

    private long start(Tree tree) {
      return positions.getStartPosition(unit, tree) - BEFORE.length();
    }

    private long end(Tree tree) {
      return positions.getEndPosition(unit, tree) - BEFORE.length();
    }

    /** Whether the semicolon of the statement is not the user's. */
    private boolean isOpen(StatementTree statement) {
      return end(statement) > java.length();
    }

    private static boolean isValue(StatementTree statement) {
      return statement instanceof ExpressionStatementTree expression
          && !(expression.getExpression() instanceof AssignmentTree);
    }

    private static @Nullable String variable(StatementTree statement, String source) {
      if (!(statement instanceof VariableTree variable) || variable.getInitializer() == null) {
        return null;
      }
      String name = variable.getName().toString();
      ModifiersTree modifiers = variable.getModifiers();
      boolean plain = modifiers.getFlags().isEmpty() && modifiers.getAnnotations().isEmpty();
      Pattern mention = Pattern.compile("(?<![\\w$])" + Pattern.quote(name) + "(?![\\w$])");
      boolean once = mention.matcher(source).results().limit(2).count() == 1;
      // The compiler takes twice as long to compare two types for each level of their arguments.
      boolean shallow =
          source.chars().filter(c -> c == '<').limit(MAX_ARGUMENTS).count() < MAX_ARGUMENTS;
      return plain && once && shallow ? name : null;
    }
  }
}
