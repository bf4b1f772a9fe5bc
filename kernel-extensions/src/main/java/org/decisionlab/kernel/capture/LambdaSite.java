// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture;

import java.lang.invoke.LambdaMetafactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * A place where a lambda or a method reference becomes an object, as the compiler wrote it.
 *
 * @param method name of the method of the functional interface
 * @param function the functional interface
 * @param captured types of the captured arguments
 * @param erased descriptor of that method
 * @param body the code that the function runs
 * @param actual descriptor of that method with the types of this function
 * @param flags options of {@link LambdaMetafactory#altMetafactory}
 * @param more what follows the options: marker interfaces, bridges
 */
record LambdaSite(
    String method,
    Type function,
    List<Type> captured,
    Type erased,
    Handle body,
    Type actual,
    int flags,
    List<Object> more) {

  private static final String FACTORY = Type.getInternalName(LambdaMetafactory.class);
  private static final Handle ALT_METAFACTORY =
      new Handle(
          Opcodes.H_INVOKESTATIC,
          FACTORY,
          "altMetafactory",
          "(Ljava/lang/invoke/MethodHandles$Lookup;Ljava/lang/String;"
              + "Ljava/lang/invoke/MethodType;[Ljava/lang/Object;)Ljava/lang/invoke/CallSite;",
          false);

  /** Whether an {@code invokedynamic} makes a lambda. */
  static boolean isLambda(Handle bootstrap) {
    return bootstrap.getOwner().equals(FACTORY);
  }

  static LambdaSite of(String name, String descriptor, Object... arguments) {
    boolean alt = arguments.length > 3;
    return new LambdaSite(
        name,
        Type.getReturnType(descriptor),
        List.of(Type.getArgumentTypes(descriptor)),
        (Type) arguments[0],
        (Handle) arguments[1],
        (Type) arguments[2],
        alt ? (Integer) arguments[3] : 0,
        alt ? List.of(Arrays.copyOfRange(arguments, 4, arguments.length)) : List.of());
  }

  /** Whether the function can be serialized as it was written. */
  boolean isSerializable() {
    return (flags & LambdaMetafactory.FLAG_SERIALIZABLE) != 0;
  }

  /** Whether the code of the function stands in a class as a method of the compiler's. */
  boolean isBodyOf(String owner) {
    return body.getOwner().equals(owner) && body.getName().startsWith("lambda$");
  }

  /** The types of all arguments of the code: captured ones first. */
  List<Type> parameters() {
    List<Type> all = new ArrayList<>();
    if (body.getTag() != Opcodes.H_INVOKESTATIC && body.getTag() != Opcodes.H_NEWINVOKESPECIAL) {
      all.add(Type.getObjectType(body.getOwner()));
    }
    all.addAll(List.of(Type.getArgumentTypes(body.getDesc())));
    return all;
  }

  /** The types of the arguments with which the function is called. */
  List<Type> functional() {
    return parameters().subList(captured.size(), parameters().size());
  }

  /** What the code gives back. */
  Type result() {
    return body.getTag() == Opcodes.H_NEWINVOKESPECIAL
        ? Type.getObjectType(body.getOwner())
        : Type.getReturnType(body.getDesc());
  }

  /** Makes the function, always a serializable one, of other code and captured arguments. */
  void emit(MethodVisitor out, Handle code, List<Type> arguments) {
    List<Object> options = new ArrayList<>(List.of(erased, code, actual));
    options.add(flags | LambdaMetafactory.FLAG_SERIALIZABLE);
    options.addAll(more);
    out.visitInvokeDynamicInsn(
        method,
        Type.getMethodDescriptor(function, arguments.toArray(Type[]::new)),
        ALT_METAFACTORY,
        options.toArray());
  }

  /** What tells the site from others of its class. */
  String identity() {
    return body.getOwner() + "." + key(body);
  }

  /** The name under which {@code $deserializeLambda$} knows the function made of some code. */
  String key(Handle code) {
    return String.join(
        "|",
        function.getInternalName(),
        method,
        erased.getDescriptor(),
        code.getName(),
        code.getDesc(),
        actual.getDescriptor());
  }
}
