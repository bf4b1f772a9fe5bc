// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * The methods of a class of a cell that may be part of a recursion: those that call code of cells,
 * or what code of cells may implement or override. A method that only calls classes of {@code
 * java.lang}, such as {@code Math}, cannot.
 */
final class RecursiveMethods {

  private final Set<String> found = new HashSet<>();

  private RecursiveMethods() {}

  static RecursiveMethods of(ClassReader reader) {
    RecursiveMethods methods = new RecursiveMethods();
    reader.accept(methods.new Classes(), ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
    return methods;
  }

  /** Whether a method may call itself, through whatever others. */
  boolean mayBe(String name, String descriptor) {
    return found.contains(name + descriptor);
  }

  private static boolean mayComeBack(int opcode, String owner, String name) {
    if (CellNames.isCellClass(owner.replace('/', '.'))) {
      return true;
    }
    return switch (opcode) {
      case Opcodes.INVOKEINTERFACE -> true;
      case Opcodes.INVOKEVIRTUAL ->
          owner.equals("java/lang/Object") || !owner.startsWith("java/lang/");
      default -> !owner.startsWith("java/lang/") && !name.equals("<init>");
    };
  }

  private final class Classes extends ClassVisitor {

    Classes() {
      super(Opcodes.ASM9);
    }

    @Override
    public MethodVisitor visitMethod(
        int access,
        String method,
        String descriptor,
        @Nullable String signature,
        String @Nullable [] exceptions) {
      return new MethodVisitor(Opcodes.ASM9) {
        @Override
        public void visitMethodInsn(
            int opcode, String owner, String name, String type, boolean isInterface) {
          if (mayComeBack(opcode, owner, name)) {
            found.add(method + descriptor);
          }
        }
      };
    }
  }
}
