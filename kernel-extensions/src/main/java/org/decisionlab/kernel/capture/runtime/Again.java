// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture.runtime;

import java.io.InvalidObjectException;
import java.io.ObjectStreamException;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/**
 * Links a function that arrives with the classes of cells as they are declared now: a copy of its
 * code makes it.
 */
public final class Again {

  private static final String READER = "$deserializeLambda$";

  private Again() {}

  /**
   * What a lambda is known by when it is to be linked anew.
   *
   * @param owner binary name of the class in which it was written
   * @param site what tells it from others there
   */
  public static String key(String owner, String site) {
    return owner + "|" + site;
  }

  /**
   * Makes a function anew.
   *
   * @param owner the class in which it was written
   * @param site see {@link #key}
   * @param captured index of the snapshot among its captured arguments
   * @param lambda the function as it has arrived
   * @return {@code null} if it is to be what it was
   */
  static @Nullable Object made(Class<?> owner, String site, int captured, SerializedLambda lambda)
      throws ObjectStreamException {
    if (!(lambda.getCapturedArg(captured) instanceof CellSnapshot snapshot)) {
      return null;
    }
    String maker = snapshot.again().get(key(owner.getName(), site));
    if (maker == null) {
      return null;
    }
    @Nullable Object[] arguments = new Object[captured];
    for (int i = 0; i < captured; i++) {
      arguments[i] = lambda.getCapturedArg(i);
      String former = FormerObjects.in(arguments[i], snapshot.again());
      if (former != null) {
        throw CellVariableException.former(former);
      }
    }
    CellSnapshot before = CellSnapshot.enter(snapshot);
    try {
      return made(owner, maker, arguments);
    } finally {
      CellSnapshot.leave(before);
    }
  }

  private static Object made(Class<?> owner, String maker, @Nullable Object[] arguments)
      throws ObjectStreamException {
    int hash = maker.indexOf('#');
    try {
      Class<?> copy = copy(owner.getClassLoader(), maker.substring(0, hash));
      Object function = method(copy, maker.substring(hash + 1)).invoke(null, arguments);
      // The way of all functions that arrive: with the values of variables where they can be had.
      Object written = method(function.getClass(), "writeReplace").invoke(function);
      return written instanceof SerializedLambda again
          ? method(copy, READER).invoke(null, again)
          : function;
    } catch (InvocationTargetException e) {
      throw failure(e.getCause());
    } catch (ReflectiveOperationException | LinkageError e) {
      throw failure(e);
    }
  }

  private static Class<?> copy(ClassLoader loader, String name) throws ClassNotFoundException {
    CellHome home = CellHome.of(loader);
    return home == null ? Class.forName(name, true, loader) : home.copy(name);
  }

  private static Method method(Class<?> type, String name) throws NoSuchMethodException {
    for (Method each : type.getDeclaredMethods()) {
      if (each.getName().equals(name)) {
        each.setAccessible(true);
        return each;
      }
    }
    throw new NoSuchMethodException(type.getName() + "." + name);
  }

  private static InvalidObjectException failure(@Nullable Throwable cause) {
    InvalidObjectException failure =
        new InvalidObjectException(
            "a function cannot be linked with classes that were declared anew: "
                + cause
                + "; run the cell of the function again");
    failure.initCause(cause);
    return failure;
  }
}
