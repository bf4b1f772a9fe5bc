// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture;

import java.util.List;
import org.decisionlab.kernel.capture.runtime.CarriedFunction;
import org.decisionlab.kernel.capture.runtime.CarriedRecord;
import org.decisionlab.kernel.capture.runtime.CellSites;
import org.decisionlab.kernel.capture.runtime.CellSnapshot;
import org.decisionlab.kernel.capture.runtime.FormerObjects;
import org.decisionlab.kernel.capture.runtime.SnapshotHolder;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.ClassNode;

/** Pieces of byte code that carrying a function needs. */
final class Emit {

  static final Type SNAPSHOT = Type.getType(CellSnapshot.class);

  private static final String SITES = Type.getInternalName(CellSites.class);
  private static final String BOOTSTRAP =
      "(Ljava/lang/invoke/MethodHandles$Lookup;Ljava/lang/String;Ljava/lang/invoke/MethodType;";
  private static final String CALL_SITE = ")Ljava/lang/invoke/CallSite;";
  private static final String TEXT = "Ljava/lang/String;";

  private Emit() {}

  /** Reads or assigns a variable, whatever it is where the code runs. */
  static void access(MethodVisitor out, Variable variable, boolean assigns) {
    String type = variable.descriptor();
    String object = variable.ofConstants() ? "L" + variable.owner().replace('.', '/') + ";" : "";
    String kind = variable.constant() ? "constant" : "variable";
    out.visitInvokeDynamicInsn(
        variable.name(),
        assigns ? "(" + object + type + ")V" : "(" + object + ")" + type,
        bootstrap(variable.ofConstants() ? "ofConstants" : kind, TEXT + TEXT),
        variable.key(),
        variable.owner());
  }

  /** Calls a method of the notebook, whatever it is where the code runs. */
  static void method(MethodVisitor out, String owner, String name, String descriptor) {
    out.visitInvokeDynamicInsn(name, descriptor, bootstrap("method", TEXT), owner);
  }

  /** Pushes the snapshot of a new function. */
  static void snapshot(MethodVisitor out, String entry) {
    out.visitInvokeDynamicInsn(
        "snapshot", "()" + SNAPSHOT.getDescriptor(), bootstrap("snapshot", TEXT), entry);
  }

  /** Pushes the values of the variables that a body reads, or {@code null}. */
  static void values(MethodVisitor out, List<Variable> variables, int snapshotIndex) {
    Type types =
        Type.getMethodType(
            Type.VOID_TYPE,
            variables.stream().map(each -> Type.getType(each.descriptor())).toArray(Type[]::new));
    out.visitInvokeDynamicInsn(
        "values",
        "(Ljava/lang/invoke/SerializedLambda;)[Ljava/lang/Object;",
        bootstrap("values", "Ljava/lang/invoke/MethodType;I" + TEXT),
        types,
        snapshotIndex,
        String.join(",", variables.stream().map(Variable::key).toList()));
  }

  /** Pushes the function that is to be had in place of one that arrives, or {@code null}. */
  static void again(MethodVisitor out, String site, int snapshotIndex) {
    out.visitInvokeDynamicInsn(
        "again",
        "(Ljava/lang/invoke/SerializedLambda;)Ljava/lang/Object;",
        bootstrap("again", "I" + TEXT),
        snapshotIndex,
        site);
  }

  /** Replaces the object on the stack by whether it is of a class that may be declared anew. */
  static void isInstance(MethodVisitor out, String type) {
    out.visitLdcInsn(Type.getObjectType(type));
    out.visitMethodInsn(
        Opcodes.INVOKESTATIC,
        Type.getInternalName(FormerObjects.class),
        "isInstance",
        "(Ljava/lang/Object;Ljava/lang/Class;)Z",
        false);
  }

  /** Calls a static method of {@link CellSites}. */
  static void sites(MethodVisitor out, String name, String descriptor) {
    out.visitMethodInsn(Opcodes.INVOKESTATIC, SITES, name, descriptor, false);
  }

  /** Tells that a method of the object on the stack follows that may compute something. */
  static void action(MethodVisitor out, Type data) {
    out.visitInvokeDynamicInsn(
        "action", "(Ljava/lang/Object;)Ljava/lang/Object;", bootstrap("action", ""));
    out.visitTypeInsn(Opcodes.CHECKCAST, data.getInternalName());
  }

  /** Tells that a call follows that may compute something, of no object that could be another. */
  static void action(MethodVisitor out) {
    out.visitInsn(Opcodes.ACONST_NULL);
    action(out, Type.getType(Object.class));
    out.visitInsn(Opcodes.POP);
  }

  /**
   * Replaces the function on the stack by what a library is given.
   *
   * @param here whether it calls the function on the driver
   */
  static void function(MethodVisitor out, Type type, boolean here) {
    String name = here ? "functionHere" : "function";
    sites(out, name, "(Ljava/lang/Object;)Ljava/lang/Object;");
    out.visitTypeInsn(Opcodes.CHECKCAST, type.getInternalName());
  }

  /** Replaces the lambda on the stack by one together with a snapshot. */
  static void carriedFunction(MethodVisitor out, Type type) {
    snapshot(out, type.getInternalName());
    out.visitMethodInsn(
        Opcodes.INVOKESTATIC,
        Type.getInternalName(CarriedFunction.class),
        "of",
        "(Ljava/lang/Object;" + SNAPSHOT + ")Ljava/lang/Object;",
        false);
    out.visitTypeInsn(Opcodes.CHECKCAST, type.getInternalName());
  }

  /** Turns the object on the stack into a value of a type. */
  static void cast(MethodVisitor out, Type type) {
    if (type.getSort() == Type.ARRAY || type.getSort() == Type.OBJECT) {
      out.visitTypeInsn(Opcodes.CHECKCAST, type.getInternalName());
      return;
    }
    String box =
        switch (type.getSort()) {
          case Type.BOOLEAN -> "java/lang/Boolean";
          case Type.CHAR -> "java/lang/Character";
          case Type.BYTE -> "java/lang/Byte";
          case Type.SHORT -> "java/lang/Short";
          case Type.INT -> "java/lang/Integer";
          case Type.LONG -> "java/lang/Long";
          case Type.FLOAT -> "java/lang/Float";
          default -> "java/lang/Double";
        };
    out.visitTypeInsn(Opcodes.CHECKCAST, box);
    out.visitMethodInsn(
        Opcodes.INVOKEVIRTUAL, box, type.getClassName() + "Value", "()" + type, false);
  }

  /** Calls what a method handle stands for; its arguments are given as locals, in order. */
  static void call(MethodVisitor out, Handle code, Runnable arguments) {
    if (code.getTag() == Opcodes.H_NEWINVOKESPECIAL) {
      out.visitTypeInsn(Opcodes.NEW, code.getOwner());
      out.visitInsn(Opcodes.DUP);
    }
    arguments.run();
    int opcode =
        switch (code.getTag()) {
          case Opcodes.H_INVOKESTATIC -> Opcodes.INVOKESTATIC;
          case Opcodes.H_INVOKEVIRTUAL -> Opcodes.INVOKEVIRTUAL;
          case Opcodes.H_INVOKEINTERFACE -> Opcodes.INVOKEINTERFACE;
          default -> Opcodes.INVOKESPECIAL;
        };
    out.visitMethodInsn(
        opcode, code.getOwner(), code.getName(), code.getDesc(), code.isInterface());
  }

  /**
   * Writes the body of a method that enters a snapshot, calls some code with its own parameters
   * except for that snapshot, and leaves.
   *
   * @param out the method
   * @param parameters its parameters, including {@code this}
   * @param snapshot pushes the snapshot
   * @param skipped index of the parameter that is the snapshot, -1 if there is none
   * @param code what is called
   * @param result what it gives back
   */
  static void entering(
      MethodVisitor out,
      List<Type> parameters,
      Runnable snapshot,
      int skipped,
      Handle code,
      Type result) {
    int before = parameters.stream().mapToInt(Type::getSize).sum();
    Label start = new Label();
    Label end = new Label();
    Label failed = new Label();
    out.visitCode();
    out.visitTryCatchBlock(start, end, failed, null);
    snapshot.run();
    crossing(out, "enter", "(" + SNAPSHOT + ")" + SNAPSHOT);
    out.visitVarInsn(Opcodes.ASTORE, before);
    out.visitLabel(start);
    call(out, code, () -> arguments(out, code, parameters, skipped));
    out.visitLabel(end);
    out.visitVarInsn(Opcodes.ALOAD, before);
    crossing(out, "leave", "(" + SNAPSHOT + ")V");
    out.visitInsn(result.getOpcode(Opcodes.IRETURN));
    out.visitLabel(failed);
    Object[] locals = new Object[parameters.size() + 1];
    for (int i = 0; i < parameters.size(); i++) {
      locals[i] = BodyCopy.frameType(parameters.get(i));
    }
    locals[parameters.size()] = SNAPSHOT.getInternalName();
    out.visitFrame(Opcodes.F_NEW, locals.length, locals, 1, new Object[] {"java/lang/Throwable"});
    out.visitVarInsn(Opcodes.ALOAD, before);
    crossing(out, "leave", "(" + SNAPSHOT + ")V");
    out.visitInsn(Opcodes.ATHROW);
    out.visitMaxs(0, 0);
    out.visitEnd();
  }

  /** Adds the method of {@link SnapshotHolder}. */
  static void held(ClassNode type, String field) {
    MethodVisitor out =
        type.visitMethod(
            Opcodes.ACC_PUBLIC | Opcodes.ACC_SYNTHETIC,
            SnapshotHolder.METHOD,
            "()" + SNAPSHOT,
            null,
            null);
    out.visitCode();
    out.visitVarInsn(Opcodes.ALOAD, 0);
    heldInField(out, type.name, field);
    out.visitInsn(Opcodes.ARETURN);
    out.visitMaxs(0, 0);
    out.visitEnd();
  }

  /** Replaces the object on the stack, of a known class, by what it holds. */
  static void heldInField(MethodVisitor out, String type, String field) {
    out.visitFieldInsn(Opcodes.GETFIELD, type, field, SNAPSHOT.getDescriptor());
  }

  /** Replaces the object on the stack, of whatever class, by what it holds. */
  static void heldByObject(MethodVisitor out) {
    out.visitMethodInsn(
        Opcodes.INVOKESTATIC,
        Type.getInternalName(SnapshotHolder.class),
        "of",
        "(Ljava/lang/Object;)" + SNAPSHOT,
        true);
  }

  /** Adds a method that gives streams what to write in place of a record. */
  static void replacement(ClassNode type, String field) {
    MethodVisitor out =
        type.visitMethod(
            Opcodes.ACC_PRIVATE | Opcodes.ACC_SYNTHETIC,
            "writeReplace",
            "()Ljava/lang/Object;",
            null,
            new String[] {"java/io/ObjectStreamException"});
    out.visitCode();
    out.visitVarInsn(Opcodes.ALOAD, 0);
    out.visitVarInsn(Opcodes.ALOAD, 0);
    heldInField(out, type.name, field);
    out.visitMethodInsn(
        Opcodes.INVOKESTATIC,
        Type.getInternalName(CarriedRecord.class),
        "of",
        "(Ljava/lang/Record;" + SNAPSHOT + ")Ljava/lang/Object;",
        false);
    out.visitInsn(Opcodes.ARETURN);
    out.visitMaxs(0, 0);
    out.visitEnd();
  }

  /** Adds a private static method. */
  static MethodVisitor method(ClassVisitor type, String name, String descriptor) {
    return type.visitMethod(
        Opcodes.ACC_PRIVATE | Opcodes.ACC_STATIC | Opcodes.ACC_SYNTHETIC,
        name,
        descriptor,
        null,
        null);
  }

  /** Pushes parameters, all but one; where a call of Spark follows, it is told before. */
  static void arguments(MethodVisitor out, Handle code, List<Type> parameters, int skipped) {
    boolean acts = SparkCalls.mayCompute(code.getOwner(), code.getName(), code.getDesc());
    boolean ofObject =
        code.getTag() == Opcodes.H_INVOKEVIRTUAL || code.getTag() == Opcodes.H_INVOKEINTERFACE;
    if (!acts || !ofObject || skipped == 0) {
      if (acts) {
        action(out);
      }
      loadAll(out, parameters, skipped);
      return;
    }
    out.visitVarInsn(Opcodes.ALOAD, 0);
    action(out, parameters.get(0));
    loadFrom(out, parameters, 1, skipped);
  }

  /** Pushes parameters, all but one. */
  static void loadAll(MethodVisitor out, List<Type> parameters, int skipped) {
    loadFrom(out, parameters, 0, skipped);
  }

  private static void loadFrom(MethodVisitor out, List<Type> parameters, int first, int skipped) {
    int local = 0;
    for (int i = 0; i < parameters.size(); i++) {
      Type each = parameters.get(i);
      if (i >= first && i != skipped) {
        out.visitVarInsn(each.getOpcode(Opcodes.ILOAD), local);
      }
      local += each.getSize();
    }
  }

  private static void crossing(MethodVisitor out, String name, String descriptor) {
    out.visitMethodInsn(Opcodes.INVOKESTATIC, SNAPSHOT.getInternalName(), name, descriptor, false);
  }

  private static Handle bootstrap(String name, String more) {
    return new Handle(Opcodes.H_INVOKESTATIC, SITES, name, BOOTSTRAP + more + CALL_SITE, false);
  }
}
