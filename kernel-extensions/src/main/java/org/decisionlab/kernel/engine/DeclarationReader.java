// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.lang.model.element.Modifier;
import org.jspecify.annotations.Nullable;

/** The declarations of a cell, parsed. */
final class DeclarationReader {

  private static final Pattern IGNORED =
      Pattern.compile("\\b(?:public|protected|private|static)\\b");

  private final SourcePositions positions;
  private final CompilationUnitTree unit;
  private final List<WholeSource.Segment> segments;
  private final List<Tree> declared = new ArrayList<>();

  DeclarationReader(JavacTask task, List<WholeSource.Segment> segments) {
    this.positions = Trees.instance(task).getSourcePositions();
    this.segments = segments;
    try {
      this.unit = task.parse().iterator().next();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    for (Tree type : unit.getTypeDecls()) {
      if (type instanceof ClassTree wrapper) {
        declared.addAll(wrapper.getMembers());
        // What is in a method of the user is its own; the last method has the cell's variables.
        Tree last = wrapper.getMembers().get(wrapper.getMembers().size() - 1);
        if (last instanceof MethodTree method && method.getBody() != null) {
          declared.addAll(method.getBody().getStatements());
        }
      }
    }
  }

  List<WholeSource.Piece> pieces(List<Fragment> fragments) {
    return fragments.stream().map(this::piece).toList();
  }

  private WholeSource.Piece piece(Fragment fragment) {
    List<WholeSource.Name> names = new ArrayList<>();
    StringBuilder source = new StringBuilder(fragment.source());
    for (WholeSource.Segment segment : segments) {
      if (!segment.fragment().equals(fragment)) {
        continue;
      }
      for (Tree tree : declared) {
        long start = positions.getStartPosition(unit, tree);
        long end = positions.getEndPosition(unit, tree);
        WholeSource.Name name = segment.holds(start) && segment.holds(end) ? name(tree) : null;
        if (name != null) {
          names.add(name);
          mask(modifiers(tree), segment.begin(), source);
        }
      }
    }
    return new WholeSource.Piece(fragment, List.copyOf(names), source.toString());
  }

  private void mask(ModifiersTree modifiers, int begin, StringBuilder source) {
    int from = (int) positions.getStartPosition(unit, modifiers) - begin;
    int to = (int) positions.getEndPosition(unit, modifiers) - begin;
    if (from < 0 || to <= from) {
      return;
    }
    String masked =
        IGNORED
            .matcher(source.substring(from, to))
            .replaceAll(found -> " ".repeat(found.group().length()));
    source.replace(from, to, masked);
  }

  private static ModifiersTree modifiers(Tree tree) {
    if (tree instanceof ClassTree type) {
      return type.getModifiers();
    }
    return tree instanceof MethodTree method
        ? method.getModifiers()
        : ((VariableTree) tree).getModifiers();
  }

  private static WholeSource.@Nullable Name name(Tree tree) {
    if (tree instanceof ClassTree type) {
      return new WholeSource.Name(type.getSimpleName().toString(), WholeSource.Kind.TYPE, "");
    }
    if (tree instanceof MethodTree method) {
      String parameters =
          method.getParameters().stream()
              .map(each -> String.valueOf(each.getType()))
              .collect(Collectors.joining(","));
      return new WholeSource.Name(
          method.getName().toString(), WholeSource.Kind.METHOD, parameters.replace(" ", ""));
    }
    if (tree instanceof VariableTree variable) {
      Tree type = variable.getType();
      boolean fixed =
          variable.getInitializer() != null
              && variable.getModifiers().getFlags().contains(Modifier.FINAL);
      String name = variable.getName().toString();
      return new WholeSource.Name(
          name, WholeSource.Kind.VARIABLE, type == null ? "" : type.toString(), fixed);
    }
    return null;
  }
}
