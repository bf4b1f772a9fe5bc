// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.decisionlab.kernel.capture.runtime.CellGuard;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * Makes the loops and recursions of a cell stoppable and its exits harmless: a check before each
 * backward jump and at the entry of each lambda and of each method that may call itself, a refusal
 * in place of {@code System.exit}, a wait that can be interrupted in place of one that cannot; what
 * it asserts is checked, wherever it runs; a trace that it prints is that of the cell; and
 * processes that it starts are known. Only calls are added, so the stack map frames of the compiler
 * stay valid.
 */
final class GuardRewrite implements ClassRewrite {

  private static final String GUARD = Type.getInternalName(CellGuard.class);
  private static final String FUTURE = Type.getInternalName(CompletableFuture.class);
  private static final String TRACE = "printStackTrace";
  private static final String STARTED = "(Ljava/lang/Process;)Ljava/lang/Process;";
  private static final String JOIN = "(L" + FUTURE + ";)Ljava/lang/Object;";

  /** Classes of cells that can be thrown. */
  private final Set<String> throwables = ConcurrentHashMap.newKeySet();

  @Override
  public byte[] rewrite(String name, byte[] bytes) {
    ClassReader reader = new ClassReader(bytes);
    ClassWriter writer = new ClassWriter(reader, ClassWriter.COMPUTE_MAXS);
    RecursiveMethods recursive = RecursiveMethods.of(reader);
    reader.accept(new Guards(writer, recursive, throwables), 0);
    return writer.toByteArray();
  }

  /** In the packages of Java, a name tells what can be thrown. */
  private static boolean isThrowable(String name, Set<String> ofCells) {
    return ofCells.contains(name) || name.matches("javax?/.*(Exception|Error|Throwable)");
  }

  /** Guards every method of a class. */
  private static final class Guards extends ClassVisitor {

    private final RecursiveMethods recursive;
    private final Set<String> throwables;

    Guards(ClassVisitor next, RecursiveMethods recursive, Set<String> throwables) {
      super(Opcodes.ASM9, next);
      this.recursive = recursive;
      this.throwables = throwables;
    }

    @Override
    public void visit(
        int version,
        int access,
        String name,
        @Nullable String signature,
        @Nullable String superName,
        String @Nullable [] interfaces) {
      super.visit(version, access, name, signature, superName, interfaces);
      if (superName != null && isThrowable(superName, throwables)) {
        throwables.add(name);
      }
    }

    @Override
    public MethodVisitor visitMethod(
        int access,
        String name,
        String descriptor,
        @Nullable String signature,
        String @Nullable [] exceptions) {
      MethodVisitor method = super.visitMethod(access, name, descriptor, signature, exceptions);
      boolean atEntry = name.startsWith("lambda$") || recursive.mayBe(name, descriptor);
      return new GuardedMethod(method, atEntry, throwables);
    }
  }

  /** Guards one method. */
  private static final class GuardedMethod extends MethodVisitor {

    private final Set<Label> passed = new HashSet<>();
    private final boolean atEntry;
    private final Set<String> throwables;

    GuardedMethod(MethodVisitor next, boolean atEntry, Set<String> throwables) {
      super(Opcodes.ASM9, next);
      this.atEntry = atEntry;
      this.throwables = throwables;
    }

    @Override
    public void visitCode() {
      super.visitCode();
      if (atEntry) {
        check();
      }
    }

    @Override
    public void visitLabel(Label label) {
      passed.add(label);
      super.visitLabel(label);
    }

    @Override
    public void visitJumpInsn(int opcode, Label target) {
      if (passed.contains(target)) {
        check();
      }
      super.visitJumpInsn(opcode, target);
    }

    @Override
    public void visitMethodInsn(
        int opcode, String owner, String name, String descriptor, boolean isInterface) {
      if (owner.equals("java/lang/Class") && name.equals("desiredAssertionStatus")) {
        super.visitInsn(Opcodes.POP);
        super.visitInsn(Opcodes.ICONST_1);
      } else if (opcode != Opcodes.INVOKESPECIAL && isTrace(owner, name, descriptor)) {
        super.visitMethodInsn(Opcodes.INVOKESTATIC, GUARD, name, "(Ljava/lang/Throwable;)V", false);
      } else if (isJoin(owner, name)) {
        super.visitMethodInsn(Opcodes.INVOKESTATIC, GUARD, "join", JOIN, false);
      } else if (opcode == Opcodes.INVOKESTATIC && isExit(owner, name)) {
        super.visitMethodInsn(opcode, GUARD, "exit", "(I)V", false);
      } else if (isExit(owner, name)) {
        super.visitMethodInsn(
            Opcodes.INVOKESTATIC, GUARD, "exit", "(Ljava/lang/Runtime;I)V", false);
      } else {
        super.visitMethodInsn(opcode, owner, name, descriptor, isInterface);
        if (isStart(owner, name)) {
          super.visitMethodInsn(Opcodes.INVOKESTATIC, GUARD, "started", STARTED, false);
        }
      }
    }

    @Override
    public void visitInvokeDynamicInsn(
        String name, String descriptor, Handle bootstrap, Object... arguments) {
      Object[] guarded = new Object[arguments.length];
      for (int i = 0; i < arguments.length; i++) {
        guarded[i] = arguments[i] instanceof Handle handle ? guarded(handle) : arguments[i];
      }
      super.visitInvokeDynamicInsn(name, descriptor, bootstrap, guarded);
    }

    private void check() {
      super.visitMethodInsn(Opcodes.INVOKESTATIC, GUARD, "check", "()V", false);
    }

    private Handle guarded(Handle handle) {
      if (isJoin(handle.getOwner(), handle.getName())) {
        return new Handle(Opcodes.H_INVOKESTATIC, GUARD, "join", JOIN, false);
      }
      if (handle.getTag() != Opcodes.H_INVOKESPECIAL
          && isTrace(handle.getOwner(), handle.getName(), handle.getDesc())) {
        return new Handle(Opcodes.H_INVOKESTATIC, GUARD, TRACE, "(Ljava/lang/Throwable;)V", false);
      }
      if (!isExit(handle.getOwner(), handle.getName())) {
        return handle;
      }
      String descriptor =
          handle.getTag() == Opcodes.H_INVOKESTATIC ? "(I)V" : "(Ljava/lang/Runtime;I)V";
      return new Handle(Opcodes.H_INVOKESTATIC, GUARD, "exit", descriptor, false);
    }

    private boolean isTrace(String owner, String name, String descriptor) {
      return name.equals(TRACE) && descriptor.equals("()V") && isThrowable(owner, throwables);
    }

    private static boolean isJoin(String owner, String name) {
      return owner.equals(FUTURE) && name.equals("join");
    }

    private static boolean isStart(String owner, String name) {
      return (owner.equals("java/lang/ProcessBuilder") && name.equals("start"))
          || (owner.equals("java/lang/Runtime") && name.equals("exec"));
    }

    private static boolean isExit(String owner, String name) {
      return (owner.equals("java/lang/System") && name.equals("exit"))
          || (owner.equals("java/lang/Runtime") && (name.equals("exit") || name.equals("halt")));
    }
  }
}
