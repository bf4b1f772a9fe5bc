// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import com.sun.source.util.JavacTask;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.Diagnostic;
import javax.tools.JavaFileObject;
import org.decisionlab.kernel.engine.Fragment.Form;

/**
 * Reads a cell that declares something before any of it runs, to find what cannot be meant whatever
 * happens: a name that nothing declares, a type that does not fit, a method that does not return.
 * What this reading cannot judge, because JShell would take it in another way, it leaves to the
 * compilation that follows.
 */
final class WholeCell {

  /** What depends on how the pieces are put together, not on what the user has written. */
  private static final Set<String> OF_THE_READING =
      Set.of(
          "compiler.err.illegal.combination.of.modifiers",
          "compiler.err.mod.not.allowed.here",
          "compiler.err.repeated.modifier",
          "compiler.err.class.public.should.be.in.file",
          "compiler.err.duplicate.class",
          "compiler.err.same.binary.name",
          "compiler.err.already.defined.single.import",
          "compiler.err.already.defined.static.single.import",
          "compiler.err.already.defined.this.unit",
          "compiler.err.invalid.permits.clause");

  /** What is so of a variable of the cell only because it is read as a local one. */
  private static final Set<String> OF_LOCAL_VARIABLES =
      Set.of(
          "compiler.err.already.defined",
          "compiler.err.cant.ref.non.effectively.final.var",
          "compiler.err.local.var.accessed.from.icls.needs.final",
          "compiler.err.var.might.not.have.been.initialized",
          "compiler.err.var.might.already.be.assigned",
          "compiler.err.var.might.be.assigned.in.loop",
          "compiler.err.try.with.resources.expr.effectively.final.var");

  private static final String UNKNOWN = "compiler.err.cant.resolve";
  private static final String NO_PACKAGE = "compiler.err.doesnt.exist";
  private static final String AMBIGUOUS = "compiler.err.ref.ambiguous";
  private static final Pattern SYMBOL =
      Pattern.compile("(?:symbol:\\s+\\w+|package) ([\\p{L}\\p{N}_$]+)");

  private final Compiler compiler;
  private final Declared declared;
  private final CommonImports imports;

  /**
   * What reads a cell.
   *
   * @param pool runs the compiler
   * @param files where it looks classes up
   * @param loader knows the classes of cells
   */
  record Compiler(CompilerPool pool, CellFiles files, CellLoader loader) {}

  WholeCell(Compiler compiler, Declared declared, CommonImports imports) {
    this.compiler = compiler;
    this.declared = declared;
    this.imports = imports;
  }

  /** What is certainly wrong with a cell; empty if it may be right. */
  List<CompileException.Problem> problems(List<Fragment> fragments) {
    Optional<WholeSource> read = WholeSource.of(fragments, compiler.pool, compiler.files);
    if (read.isEmpty() || read.get().declaresTwice()) {
      return List.of();
    }
    WholeSource source = read.get();
    Declared.Scope scope = declared.scope(fragments, source.names());
    String text = source.write(CellNames.WHOLE_CELL, scope.imports(), imports::preferred);
    Map<String, byte[]> visible = declared.asDeclared(compiler.loader.compiled(scope.wrappers()));
    List<Diagnostic<? extends JavaFileObject>> found = new ArrayList<>();
    compiler.files.begin(visible);
    CompilerPool.Run run =
        new CompilerPool.Run(
            compiler.files, RunCompiler.OPTIONS, new SourceText(CellNames.WHOLE_CELL, text), found);
    compiler.pool.run(run, visible.keySet(), WholeCell::analyze);
    return new Reading(fragments, source).certain(found);
  }

  private static boolean analyze(JavacTask task) {
    try {
      task.analyze();
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the compiler says of a source, judged. */
  private final class Reading {

    private final List<Fragment> fragments;
    private final WholeSource source;
    private final Set<String> own;

    Reading(List<Fragment> fragments, WholeSource source) {
      this.fragments = fragments;
      this.source = source;
      this.own = source.names().stream().map(WholeSource.Name::name).collect(Collectors.toSet());
    }

    /**
     * The problems that are certain. Where one of a fragment is not, because a name may mean what
     * is out of sight here, the others of it may only follow from that.
     */
    List<CompileException.Problem> certain(Collection<Diagnostic<? extends JavaFileObject>> found) {
      Set<Fragment> doubtful = outdated();
      for (Diagnostic<?> each : found) {
        if (isOfAName(each.getCode()) && !isCertain(each)) {
          source.place(each).map(WholeSource.Place::fragment).ifPresent(doubtful::add);
        }
      }
      List<CompileException.Problem> problems = new ArrayList<>();
      for (Diagnostic<?> each : found) {
        Optional<WholeSource.Place> at =
            source.place(each).filter(place -> !doubtful.contains(place.fragment()));
        if (each.getKind() == Diagnostic.Kind.ERROR && at.isPresent() && isCertain(each)) {
          int length = (int) Math.max(1, each.getEndPosition() - each.getStartPosition());
          problems.add(
              Refusals.problem(
                  at.get().fragment().cell(), at.get().offset(), length, declared.words(each)));
        }
      }
      return problems;
    }

    /**
     * The fragments with names that are still of a type which this cell declares again: JShell will
     * give them the new one.
     */
    private Set<Fragment> outdated() {
      Set<Fragment> outdated = new HashSet<>();
      boolean again =
          source.names().stream()
              .filter(each -> each.kind() == WholeSource.Kind.TYPE)
              .anyMatch(each -> declared.isType(each.name()));
      if (!again) {
        return outdated;
      }
      Set<String> names = new HashSet<>();
      boolean more = true;
      while (more) {
        more = false;
        for (Fragment each : fragments) {
          Set<String> words = Declared.words(each.source());
          boolean old =
              words.stream().anyMatch(word -> !own.contains(word) && declared.knows(word));
          if ((old || !Collections.disjoint(words, names)) && outdated.add(each)) {
            source.names(each).forEach(name -> names.add(name.name()));
            more = true;
          }
        }
      }
      return outdated;
    }

    private boolean isCertain(Diagnostic<?> problem) {
      String code = problem.getCode();
      if (isOfAName(code) && !isOfImport(problem)) {
        return isUnknown(problem);
      }
      Optional<Fragment> at = source.place(problem).map(WholeSource.Place::fragment);
      if (at.isEmpty() || OF_THE_READING.contains(code) || code.contains("sealed")) {
        return false;
      }
      if (at.get().form() == Form.IMPORT) {
        return code.equals(NO_PACKAGE);
      }
      if (code.equals(AMBIGUOUS)) {
        return own.stream().noneMatch(declared::knows) && importsComeFirst();
      }
      boolean local = !isMember(at.get()) && OF_LOCAL_VARIABLES.contains(code);
      return !(local && own.contains(source.word(problem.getPosition())));
    }

    /** A name that nothing declares; where two more follow it, it is taken for a package. */
    private static boolean isOfAName(String code) {
      return code.startsWith(UNKNOWN) || code.equals(NO_PACKAGE);
    }

    private boolean isOfImport(Diagnostic<?> problem) {
      return source
          .place(problem)
          .filter(place -> place.fragment().form() == Form.IMPORT)
          .isPresent();
    }

    private boolean isUnknown(Diagnostic<?> problem) {
      boolean member =
          source.place(problem).map(WholeSource.Place::fragment).filter(this::isMember).isPresent();
      if (member) {
        // A method or a class may use names of a later cell; a class that is there has its members.
        return !problem.getCode().equals(NO_PACKAGE) && source.at(problem.getPosition()) == '.';
      }
      Matcher symbol = SYMBOL.matcher(problem.getMessage(Locale.ENGLISH));
      return symbol.find()
          && !own.contains(symbol.group(1))
          && !declared.isWaiting(symbol.group(1));
    }

    private boolean isMember(Fragment fragment) {
      return fragment.form() == Form.TYPE
          || (fragment.form() == Form.MEMBER
              && source.names(fragment).stream()
                  .noneMatch(each -> each.kind() == WholeSource.Kind.VARIABLE));
    }

    private boolean importsComeFirst() {
      boolean other = false;
      for (Fragment each : fragments) {
        if (each.form() == Form.IMPORT && other) {
          return false;
        }
        other |= each.form() != Form.IMPORT;
      }
      return true;
    }
  }
}
