// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.decisionlab.kernel.capture.MethodFacts.Member;
import org.jspecify.annotations.Nullable;

/** The classes of the cells and who calls whom; not safe for use by several threads at once. */
final class CellGraph {

  /** What libraries call on any object. */
  private static final Set<String> UNIVERSAL =
      Set.of("toString", "hashCode", "equals", "compareTo");

  private final UnaryOperator<Set<String>> libraries;
  private final Predicate<String> former;
  private final Map<String, ClassFacts> classes = new HashMap<>();
  private final Map<String, Set<String>> subtypes = new HashMap<>();
  private final Map<String, Member> methods = new HashMap<>();

  /**
   * @param libraries adds to types of libraries their supertypes
   * @param former whether a class has been declared anew
   */
  CellGraph(UnaryOperator<Set<String>> libraries, Predicate<String> former) {
    this.libraries = libraries;
    this.former = former;
  }

  void add(ClassFacts facts) {
    classes.put(facts.name(), facts);
    facts.notebookMethods().forEach(each -> methods.put(each.signature(), each));
    known(facts)
        .forEach(each -> subtypes.computeIfAbsent(each, n -> new HashSet<>()).add(facts.name()));
  }

  void remove(String name) {
    ClassFacts facts = classes.remove(name);
    if (facts != null) {
      known(facts).forEach(each -> subtypes.getOrDefault(each, new HashSet<>()).remove(name));
    }
    subtypes.remove(name);
    methods.values().removeIf(each -> each.owner().equals(name));
  }

  /** The types by which a class may be called. */
  private Set<String> known(ClassFacts facts) {
    return facts.isBare() ? libraries.apply(facts.supertypes()) : facts.supertypes();
  }

  /** Whether a method is one of the notebook: another declaration may take its place. */
  boolean isNotebookMethod(Member method) {
    ClassFacts facts = classes.get(method.owner());
    if (facts == null || !facts.wrapper() || ClassFacts.isTopLevel(method.name())) {
      return false;
    }
    MethodFacts found = facts.methods().get(method.name() + method.descriptor());
    return found != null && found.isDeclared();
  }

  @Nullable ClassFacts get(String name) {
    return classes.get(name);
  }

  /** The classes of cells that extend or implement a type directly. */
  Set<String> subtypes(String type) {
    return subtypes.getOrDefault(type, Set.of());
  }

  /** Whether a class has been declared anew. */
  boolean isFormer(String type) {
    return former.test(type);
  }

  /** The declaration of a method of the notebook that is valid now. */
  Member present(Member called) {
    return methods.getOrDefault(called.signature(), called);
  }

  /** The method that objects of a class have, inherited or not; {@code null} if it has none. */
  @Nullable MethodFacts declared(String owner, String signature) {
    ClassFacts facts = classes.get(owner);
    if (facts == null) {
      return null;
    }
    MethodFacts own = facts.methods().get(signature);
    if (own != null) {
      return own;
    }
    for (String each : facts.supertypes()) {
      MethodFacts inherited = declared(each, signature);
      if (inherited != null) {
        return inherited;
      }
    }
    return null;
  }

  /** The variable that a static field is, or {@code null}. */
  @Nullable Variable variable(String owner, String name) {
    ClassFacts facts = classes.get(owner);
    if (facts == null) {
      return null;
    }
    Variable own = facts.variables().get(name);
    if (own != null) {
      return own;
    }
    for (String each : facts.supertypes()) {
      Variable inherited = variable(each, name);
      if (inherited != null) {
        return inherited;
      }
    }
    return null;
  }

  /**
   * Whether objects of a class hold a snapshot: those that may be called later on, outside of the
   * function that made them, if that reads variables.
   */
  boolean holdsSnapshot(ClassFacts facts) {
    return isFunction(facts)
        ? facts.keepsFunctions() || reach(facts.name()).mayChange()
        : !isBare(facts) && facts.methods().keySet().stream().anyMatch(each -> asked(facts, each));
  }

  /** Whether a method that libraries or streams call on any object reads variables. */
  private boolean asked(ClassFacts facts, String signature) {
    return (isUniversal(signature) || isOfRecord(facts, signature))
        && reach(facts.name() + "." + signature).needsVariables();
  }

  /** Whether it is a constructor by which streams make an object. */
  static boolean isOfRecord(ClassFacts facts, String signature) {
    return facts.isRecord() && signature.startsWith("<init>");
  }

  /**
   * Whether objects of a class are functions. Enums and what extends and implements nothing are
   * data, and so are records of which libraries know nothing: only code of cells calls these.
   */
  boolean isFunction(ClassFacts facts) {
    if (facts.isRecord()) {
      return isKnownOutside(facts);
    }
    return !isBare(facts)
        && (facts.unnamed()
            || facts.supertypes().stream().anyMatch(each -> !ClassFacts.isPlain(each)));
  }

  /** Whether a type is one of a library, too. */
  private boolean isKnownOutside(ClassFacts facts) {
    for (String each : facts.supertypes()) {
      ClassFacts supertype = classes.get(each);
      if (supertype == null ? !ClassFacts.isPlain(each) : isKnownOutside(supertype)) {
        return true;
      }
    }
    return false;
  }

  /** Whether objects of a class can hold no snapshot. */
  boolean isBare(ClassFacts facts) {
    ClassFacts parent = classes.get(facts.superName());
    return facts.isBare() || (parent != null && parent.isBare());
  }

  /** Whether an entry is the class of a constant of an enum. */
  boolean isConstant(String entry) {
    ClassFacts facts = classes.get(entry);
    return facts != null && isBare(facts);
  }

  /**
   * Whether libraries may call, by the methods of a type of the cells, what can hold no snapshot
   * and reads variables: constants of an enum, lambdas of an interface with default methods.
   */
  boolean isBareFunction(String type) {
    ClassFacts facts = classes.get(type);
    return facts != null && isBare(facts) && isKnown(facts) && !reach(type).isNothing();
  }

  /** Whether an entry is the class of a constant of an enum that libraries may call. */
  boolean isConstantFunction(String entry) {
    ClassFacts facts = classes.get(entry);
    return facts != null && !facts.isInterface() && isBare(facts) && isKnown(facts);
  }

  private boolean isKnown(ClassFacts facts) {
    ClassFacts parent = classes.get(facts.superName());
    return isKnownOutside(facts) || (parent != null && isKnown(parent));
  }

  /** Whether libraries call a method on any object. */
  static boolean isUniversal(String signature) {
    return UNIVERSAL.contains(signature.substring(0, signature.indexOf('(')));
  }

  /** What a method reaches, or a class with all of its methods. */
  Reach reach(String entry) {
    ReachSearch search = new ReachSearch(this);
    int dot = entry.indexOf('.');
    if (dot < 0) {
      search.object(entry);
    } else {
      int descriptor = entry.indexOf('(');
      search.call(
          new Member(
              entry.substring(0, dot),
              entry.substring(dot + 1, descriptor),
              entry.substring(descriptor)));
    }
    return search.run();
  }

  /**
   * Whether a body reaches variables through what it calls or makes.
   *
   * @param body what to look at; what it reads itself does not count
   * @param except calls that do not count
   */
  boolean reachesBeyond(MethodFacts body, Set<Member> except) {
    Set<Member> calls = new HashSet<>(body.calls());
    calls.removeAll(except);
    ReachSearch search = new ReachSearch(this);
    search.enqueue(
        new MethodFacts(body.access(), Set.of(), Set.of(), calls, body.creates(), body.mentions()));
    return search.run().needsVariables();
  }
}
