// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture;

import java.util.HashSet;
import java.util.Set;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.InvokeDynamicInsnNode;
import org.objectweb.asm.tree.LdcInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.MultiANewArrayInsnNode;
import org.objectweb.asm.tree.TryCatchBlockNode;
import org.objectweb.asm.tree.TypeInsnNode;

/**
 * What the body of a method of a cell mentions of other classes of cells.
 *
 * @param access its modifiers
 * @param reads fields that it reads
 * @param assigns fields that it assigns; for a constructor, static ones only
 * @param calls methods that it calls or makes functions of
 * @param creates classes that it makes objects of
 * @param mentions classes that it names in any other way
 */
record MethodFacts(
    int access,
    Set<Member> reads,
    Set<Member> assigns,
    Set<Member> calls,
    Set<String> creates,
    Set<String> mentions) {

  /** A field or method as byte code names it. */
  record Member(String owner, String name, String descriptor) {

    /** What tells methods of one name apart. */
    String signature() {
      return name + descriptor.substring(0, descriptor.indexOf(')') + 1);
    }
  }

  static MethodFacts of(MethodNode method) {
    MethodFacts facts =
        new MethodFacts(
            method.access,
            new HashSet<>(),
            new HashSet<>(),
            new HashSet<>(),
            new HashSet<>(),
            new HashSet<>());
    facts.mention(Type.getMethodType(method.desc));
    boolean constructor = method.name.equals("<init>");
    for (AbstractInsnNode each : method.instructions) {
      facts.add(each, constructor);
    }
    for (TryCatchBlockNode each : method.tryCatchBlocks) {
      if (each.type != null) {
        facts.mentions.add(each.type);
      }
    }
    return facts;
  }

  boolean isAbstract() {
    return (access & Opcodes.ACC_ABSTRACT) != 0;
  }

  boolean isStatic() {
    return (access & Opcodes.ACC_STATIC) != 0;
  }

  /** Whether it is static and was written by the user. */
  boolean isDeclared() {
    return (access & Opcodes.ACC_STATIC) != 0 && (access & Opcodes.ACC_SYNTHETIC) == 0;
  }

  /** Whether a subclass may have another body for it. */
  boolean isOpen() {
    return (access & (Opcodes.ACC_STATIC | Opcodes.ACC_PRIVATE)) == 0;
  }

  private void add(AbstractInsnNode node, boolean constructor) {
    if (node instanceof FieldInsnNode field) {
      addField(field, constructor);
    } else if (node instanceof MethodInsnNode call) {
      addCall(call.owner, call.name, call.desc);
    } else if (node instanceof InvokeDynamicInsnNode dynamic) {
      mention(Type.getMethodType(dynamic.desc));
      for (Object argument : dynamic.bsmArgs) {
        if (argument instanceof Type type) {
          mention(type);
        } else if (argument instanceof Handle handle
            && handle.getTag() >= Opcodes.H_INVOKEVIRTUAL) {
          addCall(handle.getOwner(), handle.getName(), handle.getDesc());
        }
      }
    } else if (node instanceof TypeInsnNode type) {
      (type.getOpcode() == Opcodes.NEW ? creates : mentions)
          .add(element(Type.getObjectType(type.desc)));
    } else if (node instanceof MultiANewArrayInsnNode array) {
      mention(Type.getType(array.desc));
    } else if (node instanceof LdcInsnNode constant && constant.cst instanceof Type type) {
      mention(type);
    }
  }

  private void addField(FieldInsnNode field, boolean constructor) {
    Member member = new Member(field.owner, field.name, field.desc);
    boolean isStatic =
        field.getOpcode() == Opcodes.GETSTATIC || field.getOpcode() == Opcodes.PUTSTATIC;
    if (isStatic || !constructor) {
      boolean read =
          field.getOpcode() == Opcodes.GETSTATIC || field.getOpcode() == Opcodes.GETFIELD;
      (read ? reads : assigns).add(member);
    }
    mentions.add(field.owner);
    mention(Type.getType(field.desc));
  }

  private void addCall(String owner, String name, String descriptor) {
    if (name.equals("<init>")) {
      creates.add(owner);
    }
    calls.add(new Member(owner, name, descriptor));
    mentions.add(owner);
    mention(Type.getMethodType(descriptor));
  }

  private void mention(Type type) {
    if (type.getSort() == Type.METHOD) {
      mention(type.getReturnType());
      for (Type argument : type.getArgumentTypes()) {
        mention(argument);
      }
    } else {
      mentions.add(element(type));
    }
  }

  private static String element(Type type) {
    Type element = type.getSort() == Type.ARRAY ? type.getElementType() : type;
    return element.getInternalName();
  }
}
