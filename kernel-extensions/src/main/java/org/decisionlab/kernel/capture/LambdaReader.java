// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture;

import java.util.Collection;
import java.util.List;
import org.decisionlab.kernel.capture.LambdaPlan.Direct;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.ClassNode;

/**
 * Writes {@code $deserializeLambda$}: makes the function that arrives, with the values of the
 * variables that its body reads as captured arguments where they can be had.
 */
final class LambdaReader {

  private static final String LAMBDA = "java/lang/invoke/SerializedLambda";
  private static final int NAME = 1;
  private static final int VALUES = 2;

  private final MethodVisitor out;

  private LambdaReader(MethodVisitor out) {
    this.out = out;
  }

  static void write(ClassNode type, Collection<LambdaPlan> plans) {
    new LambdaReader(
            Emit.method(type, "$deserializeLambda$", "(L" + LAMBDA + ";)Ljava/lang/Object;"))
        .write(plans);
  }

  private void write(Collection<LambdaPlan> plans) {
    out.visitCode();
    out.visitVarInsn(Opcodes.ALOAD, 0);
    Emit.sites(out, "lambda", "(L" + LAMBDA + ";)Ljava/lang/String;");
    out.visitVarInsn(Opcodes.ASTORE, NAME);
    for (LambdaPlan plan : plans) {
      Direct direct = plan.direct();
      choose(plan.site(), plan.code(), () -> make(plan));
      if (direct != null) {
        List<Type> captured = LambdaPlan.captured(plan.site(), direct);
        choose(plan.site(), direct.code(), () -> make(plan.site(), direct.code(), captured));
      }
    }
    out.visitVarInsn(Opcodes.ALOAD, 0);
    Emit.sites(out, "unknown", "(L" + LAMBDA + ";)Ljava/lang/IllegalArgumentException;");
    out.visitInsn(Opcodes.ATHROW);
    out.visitMaxs(0, 0);
    out.visitEnd();
  }

  private void choose(LambdaSite site, Handle code, Runnable make) {
    Label next = new Label();
    out.visitLdcInsn(site.key(code));
    out.visitVarInsn(Opcodes.ALOAD, NAME);
    out.visitMethodInsn(
        Opcodes.INVOKEVIRTUAL, "java/lang/String", "equals", "(Ljava/lang/Object;)Z", false);
    out.visitJumpInsn(Opcodes.IFEQ, next);
    make.run();
    out.visitLabel(next);
    frame();
  }

  private void make(LambdaPlan plan) {
    Direct direct = plan.direct();
    if (plan.carries()) {
      again(plan);
    }
    if (direct != null) {
      int snapshot = plan.site().captured().size();
      Label slow = new Label();
      out.visitVarInsn(Opcodes.ALOAD, 0);
      Emit.values(out, direct.values(), snapshot);
      out.visitVarInsn(Opcodes.ASTORE, VALUES);
      out.visitVarInsn(Opcodes.ALOAD, VALUES);
      out.visitJumpInsn(Opcodes.IFNULL, slow);
      push(plan.site().captured());
      List<Type> types = direct.types();
      for (int i = 0; i < types.size(); i++) {
        out.visitVarInsn(Opcodes.ALOAD, VALUES);
        index(i);
        out.visitInsn(Opcodes.AALOAD);
        Emit.cast(out, types.get(i));
      }
      if (!direct.pure()) {
        push(snapshot, Emit.SNAPSHOT);
      }
      plan.site().emit(out, direct.code(), LambdaPlan.captured(plan.site(), direct));
      out.visitInsn(Opcodes.ARETURN);
      out.visitLabel(slow);
      frame();
    }
    make(plan.site(), plan.code(), plan.captured());
  }

  private void again(LambdaPlan plan) {
    Label asItWas = new Label();
    out.visitVarInsn(Opcodes.ALOAD, 0);
    Emit.again(out, plan.site().identity(), plan.site().captured().size());
    out.visitInsn(Opcodes.DUP);
    out.visitJumpInsn(Opcodes.IFNULL, asItWas);
    out.visitInsn(Opcodes.ARETURN);
    out.visitLabel(asItWas);
    out.visitFrame(
        Opcodes.F_NEW,
        2,
        new Object[] {LAMBDA, "java/lang/String"},
        1,
        new Object[] {"java/lang/Object"});
    out.visitInsn(Opcodes.POP);
  }

  private void make(LambdaSite site, Handle code, List<Type> captured) {
    push(captured);
    site.emit(out, code, captured);
    out.visitInsn(Opcodes.ARETURN);
  }

  private void push(List<Type> captured) {
    for (int i = 0; i < captured.size(); i++) {
      push(i, captured.get(i));
    }
  }

  private void push(int argument, Type type) {
    out.visitVarInsn(Opcodes.ALOAD, 0);
    index(argument);
    out.visitMethodInsn(
        Opcodes.INVOKEVIRTUAL, LAMBDA, "getCapturedArg", "(I)Ljava/lang/Object;", false);
    Emit.cast(out, type);
  }

  private void index(int value) {
    out.visitIntInsn(Opcodes.SIPUSH, value);
  }

  private void frame() {
    out.visitFrame(Opcodes.F_NEW, 2, new Object[] {LAMBDA, "java/lang/String"}, 0, new Object[0]);
  }
}
