// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.decisionlab.kernel.capture.MethodFacts.Member;
import org.decisionlab.kernel.capture.runtime.MethodSite;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Type;

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
  private static boolean isOfRecord(ClassFacts facts, String signature) {
    return facts.isRecord() && signature.startsWith("<init>");
  }

  /**
   * Whether objects of a class are functions. Enums and what extends and implements nothing are
   * data, and so are records of which libraries know nothing: only code of cells calls these.
   */
  private boolean isFunction(ClassFacts facts) {
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

  private boolean isBare(ClassFacts facts) {
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

  private static boolean isUniversal(String signature) {
    return UNIVERSAL.contains(signature.substring(0, signature.indexOf('(')));
  }

  /** What a method reaches, or a class with all of its methods. */
  Reach reach(String entry) {
    Search search = new Search();
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
    Search search = new Search();
    search.enqueue(
        new MethodFacts(body.access(), Set.of(), Set.of(), calls, body.creates(), body.mentions()));
    return search.run().needsVariables();
  }

  /** One walk over the graph. */
  private final class Search {

    private final Reach reach = new Reach();
    private final Set<Object> seen = new HashSet<>();
    private final Set<MethodFacts> visited = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Deque<MethodFacts> waiting = new ArrayDeque<>();

    Reach run() {
      while (!waiting.isEmpty()) {
        visit(waiting.remove());
      }
      return reach;
    }

    /** An object of which nothing but its class is known: any of its methods may be called. */
    void object(String type) {
      create(type);
      ClassFacts facts = classes.get(type);
      if (facts != null && isBare(facts)) {
        facts.methods().values().forEach(this::enqueue);
        object(facts.superName());
      }
    }

    void create(String type) {
      ClassFacts facts = classes.get(type);
      if (facts == null || !seen.add("new " + type)) {
        return;
      }
      mention(type);
      // No search by supertypes leads to a former class: only what makes its objects has them.
      boolean function = isFunction(facts) || former.test(type);
      facts
          .methods()
          .forEach(
              (signature, method) -> {
                if (function || facts.isInterface() || isOfRecord(facts, signature)) {
                  enqueue(method);
                }
              });
      facts.supertypes().forEach(this::create);
    }

    void call(Member called) {
      if (!seen.add(called)) {
        return;
      }
      if (!ClassFacts.isCell(called.owner())) {
        handOver(called);
        return;
      }
      Member method = isNotebookMethod(called) ? present(called) : called;
      if (method.name().equals("<init>")) {
        create(method.owner());
      }
      mention(method.owner());
      String signature = method.name() + method.descriptor();
      MethodFacts body = declared(method.owner(), signature);
      if (body != null) {
        enqueue(body);
      }
      boolean found = overriding(method.owner(), signature, body);
      if (!found && body != null && body.isAbstract()) {
        reach.open();
      }
    }

    /** A library calls what it is given, and calls through it may lead to cells. */
    private void handOver(Member called) {
      bare(called.owner());
      for (Type each : Type.getArgumentTypes(called.descriptor())) {
        if (each.getSort() == Type.OBJECT) {
          bare(each.getInternalName());
        }
      }
    }

    /** An object of a type of a library may be one that can hold no snapshot. */
    private void bare(String type) {
      if (ClassFacts.isPlain(type) || !seen.add("bare " + type)) {
        return;
      }
      for (String each : subtypes.getOrDefault(type, Set.of())) {
        ClassFacts facts = classes.get(each);
        if (facts != null && isBare(facts) && !former.test(each)) {
          reach.bare();
          object(each);
          bare(each);
        }
      }
    }

    /** The declaration of a method of the notebook that is valid now. */
    private Member present(Member called) {
      reach.call();
      Member present = methods.getOrDefault(called.signature(), called);
      if (!present.equals(called)) {
        boolean same = present.descriptor().equals(called.descriptor());
        String owner = called.owner().replace('/', '.');
        reach
            .redeclared()
            .put(
                MethodSite.key(owner, called.name(), called.descriptor()),
                same ? present.owner().replace('/', '.') : "");
      }
      return present;
    }

    private void visit(MethodFacts method) {
      for (Member each : method.reads()) {
        Variable variable = variable(each.owner(), each.name());
        if (variable != null) {
          reach.read(variable);
        }
      }
      for (Member each : method.assigns()) {
        Variable variable = variable(each.owner(), each.name());
        if (variable != null && !variable.constant()) {
          reach.assign(variable);
        }
      }
      method.mentions().forEach(this::mention);
      method.creates().forEach(this::create);
      method.calls().forEach(this::call);
    }

    private void mention(String type) {
      ClassFacts facts = classes.get(type);
      if (facts == null || !seen.add(type)) {
        return;
      }
      if (Generations.isDeclared(type)) {
        reach.types().add(type);
      }
      facts
          .methods()
          .forEach(
              (signature, method) -> {
                if (isUniversal(signature)) {
                  enqueue(method);
                } else if (signature.startsWith("<clinit>")) {
                  initializer(type, method);
                }
              });
      facts.supertypes().forEach(this::mention);
    }

    /** A class that initializes its own fields does not thereby assign variables. */
    private void initializer(String type, MethodFacts method) {
      Set<Member> others = new HashSet<>(method.assigns());
      others.removeIf(each -> each.owner().equals(type));
      Set<Member> reads = new HashSet<>(method.reads());
      reads.removeIf(each -> each.owner().equals(type));
      enqueue(
          new MethodFacts(
              method.access(), reads, others, method.calls(), method.creates(), method.mentions()));
    }

    private void enqueue(MethodFacts method) {
      if (visited.add(method)) {
        waiting.add(method);
      }
    }

    private @Nullable MethodFacts declared(String owner, String signature) {
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

    private boolean overriding(String owner, String signature, @Nullable MethodFacts body) {
      if (body != null && !body.isOpen()) {
        return true;
      }
      boolean found = false;
      for (String subtype : subtypes.getOrDefault(owner, Set.of())) {
        ClassFacts facts = classes.get(subtype);
        MethodFacts other = facts == null ? null : facts.methods().get(signature);
        if (other != null && other.isOpen() && !former.test(subtype)) {
          enqueue(other);
          found = true;
        }
        found |= overriding(subtype, signature, body);
      }
      return found;
    }
  }
}
