// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.decisionlab.kernel.capture.LambdaPlan.Direct;
import org.decisionlab.kernel.capture.MethodFacts.Member;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.MethodNode;

/** Rewrites the body of a method of a cell: accesses to variables, and lambdas. */
final class CellCode extends BodyCopy {

  /** No parameters are inserted. */
  static final Room NO_ROOM = new Room(false, 0, List.of(), Map.of());

  private final CellGraph graph;
  private final LambdaPlans plans;
  private final String owner;
  private final Room room;
  private int free;
  private boolean topLevel;
  private boolean initializer;
  private boolean constructor;

  /**
   * Parameters that are inserted.
   *
   * @param asCompiled whether methods of the notebook are known to be as they were
   * @param at local variable before which they are inserted
   * @param types their types
   * @param locals where the value of each variable is
   */
  record Room(boolean asCompiled, int at, List<Type> types, Map<String, Integer> locals) {

    /** The local variable that has the value of a variable, -1 if none has. */
    int local(Variable variable) {
      return locals.getOrDefault(variable.key(), -1);
    }
  }

  CellCode(MethodVisitor out, CellGraph graph, LambdaPlans plans, String owner, Room room) {
    super(out, room.at(), room.types());
    this.graph = graph;
    this.plans = plans;
    this.owner = owner;
    this.room = room;
  }

  /** Says which method this is: statements of a cell, and initializers, access their fields. */
  CellCode in(MethodNode method) {
    topLevel = ClassFacts.isTopLevel(method.name);
    initializer = method.name.equals("<clinit>");
    constructor = method.name.equals("<init>");
    free = method.maxLocals + room.types().stream().mapToInt(Type::getSize).sum();
    return this;
  }

  @Override
  public void visitFieldInsn(int opcode, String fieldOwner, String name, String descriptor) {
    Variable variable = variable(opcode, fieldOwner, name);
    if (variable == null) {
      super.visitFieldInsn(opcode, fieldOwner, name, descriptor);
      return;
    }
    int local = opcode == Opcodes.GETSTATIC ? room.local(variable) : -1;
    if (local >= 0) {
      mv.visitVarInsn(Type.getType(descriptor).getOpcode(Opcodes.ILOAD), local);
    } else {
      Emit.access(mv, variable, opcode == Opcodes.PUTSTATIC || opcode == Opcodes.PUTFIELD);
    }
  }

  @Override
  public void visitMethodInsn(
      int opcode, String called, String name, String descriptor, boolean isInterface) {
    boolean follows = opcode == Opcodes.INVOKESTATIC && !topLevel && !room.asCompiled();
    if (follows
        && !called.equals(owner)
        && graph.isNotebookMethod(new Member(called, name, descriptor))) {
      Emit.method(mv, called.replace('/', '.'), name, descriptor);
      return;
    }
    if (!ClassFacts.isCell(called)) {
      if (!isOfJdk(called)) {
        handOver(Type.getArgumentTypes(descriptor), DriverObjects.callsHere(called, name));
      }
      if (SparkCalls.mayCompute(called, name, descriptor)) {
        action(opcode, called, Type.getArgumentTypes(descriptor));
      }
    }
    super.visitMethodInsn(opcode, called, name, descriptor, isInterface);
  }

  /** The JDK gives no function to a task by itself; what it holds stays as cells know it. */
  private static boolean isOfJdk(String called) {
    return called.startsWith("java/") || called.startsWith("javax/") || called.startsWith("jdk/");
  }

  /**
   * Tells of a call that may compute something, with its object, which lies below its arguments.
   */
  private void action(int opcode, String called, Type[] arguments) {
    if (opcode != Opcodes.INVOKEVIRTUAL && opcode != Opcodes.INVOKEINTERFACE) {
      Emit.action(mv);
      return;
    }
    int local = putAside(arguments, 0);
    Emit.action(mv, Type.getObjectType(called));
    for (Type each : arguments) {
      local -= each.getSize();
      mv.visitVarInsn(each.getOpcode(Opcodes.ILOAD), local);
    }
  }

  /** Takes arguments from the stack down to one; gives back the local variable behind them. */
  private int putAside(Type[] arguments, int down) {
    int local = free;
    for (int i = arguments.length - 1; i >= down; i--) {
      mv.visitVarInsn(arguments[i].getOpcode(Opcodes.ISTORE), local);
      local += arguments[i].getSize();
    }
    return local;
  }

  /**
   * Gives a library the functions on the stack as it can carry them.
   *
   * @param here whether it calls them on the driver
   */
  private void handOver(Type[] arguments, boolean here) {
    int first = 0;
    while (first < arguments.length && !FunctionTypes.isFunction(arguments[first])) {
      first++;
    }
    int local = putAside(arguments, first + 1);
    for (int i = first; i < arguments.length; i++) {
      if (i > first) {
        local -= arguments[i].getSize();
        mv.visitVarInsn(arguments[i].getOpcode(Opcodes.ILOAD), local);
      }
      if (FunctionTypes.isFunction(arguments[i])) {
        Emit.function(mv, arguments[i], here);
      }
    }
  }

  @Override
  public void visitInvokeDynamicInsn(
      String name, String descriptor, Handle bootstrap, Object... arguments) {
    if (!LambdaSite.isLambda(bootstrap)) {
      super.visitInvokeDynamicInsn(name, descriptor, bootstrap, arguments);
      return;
    }
    LambdaSite site = LambdaSite.of(name, descriptor, arguments);
    LambdaPlan plan = plans.plan(site);
    Direct direct = plan.direct();
    if (direct != null && direct.pure() && knows(direct)) {
      List<Type> captured = new ArrayList<>(site.captured());
      for (Variable each : direct.values()) {
        Type type = Type.getType(each.descriptor());
        mv.visitVarInsn(type.getOpcode(Opcodes.ILOAD), room.local(each));
        captured.add(type);
      }
      site.emit(mv, direct.code(), captured);
    } else {
      if (plan.carries()) {
        Emit.snapshot(mv, LambdaPlan.entry(site));
      }
      site.emit(mv, plan.code(), plan.captured());
    }
    if (graph.isBareFunction(site.function().getInternalName())) {
      Emit.carriedFunction(mv, site.function());
    }
  }

  private boolean knows(Direct direct) {
    return room.asCompiled() && direct.values().stream().allMatch(each -> room.local(each) >= 0);
  }

  private @Nullable Variable variable(int opcode, String fieldOwner, String name) {
    boolean isStatic = opcode == Opcodes.GETSTATIC || opcode == Opcodes.PUTSTATIC;
    boolean ownState = isStatic ? initializer && fieldOwner.equals(owner) : constructor;
    if (topLevel || ownState) {
      return null;
    }
    Variable variable = graph.variable(fieldOwner, name);
    if (variable == null || variable.ofConstants() == isStatic) {
      return null;
    }
    boolean own = variable.constant() && opcode == Opcodes.PUTSTATIC;
    return own ? null : variable;
  }
}
