// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture;

import java.util.ArrayList;
import java.util.List;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * Makes room among the local variables of a method for parameters that are inserted, and keeps the
 * frames of the compiler true.
 */
class BodyCopy extends MethodVisitor {

  private final int at;
  private final List<Type> inserted;
  private final int size;

  /**
   * @param out the method with more parameters
   * @param at index of the local variable before which they are inserted
   * @param inserted their types
   */
  BodyCopy(MethodVisitor out, int at, List<Type> inserted) {
    super(Opcodes.ASM9, out);
    this.at = at;
    this.inserted = inserted;
    this.size = inserted.stream().mapToInt(Type::getSize).sum();
  }

  @Override
  public void visitVarInsn(int opcode, int variable) {
    super.visitVarInsn(opcode, moved(variable));
  }

  @Override
  public void visitIincInsn(int variable, int increment) {
    super.visitIincInsn(moved(variable), increment);
  }

  @Override
  public void visitLocalVariable(
      String name, String descriptor, String signature, Label start, Label end, int index) {
    super.visitLocalVariable(name, descriptor, signature, start, end, moved(index));
  }

  @Override
  public void visitFrame(int type, int locals, Object[] local, int depth, Object[] stack) {
    List<Object> all = new ArrayList<>();
    int slot = 0;
    int index = 0;
    while (slot < at) {
      Object each = index < locals ? local[index] : Opcodes.TOP;
      all.add(each);
      slot += each == Opcodes.LONG || each == Opcodes.DOUBLE ? 2 : 1;
      index++;
    }
    for (Type each : inserted) {
      all.add(frameType(each));
    }
    for (; index < locals; index++) {
      all.add(local[index]);
    }
    super.visitFrame(type, all.size(), all.toArray(), depth, stack);
  }

  private int moved(int variable) {
    return variable < at ? variable : variable + size;
  }

  /** A type as frames name it. */
  static Object frameType(Type type) {
    return switch (type.getSort()) {
      case Type.BOOLEAN, Type.BYTE, Type.CHAR, Type.SHORT, Type.INT -> Opcodes.INTEGER;
      case Type.FLOAT -> Opcodes.FLOAT;
      case Type.LONG -> Opcodes.LONG;
      case Type.DOUBLE -> Opcodes.DOUBLE;
      default -> type.getInternalName();
    };
  }
}
