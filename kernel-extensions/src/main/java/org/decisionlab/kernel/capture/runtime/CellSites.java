// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture.runtime;

import static java.lang.invoke.MethodType.methodType;

import java.lang.invoke.CallSite;
import java.lang.invoke.ConstantCallSite;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import org.jspecify.annotations.Nullable;

/**
 * Links the places in the byte code of cells where variables matter. On the driver, outside of
 * functions that were carried, a variable is the field that it is in Java, and the compiler of the
 * JVM sees nothing else.
 */
public final class CellSites {

  private static final Lookup LOOKUP = MethodHandles.lookup();
  private static final MethodHandle IN_CARRIED =
      find("inCarried", methodType(boolean.class), CellSnapshot.class);
  private static final MethodHandle ACTION = action();
  private static final MethodHandle READ =
      find(
          "read",
          methodType(Object.class, String.class, CarriedAccess.Expected.class),
          CarriedAccess.class);
  private static final MethodHandle READ_CONSTANT =
      find(
          "readConstant",
          methodType(
              Object.class,
              String.class,
              CarriedAccess.Expected.class,
              OwnConstants.class,
              MethodHandle.class),
          CarriedAccess.class);
  private static final MethodHandle ASSIGN =
      find("assign", methodType(void.class, String.class, Object.class), CarriedAccess.class);
  private static final MethodHandle READ_OF =
      find(
          "readOf",
          methodType(
              Object.class,
              String.class,
              CarriedAccess.Expected.class,
              OwnConstants.class,
              MethodHandle.class,
              Object.class),
          CarriedAccess.class);
  private static final MethodHandle ASSIGN_OF =
      find(
          "assignOf",
          methodType(void.class, String.class, Object.class, Object.class),
          CarriedAccess.class);
  private static final MethodHandle CURRENT_OR =
      find("currentOr", methodType(CellSnapshot.class, CellSnapshot.class), CellSnapshot.class);
  private static final MethodHandle BOUND =
      find(
          "boundValues",
          methodType(
              Object[].class,
              CarriedAccess.Expected[].class,
              String[].class,
              int.class,
              SerializedLambda.class),
          CarriedAccess.class);

  private static final MethodHandle AGAIN =
      find(
          "made",
          methodType(Object.class, Class.class, String.class, int.class, SerializedLambda.class),
          Again.class);
  private static final MethodHandle REDECLARED =
      find("isRedeclared", methodType(boolean.class), CarriedAccess.class);
  private static final MethodHandle DECLARED =
      find(
          "declared",
          methodType(MethodHandle.class, MethodSite.class, MethodHandle.class),
          CarriedAccess.class);

  private CellSites() {}

  /**
   * Links a place that reads or assigns a variable.
   *
   * @param caller the class of the place
   * @param name name of the field
   * @param type {@code ()T} or {@code (T)void}
   * @param key see {@link VariableSite}
   * @param owner see {@link VariableSite}
   */
  public static CallSite variable(
      Lookup caller, String name, MethodType type, String key, String owner) {
    VariableSite site = new VariableSite(caller, key, owner, name, type);
    MethodHandle carried =
        site.assigns()
            ? MethodHandles.insertArguments(ASSIGN, 0, key)
            : MethodHandles.insertArguments(
                READ, 0, key, CarriedAccess.Expected.of(site.valueType()));
    CellHome home = CellHome.of(caller.lookupClass().getClassLoader());
    return site(type, carried, home == null ? null : home.live(site));
  }

  /**
   * Links a place that reads a static final field of a class of a cell. Where the value could not
   * be carried, the field is read that the class itself has initialized, as everywhere in Java.
   */
  public static CallSite constant(
      Lookup caller, String name, MethodType type, String key, String owner)
      throws ReflectiveOperationException {
    Class<?> declaring = Class.forName(owner, false, caller.lookupClass().getClassLoader());
    Field field = declaring.getDeclaredField(name);
    // Cells may see more of each other than their loaders let them.
    field.setAccessible(true);
    MethodHandle own = caller.unreflectGetter(field).asType(type);
    MethodHandle carried =
        MethodHandles.insertArguments(
            READ_CONSTANT,
            0,
            key,
            CarriedAccess.Expected.of(type.returnType()),
            new OwnConstants(),
            own.asType(methodType(Object.class)));
    CellHome home = CellHome.of(caller.lookupClass().getClassLoader());
    return site(type, carried, home == null ? null : own);
  }

  /**
   * Links a place that reads or assigns a field of a constant of an enum: every JVM has constants
   * of its own, the value is carried by the name of the constant.
   *
   * @param type {@code (E)T} or {@code (E,T)void}
   */
  public static CallSite ofConstants(
      Lookup caller, String name, MethodType type, String key, String owner)
      throws ReflectiveOperationException {
    Class<?> declaring = Class.forName(owner, false, caller.lookupClass().getClassLoader());
    Field field = declaring.getDeclaredField(name);
    // Cells may see more of each other than their loaders let them.
    field.setAccessible(true);
    CellHome home = CellHome.of(caller.lookupClass().getClassLoader());
    if (type.returnType() == void.class) {
      MethodHandle own = caller.unreflectSetter(field).asType(type);
      return site(
          type, MethodHandles.insertArguments(ASSIGN_OF, 0, key), home == null ? null : own);
    }
    MethodHandle own = caller.unreflectGetter(field).asType(type);
    MethodHandle asFinal =
        Modifier.isFinal(field.getModifiers())
            ? own.asType(methodType(Object.class, Object.class))
            : null;
    MethodHandle carried =
        MethodHandles.insertArguments(
            READ_OF,
            0,
            key,
            CarriedAccess.Expected.of(type.returnType()),
            new OwnConstants(),
            asFinal);
    return site(type, carried, home == null ? null : own);
  }

  /**
   * Links a place that calls a method of the notebook.
   *
   * @param caller the class of the place
   * @param name name of the method
   * @param type its type
   * @param owner see {@link MethodSite}
   */
  public static CallSite method(Lookup caller, String name, MethodType type, String owner)
      throws ReflectiveOperationException {
    MethodSite site = new MethodSite(caller, owner, name, type);
    MethodHandle own = site.own();
    MethodHandle asDeclared =
        MethodHandles.foldArguments(
            MethodHandles.exactInvoker(type),
            MethodHandles.insertArguments(DECLARED, 0, site, own));
    MethodHandle test = MethodHandles.dropArguments(REDECLARED, 0, type.parameterList());
    CellHome home = CellHome.of(caller.lookupClass().getClassLoader());
    return site(
        type,
        MethodHandles.guardWithTest(test, asDeclared, own),
        home == null ? null : home.live(site));
  }

  /**
   * Links a place that gives a new function its snapshot.
   *
   * @param entry see {@link CellRoot}
   */
  public static CallSite snapshot(Lookup caller, String name, MethodType type, String entry) {
    CellHome home = CellHome.of(caller.lookupClass().getClassLoader());
    CellSnapshot live =
        home == null ? null : new CellSnapshot(home, new CellRoot(caller.lookupClass(), entry));
    MethodHandle inside = MethodHandles.insertArguments(CURRENT_OR, 0, live);
    MethodHandle outside = MethodHandles.constant(CellSnapshot.class, live);
    return new ConstantCallSite(
        home == null ? inside : CellSnapshot.NONE_CARRIED.guardWithTest(outside, inside));
  }

  /**
   * Links the place in {@code $deserializeLambda$} that asks for the values of variables that the
   * body of a lambda reads: an array in the order of the keys, or {@code null} if one of them
   * cannot be had or may be assigned.
   *
   * @param types the types of the values, as parameters
   * @param captured index of the snapshot among the captured arguments
   * @param keys the variables, separated by commas
   */
  public static CallSite values(
      Lookup caller, String name, MethodType type, MethodType types, int captured, String keys) {
    CarriedAccess.Expected[] expected =
        types.parameterList().stream()
            .map(CarriedAccess.Expected::of)
            .toArray(CarriedAccess.Expected[]::new);
    return new ConstantCallSite(
        MethodHandles.insertArguments(
                BOUND, 0, expected, keys.isEmpty() ? new String[0] : keys.split(","), captured)
            .asType(type));
  }

  /**
   * Links the place in {@code $deserializeLambda$} that asks for a function which is linked anew:
   * {@code null} where it is to be what it was.
   *
   * @param captured index of the snapshot among the captured arguments
   * @param site see {@link Again#key}
   */
  public static CallSite again(
      Lookup caller, String name, MethodType type, int captured, String site) {
    return new ConstantCallSite(
        MethodHandles.insertArguments(AGAIN, 0, caller.lookupClass(), site, captured).asType(type));
  }

  /**
   * Links a place before a call of Spark that may compute something: it gives back the object to
   * call; executors leave it.
   */
  public static CallSite action(Lookup caller, String name, MethodType type) {
    CellHome home = CellHome.of(caller.lookupClass().getClassLoader());
    MethodHandle itself = MethodHandles.identity(Object.class);
    return new ConstantCallSite(
        home == null
            ? itself
            : MethodHandles.guardWithTest(
                MethodHandles.dropArguments(IN_CARRIED, 0, Object.class),
                itself,
                ACTION.bindTo(home)));
  }

  /**
   * What a library is given as a function: a constant of an enum together with what it reads.
   *
   * @param value an argument of a call
   */
  public static @Nullable Object function(@Nullable Object value) {
    return HandedOver.function(value);
  }

  /**
   * The same for a function that Spark calls on the driver.
   *
   * @throws CellVariableException if it was written with a class that says something else now
   */
  public static @Nullable Object functionHere(@Nullable Object value) {
    CalledHere.check(value);
    return HandedOver.function(value);
  }

  /** The name under which {@code $deserializeLambda$} knows a lambda. */
  public static String lambda(SerializedLambda lambda) {
    return String.join(
        "|",
        lambda.getFunctionalInterfaceClass(),
        lambda.getFunctionalInterfaceMethodName(),
        lambda.getFunctionalInterfaceMethodSignature(),
        lambda.getImplMethodName(),
        lambda.getImplMethodSignature(),
        lambda.getInstantiatedMethodType());
  }

  /** Thrown by {@code $deserializeLambda$} for what its class does not know. */
  public static IllegalArgumentException unknown(SerializedLambda lambda) {
    return new IllegalArgumentException(
        "no such lambda in " + lambda.getCapturingClass() + ": " + lambda.getImplMethodName());
  }

  private static CallSite site(MethodType type, MethodHandle carried, @Nullable MethodHandle live) {
    MethodHandle inside = carried.asType(type);
    if (live == null) {
      return new ConstantCallSite(inside);
    }
    MethodHandle test = MethodHandles.dropArguments(IN_CARRIED, 0, type.parameterList());
    return new ConstantCallSite(
        CellSnapshot.NONE_CARRIED.guardWithTest(
            live, MethodHandles.guardWithTest(test, inside, live)));
  }

  private static MethodHandle action() {
    try {
      return LOOKUP.findVirtual(CellHome.class, "action", methodType(Object.class, Object.class));
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private static MethodHandle find(String name, MethodType type, Class<?> owner) {
    try {
      return LOOKUP.findStatic(owner, name, type);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }
}
