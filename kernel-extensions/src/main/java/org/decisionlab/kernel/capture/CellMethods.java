// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture;

import java.util.ArrayList;
import java.util.List;
import org.decisionlab.kernel.capture.runtime.SnapshotHolder;
import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.FieldNode;
import org.objectweb.asm.tree.MethodNode;

/** Rewrites one class of a cell. */
final class CellMethods {

  /** Begins the names of methods that enter a snapshot and of the field that holds one. */
  static final String CARRIED = "carried$";

  /** Ends the names of methods whose body has moved. */
  private static final String BODY = "$carried";

  private final CellGraph graph;
  private final ClassNode type;
  private final List<MethodNode> originals;
  private final LambdaPlans plans;
  private final boolean record;
  private final boolean holder;
  private final boolean keeper;

  CellMethods(CellGraph graph, ClassNode type, ClassFacts facts) {
    this.graph = graph;
    this.type = type;
    this.originals = List.copyOf(type.methods);
    this.plans = new LambdaPlans(graph, type, originals);
    this.record = facts.isRecord();
    this.holder = graph.holdsSnapshot(facts);
    this.keeper = holder && facts.keepsFunctions();
  }

  /** Rewrites the class in place. */
  void rewrite() {
    type.methods.clear();
    beSerializable();
    if (holder) {
      hold();
    }
    for (MethodNode each : originals) {
      if (!each.name.equals("$deserializeLambda$")) {
        method(each);
      }
    }
    if (!plans.all().isEmpty()) {
      LambdaReader.write(type, plans.all());
    }
  }

  /** The lambdas of the class. */
  Iterable<LambdaPlan> lambdas() {
    return plans.all();
  }

  /** Whether objects of the class hold a snapshot. */
  boolean isHolder() {
    return holder;
  }

  /** Objects get a field for their snapshot; a record travels as components and snapshot. */
  private void hold() {
    int access = Opcodes.ACC_PRIVATE | Opcodes.ACC_SYNTHETIC;
    type.fields.add(
        new FieldNode(
            record ? access | Opcodes.ACC_TRANSIENT : access,
            CARRIED,
            Emit.SNAPSHOT.getDescriptor(),
            null,
            null));
    type.interfaces.add(Type.getInternalName(SnapshotHolder.class));
    Emit.held(type, CARRIED);
    boolean own = originals.stream().anyMatch(CellMethods::isReplacement);
    if (record && !own) {
      Emit.replacement(type, CARRIED);
    }
  }

  private static boolean isReplacement(MethodNode method) {
    return method.name.equals("writeReplace") && method.desc.equals("()Ljava/lang/Object;");
  }

  /** What a cell declares can be carried, unless a library says what its objects are. */
  private void beSerializable() {
    boolean wrapper = type.nestHostClass == null;
    boolean open =
        type.superName.equals("java/lang/Object") || type.superName.equals("java/lang/Record");
    if (!wrapper && open && !isInterface() && !type.interfaces.contains("java/io/Serializable")) {
      type.interfaces.add("java/io/Serializable");
    }
  }

  private boolean isInterface() {
    return (type.access & Opcodes.ACC_INTERFACE) != 0;
  }

  private void method(MethodNode method) {
    if ((holder || isInterface()) && isEntry(method)) {
      MethodNode body =
          new MethodNode(
              Opcodes.ACC_PRIVATE | Opcodes.ACC_SYNTHETIC,
              method.name + BODY,
              method.desc,
              null,
              null);
      type.methods.add(body);
      method.accept(code(body, method));
      entry(method, body);
      return;
    }
    MethodNode copy = without(method, method.access);
    type.methods.add(copy);
    MethodVisitor code = code(copy, method);
    method.accept(holder && method.name.equals("<init>") ? new Construction(code) : code);
  }

  private MethodVisitor code(MethodNode out, MethodNode method) {
    return new CellCode(out, graph, plans, type.name, CellCode.NO_ROOM).in(method);
  }

  private static MethodNode without(MethodNode method, int access) {
    return new MethodNode(
        access,
        method.name,
        method.desc,
        method.signature,
        method.exceptions.toArray(String[]::new));
  }

  /** Whether a method may be the first of this object that is called in a thread. */
  private boolean isEntry(MethodNode method) {
    int not =
        Opcodes.ACC_STATIC
            | Opcodes.ACC_PRIVATE
            | Opcodes.ACC_ABSTRACT
            | Opcodes.ACC_NATIVE
            | Opcodes.ACC_BRIDGE;
    return (method.access & not) == 0
        && !method.name.startsWith("<")
        && (keeper || graph.reach(type.name + "." + method.name + method.desc).mayChange());
  }

  private void entry(MethodNode method, MethodNode body) {
    MethodNode out = without(method, method.access);
    type.methods.add(out);
    out.visibleAnnotations = method.visibleAnnotations;
    out.visibleParameterAnnotations = method.visibleParameterAnnotations;
    out.parameters = method.parameters;
    Type self = Type.getObjectType(type.name);
    List<Type> parameters = new ArrayList<>(List.of(self));
    parameters.addAll(List.of(Type.getArgumentTypes(method.desc)));
    Handle code =
        new Handle(Opcodes.H_INVOKESPECIAL, type.name, body.name, body.desc, isInterface());
    Runnable snapshot =
        () -> {
          out.visitVarInsn(Opcodes.ALOAD, 0);
          if (isInterface()) {
            Emit.heldByObject(out);
          } else {
            Emit.heldInField(out, type.name, CARRIED);
          }
        };
    Emit.entering(out, parameters, snapshot, -1, code, Type.getReturnType(method.desc));
  }

  /** Gives a new object its snapshot before its superclass is asked to construct it. */
  private final class Construction extends MethodVisitor {

    Construction(MethodVisitor code) {
      super(Opcodes.ASM9, code);
    }

    @Override
    public void visitCode() {
      super.visitCode();
      super.visitVarInsn(Opcodes.ALOAD, 0);
      Emit.snapshot(this, type.name);
      super.visitFieldInsn(Opcodes.PUTFIELD, type.name, CARRIED, Emit.SNAPSHOT.getDescriptor());
    }
  }
}
