// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture.runtime;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;

/**
 * A place in the byte code of a cell that calls a method of the notebook.
 *
 * @param caller lookup of the class that contains the place
 * @param owner binary name of the class that declared the method when the place was compiled
 * @param name name of the method
 * @param type its type
 */
public record MethodSite(MethodHandles.Lookup caller, String owner, String name, MethodType type) {

  /** What the method is known by when another declaration takes its place. */
  public String key() {
    return key(owner, name, type.toMethodDescriptorString());
  }

  /** The same, of the parts. */
  public static String key(String owner, String name, String descriptor) {
    return owner + "." + name + descriptor;
  }

  /** The name of the method that has a key. */
  public static String name(String key) {
    String called = key.substring(0, key.indexOf('('));
    return called.substring(called.lastIndexOf('.') + 1);
  }

  /** The method as it was when the place was compiled. */
  public MethodHandle own() throws ReflectiveOperationException {
    return in(Class.forName(owner, false, caller.lookupClass().getClassLoader()));
  }

  /**
   * The method as a class declares it.
   *
   * @throws NoSuchMethodException if it declares none of this type
   */
  public MethodHandle in(Class<?> declaring) throws ReflectiveOperationException {
    for (Method each : declaring.getDeclaredMethods()) {
      MethodType declared = MethodType.methodType(each.getReturnType(), each.getParameterTypes());
      if (each.getName().equals(name) && declared.equals(type)) {
        // Cells may see more of each other than their loaders let them.
        each.setAccessible(true);
        return caller.unreflect(each).asFixedArity();
      }
    }
    throw new NoSuchMethodException(declaring.getName() + "." + name + type);
  }

  /** Thrown where the method gives back something else now. */
  public static CellVariableException changed(String name) {
    return new CellVariableException(
        "the method '"
            + name
            + "' gives back another type than when this code was written; run the cell of this"
            + " function again");
  }
}
