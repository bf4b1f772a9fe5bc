// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture.runtime;

import java.io.IOException;
import java.io.OutputStream;
import java.io.Serializable;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds objects of classes that a cell has declared anew: code that follows the declaration does
 * not know them for what they were.
 */
public final class FormerObjects extends ValueOutput {

  private static final Pattern GENERATION =
      Pattern.compile("(?<=^REPL[./]\\$JShell\\$\\d{1,9})[A-Z]*(?=\\$|$)");

  private final Map<String, String> names;
  private @Nullable String found;

  private FormerObjects(Map<String, String> names) throws IOException {
    super(OutputStream.nullOutputStream());
    this.names = names;
    enableReplaceObject(true);
  }

  /** The name of a class without what tells its generations apart. */
  public static String withoutGeneration(String type) {
    return GENERATION.matcher(type).replaceFirst("");
  }

  /**
   * Looks into what a function has captured.
   *
   * @param captured an object with all that it refers to
   * @param names the classes that were declared anew, by binary name
   * @return the class of such an object, or {@code null}
   */
  static @Nullable String in(@Nullable Object captured, Map<String, String> names) {
    try (FormerObjects search = new FormerObjects(names)) {
      search.writeObject(captured);
      return search.found;
    } catch (IOException e) {
      throw CellVariableException.unknown(e);
    }
  }

  /**
   * Whether an object is of a class, for {@code instanceof} in code that follows a declaration.
   *
   * @throws CellVariableException if it is of an earlier generation of the class
   */
  public static boolean isInstance(@Nullable Object value, Class<?> type) {
    if (value == null || type.isInstance(value)) {
      return value != null;
    }
    String former = generation(value.getClass(), withoutGeneration(type.getName()));
    if (former != null) {
      throw CellVariableException.former(former);
    }
    return false;
  }

  /** The class or interface of an object that is a generation of another one. */
  private static @Nullable String generation(@Nullable Class<?> type, String wanted) {
    if (type == null) {
      return null;
    }
    if (withoutGeneration(type.getName()).equals(wanted)) {
      return type.getName();
    }
    for (Class<?> each : type.getInterfaces()) {
      String found = generation(each, wanted);
      if (found != null) {
        return found;
      }
    }
    return generation(type.getSuperclass(), wanted);
  }

  @Override
  protected boolean encloses(CellSnapshot snapshot) {
    return true;
  }

  @Override
  protected @Nullable Object replaceObject(@Nullable Object value) {
    // It has been carried here, so that it is something that replaces itself.
    return value instanceof Serializable ? value : null;
  }

  @Override
  protected void annotateClass(Class<?> type) {
    Class<?> element = type;
    while (element.isArray()) {
      element = element.getComponentType();
    }
    if (names.containsKey(element.getName())) {
      found = element.getName();
    }
  }
}
