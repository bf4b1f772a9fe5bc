// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Set;
import org.decisionlab.kernel.capture.MethodFacts.Member;
import org.decisionlab.kernel.capture.runtime.MethodSite;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Type;

/** One walk over the classes of the cells, from where a function begins. */
final class ReachSearch {

  private final CellGraph graph;
  private final Reach reach = new Reach();
  private final Set<Object> seen = new HashSet<>();
  private final Set<MethodFacts> visited = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Deque<MethodFacts> waiting = new ArrayDeque<>();

  ReachSearch(CellGraph graph) {
    this.graph = graph;
  }

  Reach run() {
    while (!waiting.isEmpty()) {
      visit(waiting.remove());
    }
    return reach;
  }

  /** An object of which nothing but its class is known: any of its methods may be called. */
  void object(String type) {
    create(type);
    ClassFacts facts = graph.get(type);
    if (facts != null && graph.isBare(facts)) {
      facts.methods().values().forEach(this::enqueue);
      object(facts.superName());
    }
  }

  private void create(String type) {
    ClassFacts facts = graph.get(type);
    if (facts == null || !seen.add("new " + type)) {
      return;
    }
    mention(type);
    // No search by supertypes leads to a former class: only what makes its objects has them.
    boolean function = graph.isFunction(facts) || graph.isFormer(type);
    facts
        .methods()
        .forEach(
            (signature, method) -> {
              if (function || facts.isInterface() || CellGraph.isOfRecord(facts, signature)) {
                enqueue(method);
              }
            });
    facts.supertypes().forEach(this::create);
  }

  /** A call that the function makes. */
  void call(Member called) {
    if (!seen.add(called)) {
      return;
    }
    if (!ClassFacts.isCell(called.owner())) {
      handOver(called);
      return;
    }
    Member method = graph.isNotebookMethod(called) ? present(called) : called;
    if (method.name().equals("<init>")) {
      create(method.owner());
    }
    mention(method.owner());
    String signature = method.name() + method.descriptor();
    MethodFacts body = graph.declared(method.owner(), signature);
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
    for (String each : graph.subtypes(type)) {
      ClassFacts facts = graph.get(each);
      if (facts != null && graph.isBare(facts) && !graph.isFormer(each)) {
        reach.bare();
        object(each);
        bare(each);
      }
    }
  }

  /** The declaration of a method of the notebook that is valid now. */
  private Member present(Member called) {
    reach.call();
    Member present = graph.present(called);
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
      Variable variable = graph.variable(each.owner(), each.name());
      if (variable != null) {
        reach.read(variable);
      }
    }
    for (Member each : method.assigns()) {
      Variable variable = graph.variable(each.owner(), each.name());
      if (variable != null && !variable.constant()) {
        reach.assign(variable);
      }
    }
    method.mentions().forEach(this::mention);
    method.creates().forEach(this::create);
    method.calls().forEach(this::call);
  }

  private void mention(String type) {
    ClassFacts facts = graph.get(type);
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
              if (CellGraph.isUniversal(signature)) {
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

  /** A method that the function calls. */
  void enqueue(MethodFacts method) {
    if (visited.add(method)) {
      waiting.add(method);
    }
  }

  private boolean overriding(String owner, String signature, @Nullable MethodFacts body) {
    if (body != null && !body.isOpen()) {
      return true;
    }
    boolean found = false;
    for (String subtype : graph.subtypes(owner)) {
      ClassFacts facts = graph.get(subtype);
      MethodFacts other = facts == null ? null : facts.methods().get(signature);
      if (other != null && other.isOpen() && !graph.isFormer(subtype)) {
        enqueue(other);
        found = true;
      }
      found |= overriding(subtype, signature, body);
    }
    return found;
  }
}
