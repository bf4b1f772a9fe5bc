// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** Compares class files by what they do, and changes how they are seen. */
final class ClassCode {

  /** Methods that wrappers have whatever they hold. */
  private static final Set<String> KERNELS = Set.of("<init>", "<clinit>", "do_it$");

  private ClassCode() {}

  /** Whether two class files differ in nothing but line numbers and names for debuggers. */
  static boolean isSame(byte[] one, byte[] other) {
    return Arrays.equals(one, other) || Arrays.equals(bare(one), bare(other));
  }

  /** Whether a wrapper of JShell holds a method of a cell, and not a variable or a type. */
  static boolean declaresMethod(byte[] wrapper) {
    List<String> found = new ArrayList<>();
    ClassVisitor methods =
        new ClassVisitor(Opcodes.ASM9) {
          @Override
          public @Nullable MethodVisitor visitMethod(
              int access,
              String name,
              String descriptor,
              @Nullable String signature,
              String @Nullable [] exceptions) {
            if ((access & Opcodes.ACC_SYNTHETIC) == 0 && !KERNELS.contains(name)) {
              found.add(name);
            }
            return null;
          }
        };
    new ClassReader(wrapper).accept(methods, ClassReader.SKIP_CODE);
    return !found.isEmpty();
  }

  /** A class file in which one of the fields is final. */
  static byte[] withFinal(byte[] bytes, String field) {
    ClassWriter writer = new ClassWriter(0);
    ClassVisitor fields =
        new ClassVisitor(Opcodes.ASM9, writer) {
          @Override
          public FieldVisitor visitField(
              int access,
              String name,
              String descriptor,
              @Nullable String signature,
              @Nullable Object value) {
            int own = name.equals(field) ? access | Opcodes.ACC_FINAL : access;
            return super.visitField(own, name, descriptor, signature, value);
          }
        };
    new ClassReader(bytes).accept(fields, 0);
    return writer.toByteArray();
  }

  /** Written anew, so that the order of the constants is that of their use. */
  private static byte[] bare(byte[] bytes) {
    ClassWriter writer = new ClassWriter(0);
    new ClassReader(bytes).accept(writer, ClassReader.SKIP_DEBUG);
    return writer.toByteArray();
  }
}
