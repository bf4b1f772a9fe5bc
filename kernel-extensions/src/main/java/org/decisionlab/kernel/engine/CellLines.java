// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Writes the label of its cell and the cell's own lines into a class, so that every stack trace
 * reads {@code (Cell 3:2)}, on executors too; and lets other pieces of cells call what is not
 * private: each piece has a class loader of its own, so that the JVM takes them for different
 * packages and modules. The compiler has seen to what the user has declared.
 *
 * @param label label of the cell
 * @param lines line in the cell for each line of the source that was compiled
 */
record CellLines(String label, IntUnaryOperator lines) implements ClassRewrite {

  private static final int ACCESS =
      Opcodes.ACC_PUBLIC | Opcodes.ACC_PROTECTED | Opcodes.ACC_PRIVATE;

  @Override
  public byte[] rewrite(String name, byte[] bytes) {
    ClassReader reader = new ClassReader(bytes);
    ClassWriter writer = new ClassWriter(reader, 0);
    reader.accept(new Labelled(writer), 0);
    return writer.toByteArray();
  }

  private static int open(int access) {
    return (access & Opcodes.ACC_PRIVATE) != 0 ? access : (access & ~ACCESS) | Opcodes.ACC_PUBLIC;
  }

  private final class Labelled extends ClassVisitor {

    Labelled(ClassVisitor next) {
      super(Opcodes.ASM9, next);
    }

    @Override
    public void visit(
        int version,
        int access,
        String name,
        @Nullable String signature,
        @Nullable String superName,
        String @Nullable [] interfaces) {
      super.visit(version, open(access), name, signature, superName, interfaces);
    }

    @Override
    public void visitSource(@Nullable String source, @Nullable String debug) {
      super.visitSource(label, null);
    }

    /** The JVM wants the subtypes of a sealed type in its own module; the compiler has checked. */
    @Override
    public void visitPermittedSubclass(String permitted) {}

    @Override
    public @Nullable FieldVisitor visitField(
        int access,
        String name,
        String descriptor,
        @Nullable String signature,
        @Nullable Object value) {
      return super.visitField(open(access), name, descriptor, signature, value);
    }

    @Override
    public MethodVisitor visitMethod(
        int access,
        String name,
        String descriptor,
        @Nullable String signature,
        String @Nullable [] exceptions) {
      int opened = name.equals("<clinit>") ? access : open(access);
      return new MethodVisitor(
          Opcodes.ASM9, super.visitMethod(opened, name, descriptor, signature, exceptions)) {
        @Override
        public void visitLineNumber(int line, Label start) {
          super.visitLineNumber(lines.applyAsInt(line), start);
        }
      };
    }
  }
}
