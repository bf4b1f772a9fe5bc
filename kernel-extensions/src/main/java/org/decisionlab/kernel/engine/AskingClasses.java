// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * Writes the subclasses of {@link StoppableCompiler}: their supertypes are no part of the public
 * interface of the compiler, so that no source can name them.
 */
final class AskingClasses {

  /** Static method of a part that gives the key of such parts. */
  static final String KEY = "key";

  private static final String PACKAGE = Type.getInternalName(AskingClasses.class);
  private static final String OWNER = Type.getInternalName(StoppableCompiler.class);
  private static final String OWNER_TYPE = Type.getDescriptor(StoppableCompiler.class);

  private final MethodHandles.Lookup lookup;

  /**
   * @param lookup defines classes in this package
   */
  AskingClasses(MethodHandles.Lookup lookup) {
    this.lookup = lookup;
  }

  /**
   * A part of the compiler that asks first.
   *
   * @param part the part
   * @param context type of the argument of its constructor
   * @param key its static field that holds the key of the part
   * @param methods those that ask
   */
  Class<?> part(Class<?> part, Class<?> context, String key, List<Method> methods)
      throws IllegalAccessException {
    String parent = Type.getInternalName(part);
    ClassWriter writer = begin(part);
    String made = "(" + Type.getDescriptor(context) + ")V";
    MethodVisitor constructor = writer.visitMethod(0, "<init>", made, null, null);
    constructor.visitCode();
    constructor.visitVarInsn(Opcodes.ALOAD, 0);
    constructor.visitVarInsn(Opcodes.ALOAD, 1);
    constructor.visitMethodInsn(Opcodes.INVOKESPECIAL, parent, "<init>", made, false);
    end(constructor, Opcodes.RETURN);
    MethodVisitor keyOf =
        writer.visitMethod(Opcodes.ACC_STATIC, KEY, "()Ljava/lang/Object;", null, null);
    keyOf.visitCode();
    String keyType = "Lcom/sun/tools/javac/util/Context$Key;";
    keyOf.visitFieldInsn(Opcodes.GETSTATIC, parent, key, keyType);
    end(keyOf, Opcodes.ARETURN);
    for (Method each : methods) {
      ask(writer, parent, each);
    }
    return define(writer);
  }

  /** The method of the parent, after {@link StoppableCompiler#check}. */
  private static void ask(ClassWriter writer, String parent, Method method) {
    String descriptor = Type.getMethodDescriptor(method);
    MethodVisitor code =
        writer.visitMethod(Opcodes.ACC_PUBLIC, method.getName(), descriptor, null, null);
    code.visitCode();
    code.visitMethodInsn(Opcodes.INVOKESTATIC, OWNER, "check", "()V", false);
    loadAll(code, method);
    code.visitMethodInsn(Opcodes.INVOKESPECIAL, parent, method.getName(), descriptor, false);
    end(code, Type.getReturnType(method).getOpcode(Opcodes.IRETURN));
  }

  /**
   * A pool of compilers that changes what it is asked to do with each by {@link
   * StoppableCompiler#asking}.
   *
   * @param pool {@code JavacTaskPool}
   * @param worker what it is asked to do
   */
  Class<?> pool(Class<?> pool, Class<?> worker) throws IllegalAccessException {
    String parent = Type.getInternalName(pool);
    ClassWriter writer = begin(pool);
    String own = name(pool);
    writer.visitField(Opcodes.ACC_FINAL, "owner", OWNER_TYPE, null, null);
    MethodVisitor constructor =
        writer.visitMethod(0, "<init>", "(I" + OWNER_TYPE + ")V", null, null);
    constructor.visitCode();
    constructor.visitVarInsn(Opcodes.ALOAD, 0);
    constructor.visitVarInsn(Opcodes.ILOAD, 1);
    constructor.visitMethodInsn(Opcodes.INVOKESPECIAL, parent, "<init>", "(I)V", false);
    constructor.visitVarInsn(Opcodes.ALOAD, 0);
    constructor.visitVarInsn(Opcodes.ALOAD, 2);
    constructor.visitFieldInsn(Opcodes.PUTFIELD, own, "owner", OWNER_TYPE);
    end(constructor, Opcodes.RETURN);
    Method getTask =
        Arrays.stream(pool.getMethods())
            .filter(each -> each.getName().equals("getTask"))
            .findFirst()
            .orElseThrow(() -> new NoClassDefFoundError(pool + " has no getTask"));
    String descriptor = Type.getMethodDescriptor(getTask);
    int last = getTask.getParameterCount();
    MethodVisitor code = writer.visitMethod(Opcodes.ACC_PUBLIC, "getTask", descriptor, null, null);
    code.visitCode();
    code.visitVarInsn(Opcodes.ALOAD, 0);
    code.visitFieldInsn(Opcodes.GETFIELD, own, "owner", OWNER_TYPE);
    code.visitVarInsn(Opcodes.ALOAD, last);
    code.visitMethodInsn(
        Opcodes.INVOKEVIRTUAL, OWNER, "asking", "(Ljava/lang/Object;)Ljava/lang/Object;", false);
    code.visitTypeInsn(Opcodes.CHECKCAST, Type.getInternalName(worker));
    code.visitVarInsn(Opcodes.ASTORE, last);
    loadAll(code, getTask);
    code.visitMethodInsn(Opcodes.INVOKESPECIAL, parent, "getTask", descriptor, false);
    end(code, Opcodes.ARETURN);
    return define(writer);
  }

  private static void loadAll(MethodVisitor code, Method method) {
    code.visitVarInsn(Opcodes.ALOAD, 0);
    int at = 1;
    for (Type each : Type.getArgumentTypes(method)) {
      code.visitVarInsn(each.getOpcode(Opcodes.ILOAD), at);
      at += each.getSize();
    }
  }

  private static String name(Class<?> parent) {
    return PACKAGE + "$" + parent.getSimpleName();
  }

  private static ClassWriter begin(Class<?> parent) {
    ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
    int access = Opcodes.ACC_FINAL | Opcodes.ACC_SUPER | Opcodes.ACC_SYNTHETIC;
    String parentName = Type.getInternalName(parent);
    writer.visit(Opcodes.V17, access, name(parent), null, parentName, null);
    return writer;
  }

  private static void end(MethodVisitor code, int opcode) {
    code.visitInsn(opcode);
    code.visitMaxs(0, 0);
    code.visitEnd();
  }

  private Class<?> define(ClassWriter writer) throws IllegalAccessException {
    return lookup.defineClass(writer.toByteArray());
  }
}
