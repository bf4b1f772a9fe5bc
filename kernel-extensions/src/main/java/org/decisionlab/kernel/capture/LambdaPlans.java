// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.decisionlab.kernel.capture.LambdaPlan.Direct;
import org.decisionlab.kernel.capture.MethodFacts.Member;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.InvokeDynamicInsnNode;
import org.objectweb.asm.tree.MethodNode;

/** Decides for each lambda of one class how it is carried, and writes the methods for that. */
final class LambdaPlans {

  /** More values than this are read one by one. */
  private static final int MOST_VALUES = 32;

  private final CellGraph graph;
  private final ClassNode type;
  private final Map<String, MethodNode> bodies = new LinkedHashMap<>();
  private final Map<LambdaSite, LambdaPlan> plans = new LinkedHashMap<>();
  private final Set<String> keys = new HashSet<>();

  /**
   * @param graph the classes of the cells
   * @param type the class, into which methods are written
   * @param methods its methods as the compiler wrote them
   */
  LambdaPlans(CellGraph graph, ClassNode type, List<MethodNode> methods) {
    this.graph = graph;
    this.type = type;
    methods.forEach(each -> bodies.put(each.name + each.desc, each));
  }

  /** All plans that were asked for. */
  Collection<LambdaPlan> all() {
    return plans.values();
  }

  /** What becomes of a lambda. */
  LambdaPlan plan(LambdaSite site) {
    LambdaPlan known = plans.get(site);
    if (known == null) {
      known = make(site);
      plans.put(site, known);
    }
    return known;
  }

  private LambdaPlan make(LambdaSite site) {
    Reach reach = graph.reach(LambdaPlan.entry(site));
    boolean carries = reach.mayChange() || FunctionTypes.anyIn(site.captured());
    Handle body = site.body();
    boolean acts = SparkCalls.mayCompute(body.getOwner(), body.getName(), body.getDesc());
    if (!carries && !acts && keys.add(site.key(body))) {
      return new LambdaPlan(site, body, false, null);
    }
    Direct direct = carries ? direct(site, reach) : null;
    int index = carries ? site.captured().size() : -1;
    return new LambdaPlan(site, outer(site, body, List.of(), index), carries, direct);
  }

  /** Writes a method that enters the snapshot at an index, if there is one, and calls the body. */
  private Handle outer(LambdaSite site, Handle body, List<Type> values, int snapshot) {
    List<Type> parameters = new ArrayList<>(site.captured());
    parameters.addAll(values);
    if (snapshot >= 0) {
      parameters.add(Emit.SNAPSHOT);
    }
    parameters.addAll(site.functional());
    String name = CellMethods.CARRIED + type.methods.size();
    String descriptor = Type.getMethodDescriptor(site.result(), parameters.toArray(Type[]::new));
    var out = Emit.method(type, name, descriptor);
    if (snapshot >= 0) {
      int local = parameters.subList(0, snapshot).stream().mapToInt(Type::getSize).sum();
      Emit.entering(
          out,
          parameters,
          () -> out.visitVarInsn(Opcodes.ALOAD, local),
          snapshot,
          body,
          site.result());
    } else {
      Emit.call(out, body, () -> Emit.arguments(out, body, parameters, -1));
      out.visitInsn(site.result().getOpcode(Opcodes.IRETURN));
      out.visitMaxs(0, 0);
      out.visitEnd();
    }
    return new Handle(Opcodes.H_INVOKESTATIC, type.name, name, descriptor, isInterface());
  }

  private @Nullable Direct direct(LambdaSite site, Reach reach) {
    MethodNode body = site.isBodyOf(type.name) ? bodies.get(name(site.body())) : null;
    if (body == null) {
      return null;
    }
    Map<String, Variable> values = new LinkedHashMap<>();
    Set<Member> pureNested = new HashSet<>();
    MethodFacts facts = MethodFacts.of(body);
    boolean bound = true;
    for (Member each : facts.reads()) {
      Variable variable = graph.variable(each.owner(), each.name());
      if (variable != null && !variable.ofConstants()) {
        values.put(variable.key(), variable);
      }
      bound &= variable == null || !variable.ofConstants();
    }
    for (LambdaSite nested : sites(body)) {
      Direct inner = plan(nested).direct();
      if (inner != null && inner.pure()) {
        inner.values().forEach(each -> values.put(each.key(), each));
        Handle code = nested.body();
        pureNested.add(new Member(code.getOwner(), code.getName(), code.getDesc()));
      }
    }
    values.keySet().removeAll(reach.assigned().keySet());
    boolean pure =
        bound
            && reach.assigned().isEmpty()
            && !FunctionTypes.anyIn(site.captured())
            && !graph.reachesBeyond(facts, pureNested);
    if ((values.isEmpty() && !pure) || values.size() > MOST_VALUES) {
      return null;
    }
    List<Variable> all = List.copyOf(values.values());
    Handle copy = copy(site, body, all);
    List<Type> types = all.stream().map(each -> Type.getType(each.descriptor())).toList();
    int index = site.captured().size() + types.size();
    return new Direct(all, copy, pure ? copy : outer(site, copy, types, index), pure);
  }

  /** Copies a body, with variables as parameters after those that are captured. */
  private Handle copy(LambdaSite site, MethodNode body, List<Variable> values) {
    boolean isStatic = (body.access & Opcodes.ACC_STATIC) != 0;
    List<Type> types = values.stream().map(each -> Type.getType(each.descriptor())).toList();
    List<Type> parameters = new ArrayList<>(List.of(Type.getArgumentTypes(body.desc)));
    parameters.addAll(site.captured().size() - (isStatic ? 0 : 1), types);
    String descriptor =
        Type.getMethodDescriptor(Type.getReturnType(body.desc), parameters.toArray(Type[]::new));
    Map<String, Integer> locals = new LinkedHashMap<>();
    int at = site.captured().stream().mapToInt(Type::getSize).sum();
    int local = at;
    for (int i = 0; i < values.size(); i++) {
      locals.put(values.get(i).key(), local);
      local += types.get(i).getSize();
    }
    String name = body.name + "$direct" + type.methods.size();
    MethodNode copy = new MethodNode(body.access, name, descriptor, null, null);
    type.methods.add(copy);
    body.accept(
        new CellCode(copy, graph, this, type.name, new CellCode.Room(true, at, types, locals))
            .in(body));
    Handle old = site.body();
    return new Handle(old.getTag(), type.name, name, descriptor, old.isInterface());
  }

  private List<LambdaSite> sites(MethodNode body) {
    List<LambdaSite> found = new ArrayList<>();
    for (AbstractInsnNode each : body.instructions) {
      if (each instanceof InvokeDynamicInsnNode dynamic && LambdaSite.isLambda(dynamic.bsm)) {
        found.add(LambdaSite.of(dynamic.name, dynamic.desc, dynamic.bsmArgs));
      }
    }
    return found;
  }

  private boolean isInterface() {
    return (type.access & Opcodes.ACC_INTERFACE) != 0;
  }

  private static String name(Handle code) {
    return code.getName() + code.getDesc();
  }
}
