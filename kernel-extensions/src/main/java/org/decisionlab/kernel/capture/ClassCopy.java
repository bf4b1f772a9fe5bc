// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.decisionlab.kernel.capture.MethodFacts.Member;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.commons.ClassRemapper;
import org.objectweb.asm.commons.Remapper;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.InvokeDynamicInsnNode;
import org.objectweb.asm.tree.LdcInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.MultiANewArrayInsnNode;
import org.objectweb.asm.tree.TryCatchBlockNode;
import org.objectweb.asm.tree.TypeInsnNode;

/**
 * Copies the code of one function of a cell, with the classes declared now in place of those that
 * it was compiled with; refuses where these do not have what it uses.
 */
final class ClassCopy {

  private static final String MAKER = "again$";
  private static final String INSTANCE_TEST = "typeSwitch";

  /** What stands for the class itself, where it is not its code that is meant. */
  private static final String ITSELF = "REPL/$Itself";

  private final CellGraph graph;
  private final CellMembers members;
  private final Generations generations;
  private final String owner;
  private final String copy;
  private final Map<String, String> makers = new LinkedHashMap<>();
  private final Set<String> nested = new HashSet<>();

  /** Why a copy cannot be. */
  static final class UnfitException extends Exception {

    private static final long serialVersionUID = 1L;

    UnfitException(String message) {
      super(message);
    }
  }

  /**
   * @param owner internal name of the class that is copied
   * @param copy internal name of the copy
   */
  ClassCopy(CellGraph graph, Generations generations, String owner, String copy) {
    this.graph = graph;
    this.members = new CellMembers(graph);
    this.generations = generations;
    this.owner = owner;
    this.copy = copy;
  }

  /** The methods that make the function, by {@link LambdaSite#identity()} in the original. */
  Map<String, String> makers() {
    return makers;
  }

  /** The body of the function in the copy. */
  String entry(String entry) {
    int dot = entry.indexOf('.');
    int descriptor = entry.indexOf('(');
    String name = entry.substring(dot + 1, descriptor);
    String type = entry.substring(0, dot);
    return (type.equals(owner) && !isBody(name) ? present(owner) : map(type))
        + "."
        + name
        + names().mapMethodDesc(entry.substring(descriptor));
  }

  /**
   * Class files of the copy and of what is nested in it.
   *
   * @param sources class files of the original, and of the classes that have no name of their own
   * @param entry the function
   */
  Map<String, byte[]> write(Map<String, byte[]> sources, String entry) throws UnfitException {
    ClassNode original = read(sources.get(owner));
    ClassNode reduced = reduced(original, entry);
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put(copy.replace('/', '.'), written(reduced));
    Deque<String> waiting = new ArrayDeque<>(nested);
    Set<String> done = new HashSet<>();
    while (!waiting.isEmpty()) {
      String next = waiting.remove();
      byte[] bytes = sources.get(next);
      if (bytes != null && done.add(next)) {
        ClassNode node = read(bytes);
        node.methods.removeIf(each -> each.name.equals("$deserializeLambda$"));
        for (MethodNode each : node.methods) {
          check(each);
        }
        files.put(map(next).replace('/', '.'), written(node));
        waiting.addAll(nested);
      }
    }
    return files;
  }

  private static ClassNode read(byte @Nullable [] bytes) throws UnfitException {
    if (bytes == null) {
      throw new UnfitException("it stands in a class");
    }
    ClassNode node = new ClassNode();
    new ClassReader(bytes).accept(node, ClassReader.EXPAND_FRAMES);
    return node;
  }

  /** Only what the function needs: its bodies, and methods that make it. */
  private ClassNode reduced(ClassNode original, String entry) throws UnfitException {
    Map<String, MethodNode> bodies = new LinkedHashMap<>();
    List<LambdaSite> sites = new ArrayList<>();
    for (MethodNode each : original.methods) {
      bodies.put(each.name + each.desc, each);
      for (LambdaSite site : sites(each)) {
        if (LambdaPlan.entry(site).equals(entry) && !sites.contains(site)) {
          sites.add(site);
        }
      }
    }
    original.fields.clear();
    original.methods.clear();
    Deque<Handle> waiting = new ArrayDeque<>();
    for (LambdaSite each : sites) {
      original.methods.add(maker(each));
      waiting.add(each.body());
    }
    while (!waiting.isEmpty()) {
      Handle next = waiting.remove();
      MethodNode body = bodies.remove(next.getName() + next.getDesc());
      if (body != null && next.getOwner().equals(owner) && isBody(body.name)) {
        check(body);
        original.methods.add(body);
        sites(body).forEach(each -> waiting.add(each.body()));
      }
    }
    return original;
  }

  private static boolean isBody(String method) {
    return method.startsWith("lambda$");
  }

  private static List<LambdaSite> sites(MethodNode method) {
    List<LambdaSite> found = new ArrayList<>();
    for (AbstractInsnNode each : method.instructions) {
      if (each instanceof InvokeDynamicInsnNode dynamic && LambdaSite.isLambda(dynamic.bsm)) {
        found.add(LambdaSite.of(dynamic.name, dynamic.desc, dynamic.bsmArgs));
      }
    }
    return found;
  }

  private MethodNode maker(LambdaSite site) throws UnfitException {
    for (Type each : site.captured()) {
      refuseFormer(each, "it holds an object of '");
    }
    refuseFormer(site.function(), "it is a '");
    check(member(site.body()), site.body().getTag() == Opcodes.H_INVOKESTATIC);
    String descriptor =
        Type.getMethodDescriptor(site.function(), site.captured().toArray(Type[]::new));
    MethodNode maker =
        new MethodNode(
            Opcodes.ACC_STATIC | Opcodes.ACC_SYNTHETIC | Opcodes.ACC_PRIVATE,
            MAKER + makers.size(),
            descriptor,
            null,
            null);
    makers.put(site.identity(), maker.name);
    Emit.loadAll(maker, site.captured(), -1);
    site.emit(maker, self(site.body()), site.captured());
    maker.visitInsn(Opcodes.ARETURN);
    int size = site.captured().stream().mapToInt(Type::getSize).sum();
    maker.visitMaxs(size + 1, size);
    return maker;
  }

  private void refuseFormer(Type type, String what) throws UnfitException {
    Type element = type.getSort() == Type.ARRAY ? type.getElementType() : type;
    String name = element.getInternalName();
    if (element.getSort() == Type.OBJECT && !map(name).equals(name)) {
      throw new UnfitException(what + Generations.display(name) + "' from before");
    }
  }

  /** Sees to it that what a method uses is there, and marks what it means of its own class. */
  private void check(MethodNode method) throws UnfitException {
    for (AbstractInsnNode each : method.instructions) {
      if (each instanceof FieldInsnNode field) {
        check(new Member(field.owner, field.name, field.desc), isStatic(field.getOpcode()));
        field.owner = field.owner.equals(owner) ? ITSELF : field.owner;
      } else if (each instanceof MethodInsnNode call) {
        check(new Member(call.owner, call.name, call.desc), isStatic(call.getOpcode()));
        call.owner = call.owner.equals(owner) && !isBody(call.name) ? ITSELF : call.owner;
      } else if (each instanceof InvokeDynamicInsnNode dynamic) {
        check(dynamic);
      } else if (each instanceof TypeInsnNode type) {
        check(type.getOpcode(), Type.getObjectType(type.desc));
      } else if (each instanceof MultiANewArrayInsnNode array) {
        type(Type.getType(array.desc));
      } else if (each instanceof LdcInsnNode constant && constant.cst instanceof Type type) {
        refuseNamed(type, "it uses the class object of '");
      }
    }
    for (TryCatchBlockNode each : method.tryCatchBlocks) {
      if (each.type != null) {
        type(Type.getObjectType(each.type));
      }
    }
  }

  /** Asked for its class, an object of a former one would be taken for none of it. */
  private void check(int opcode, Type type) throws UnfitException {
    type(type);
    if (opcode == Opcodes.INSTANCEOF && type.getSort() == Type.ARRAY) {
      refuseNamed(type, "it asks for arrays of '");
    }
  }

  private void refuseNamed(Type type, String what) throws UnfitException {
    Type element = type.getSort() == Type.ARRAY ? type.getElementType() : type;
    if (element.getSort() == Type.OBJECT && isFormer(element.getInternalName())) {
      throw new UnfitException(what + Generations.display(element.getInternalName()) + "'");
    }
  }

  private void check(InvokeDynamicInsnNode dynamic) throws UnfitException {
    for (int i = 0; i < dynamic.bsmArgs.length; i++) {
      if (dynamic.bsmArgs[i] instanceof Handle handle) {
        check(member(handle), handle.getTag() == Opcodes.H_INVOKESTATIC);
        dynamic.bsmArgs[i] = self(handle);
      } else if (dynamic.bsmArgs[i] instanceof Type type
          && dynamic.bsm.getName().equals(INSTANCE_TEST)) {
        refuseNamed(type, "it has a switch with the type '");
      }
    }
  }

  private static boolean isStatic(int opcode) {
    return opcode == Opcodes.INVOKESTATIC
        || opcode == Opcodes.GETSTATIC
        || opcode == Opcodes.PUTSTATIC;
  }

  private static Member member(Handle handle) {
    return new Member(handle.getOwner(), handle.getName(), handle.getDesc());
  }

  private Handle self(Handle handle) {
    return handle.getOwner().equals(owner) && !isBody(handle.getName())
        ? new Handle(
            handle.getTag(), ITSELF, handle.getName(), handle.getDesc(), handle.isInterface())
        : handle;
  }

  private void check(Member used, boolean isStatic) throws UnfitException {
    type(Type.getObjectType(used.owner()));
    boolean own = isNested(used.owner()) || (used.owner().equals(owner) && isBody(used.name()));
    if (generations.isFormer(used.owner()) && !own) {
      boolean method = used.descriptor().startsWith("(");
      String descriptor =
          method ? names().mapMethodDesc(used.descriptor()) : names().mapDesc(used.descriptor());
      Member now = new Member(present(used.owner()), used.name(), descriptor);
      if (members.has(used, isStatic) && !members.has(now, isStatic)) {
        throw new UnfitException(
            Generations.isDeclared(used.owner())
                ? "'"
                    + Generations.display(used.owner())
                    + "' has no "
                    + (used.name().equals("<init>") ? "such constructor" : "'" + used.name() + "'")
                    + " any more that fits"
                : "'" + used.name() + "' has another type now");
      }
    }
  }

  private void type(Type type) throws UnfitException {
    Type element = type.getSort() == Type.ARRAY ? type.getElementType() : type;
    if (element.getSort() != Type.OBJECT) {
      return;
    }
    String name = element.getInternalName();
    if (isNested(name)) {
      nested.add(name);
    } else if (isFormer(name)) {
      if (graph.get(present(name)) == null) {
        throw new UnfitException("there is no '" + Generations.display(name) + "' any more");
      }
      if (!members.kinds(present(name)).containsAll(members.kinds(name))) {
        throw new UnfitException(
            "'" + Generations.display(name) + "' does not extend or implement the same any more");
      }
    }
  }

  private boolean isFormer(String name) {
    return generations.isFormerClass(name);
  }

  /** Whether a class has no name of its own and stands in the one that is copied. */
  private boolean isNested(String name) {
    return name.length() > owner.length() + 1
        && name.startsWith(owner + "$")
        && Character.isDigit(name.charAt(owner.length() + 1));
  }

  private String present(String name) {
    return generations.present(name);
  }

  private String map(String name) {
    if (name.equals(ITSELF)) {
      return present(owner);
    }
    if (name.equals(owner) || isNested(name)) {
      return copy + name.substring(owner.length());
    }
    return present(name);
  }

  private Remapper names() {
    return new Remapper(Opcodes.ASM9) {
      @Override
      public String map(String internalName) {
        return ClassCopy.this.map(internalName);
      }
    };
  }

  private byte[] written(ClassNode node) {
    ClassWriter writer = new ClassWriter(0);
    node.accept(new Copied(writer, names()));
    return writer.toByteArray();
  }

  /** Renames, and asks of objects whether they are of a class that was declared anew. */
  private final class Copied extends ClassRemapper {

    Copied(ClassWriter out, Remapper names) {
      super(Opcodes.ASM9, out, names);
    }

    @Override
    protected MethodVisitor createMethodRemapper(MethodVisitor next) {
      MethodVisitor renaming = super.createMethodRemapper(next);
      return new MethodVisitor(Opcodes.ASM9, renaming) {
        @Override
        public void visitTypeInsn(int opcode, String type) {
          if (opcode == Opcodes.INSTANCEOF && isFormer(type)) {
            Emit.isInstance(renaming, type);
          } else {
            super.visitTypeInsn(opcode, type);
          }
        }

        @Override
        public void visitMaxs(int stack, int locals) {
          super.visitMaxs(stack + 1, locals);
        }
      };
    }
  }
}
