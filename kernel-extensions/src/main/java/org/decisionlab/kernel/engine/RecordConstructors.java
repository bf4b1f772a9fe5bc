// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import javax.lang.model.element.Modifier;

/**
 * JShell makes the types of cells public, and the constructors of a public record must be public:
 * they become so, or else {@code record R(int n) { R { ... } }} would be no Java in a cell.
 */
final class RecordConstructors {

  private static final Pattern RECORD =
      Pattern.compile("\\brecord\\s+\\p{javaJavaIdentifierStart}");
  private static final String BEFORE = "class W{";
  private static final String INSERTED = "public ";
  private static final Set<Modifier> ACCESS =
      Set.of(Modifier.PUBLIC, Modifier.PROTECTED, Modifier.PRIVATE);

  private final CompilerPool compilers;
  private final CellFiles files;

  RecordConstructors(CompilerPool compilers, CellFiles files) {
    this.compilers = compilers;
    this.files = files;
  }

  /**
   * A fragment as JShell compiles it.
   *
   * @param fragment the fragment, with more in its source
   * @param inserted where more was inserted into the source as it was, in ascending order
   */
  record Opened(Fragment fragment, List<Integer> inserted) {

    /** Where a place in the source was before. */
    int original(int position) {
      int place = position;
      for (int i = 0; i < inserted.size(); i++) {
        int at = inserted.get(i);
        if (place > at) {
          place = Math.max(at, place - INSERTED.length());
        }
      }
      return place;
    }
  }

  /** What JShell is given in place of a fragment. */
  Opened open(Fragment fragment) {
    boolean type = fragment.form() == Fragment.Form.TYPE || fragment.form() == Fragment.Form.MEMBER;
    if (!type || !RECORD.matcher(fragment.source()).find()) {
      return new Opened(fragment, List.of());
    }
    CompilerPool.Run run =
        new CompilerPool.Run(
            files,
            RunCompiler.OPTIONS,
            new SourceText("W", BEFORE + fragment.source() + "\n}"),
            new ArrayList<>());
    List<Integer> places = compilers.run(run, Set.of(), RecordConstructors::places);
    StringBuilder source = new StringBuilder(fragment.source());
    for (int i = places.size() - 1; i >= 0; i--) {
      source.insert(places.get(i), INSERTED);
    }
    return new Opened(
        new Fragment(fragment.cell(), source.toString(), fragment.offset(), fragment.form()),
        places);
  }

  private static List<Integer> places(JavacTask task) {
    SourcePositions positions = Trees.instance(task).getSourcePositions();
    List<Integer> places = new ArrayList<>();
    try {
      for (CompilationUnitTree unit : task.parse()) {
        for (Tree wrapper : unit.getTypeDecls()) {
          for (Tree member : ((ClassTree) wrapper).getMembers()) {
            if (member.getKind() == Tree.Kind.RECORD) {
              add((ClassTree) member, unit, positions, places);
            }
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Collections.sort(places);
    return places;
  }

  private static void add(
      ClassTree declared, CompilationUnitTree unit, SourcePositions at, List<Integer> places) {
    for (Tree member : declared.getMembers()) {
      if (member instanceof MethodTree method
          && method.getName().contentEquals("<init>")
          && Collections.disjoint(method.getModifiers().getFlags(), ACCESS)) {
        places.add((int) at.getStartPosition(unit, method) - BEFORE.length());
      }
    }
  }
}
