// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture.runtime;

import java.io.IOException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Thrown where a function of a cell reads a variable whose value is not to be had there. */
public final class CellVariableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** What the compiler puts before the name of a local class, or in place of a name. */
  private static final Pattern UNNAMED = Pattern.compile("^\\d+");

  /** A message that names the variable and says what to do. */
  public CellVariableException(String message) {
    super(message);
  }

  /** The same, with the reason. */
  public CellVariableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** The variable has another type than when the code was compiled. */
  public static CellVariableException changed(String key, Class<?> was, String is) {
    return new CellVariableException(
        "'"
            + display(key)
            + "' was "
            + was.getTypeName()
            + " when this code was written, and is now "
            + is
            + "; run the cell of this function again");
  }

  /** An object is of a class that has been declared anew since it was made. */
  public static CellVariableException former(String type) {
    return new CellVariableException(
        "an object of '"
            + display(type)
            + "' was made before '"
            + display(type)
            + "' was declared anew, and the function uses the new one; run the cell that makes the"
            + " objects again");
  }

  /** What a function holds cannot be searched for objects of classes declared anew. */
  static CellVariableException unknown(IOException reason) {
    return new CellVariableException(
        "what a function holds cannot be looked at, and a class that it uses was declared anew;"
            + " run the cell of the function again",
        reason);
  }

  /** What is said of a value that holds objects of a class that has been declared anew. */
  public static String holdsFormer(String key, String type) {
    return "'"
        + display(key)
        + "' holds an object of '"
        + display(type)
        + "' from before '"
        + display(type)
        + "' was declared anew; run the cell that makes it again";
  }

  /** What is said of a value that is too large to travel in functions. */
  public static String tooLarge(String key, String why) {
    String name = display(key);
    return "'"
        + name
        + "' cannot be carried to executors: "
        + why
        + "; every task gets a copy of its own, so put it into a broadcast, var shared ="
        + " sc.broadcast("
        + name
        + "), and read shared.value() in the function";
  }

  static CellVariableException absent(String key) {
    return new CellVariableException(
        "'"
            + display(key)
            + "' was not carried to this executor: it is not reached from the function that was"
            + " given to Spark; read it in that function or hand its value over; where an enum or a"
            + " default method is what Spark calls, give it a lambda that calls that");
  }

  /** How the user knows a variable: {@code k}, or {@code Counter.n} for a static field. */
  public static String display(String key) {
    String name = UNNAMED.matcher(key.substring(key.lastIndexOf('$') + 1)).replaceFirst("");
    return name.isEmpty() ? "an anonymous class" : name;
  }
}
