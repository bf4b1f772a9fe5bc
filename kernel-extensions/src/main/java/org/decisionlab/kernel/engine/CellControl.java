// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import java.io.File;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
import java.util.Arrays;
import jdk.jshell.spi.ExecutionControl;
import jdk.jshell.spi.SPIResolutionException;
import org.jspecify.annotations.Nullable;

/**
 * Loads and runs the classes that JShell compiles, in this JVM and on the calling thread. Values
 * and throwables are kept as objects: JShell itself only knows their text.
 */
final class CellControl implements ExecutionControl {

  private final CellLoader loader;
  private final CellThread thread;
  private final ClassRewrite rewrite;
  private final Replacements replacements = new Replacements();
  private @Nullable Object value;
  private @Nullable Throwable thrown;

  CellControl(CellLoader loader, CellThread thread, ClassRewrite rewrite) {
    this.loader = loader;
    this.thread = thread;
    this.rewrite = rewrite;
  }

  /** Forgets the outcome of the last run. */
  void reset() {
    value = null;
    thrown = null;
  }

  /** The value of the last run. */
  @Nullable Object value() {
    return value;
  }

  /** What the last run threw, or {@code null}. */
  @Nullable Throwable thrown() {
    return thrown;
  }

  @Override
  public void load(ClassBytecodes[] classes) throws ClassInstallException {
    for (ClassBytecodes each : classes) {
      rewrite.announce(each.name(), each.bytecodes());
    }
    for (ClassBytecodes each : classes) {
      loader.add(each.name(), rewrite.rewrite(each.name(), each.bytecodes()));
    }
    try {
      for (ClassBytecodes each : classes) {
        Class<?> type = Class.forName(each.name(), false, loader);
        replacements.carryOver(type);
        rewrite.loaded(type);
      }
    } catch (ClassNotFoundException | LinkageError e) {
      thrown = e;
      throw new ClassInstallException("load: " + e.getMessage(), new boolean[classes.length]);
    }
  }

  @Override
  public void redefine(ClassBytecodes[] classes) throws NotImplementedException {
    throw new NotImplementedException("classes are replaced under a new name");
  }

  @Override
  public String invoke(String className, String methodName) throws RunException, InternalException {
    reset();
    try {
      Method method = Class.forName(className, true, loader).getDeclaredMethod(methodName);
      method.setAccessible(true);
      try {
        value = thread.inUserCode(() -> method.invoke(null));
      } finally {
        rewrite.ran(method.getDeclaringClass());
      }
      return "";
    } catch (InvocationTargetException e) {
      thrown = e.getCause();
    } catch (ExceptionInInitializerError | ReflectiveOperationException e) {
      throw new InternalException("cannot run " + className + ": " + e);
    } catch (Exception e) {
      throw new InternalException("cannot run " + className + ": " + e);
    } catch (Error e) {
      thrown = e;
    }
    Throwable failure = thrown == null ? new IllegalStateException() : thrown;
    if (failure instanceof SPIResolutionException unresolved) {
      throw new ResolutionException(unresolved.id(), failure.getStackTrace());
    }
    throw new UserException(
        String.valueOf(failure.getMessage()),
        failure.getClass().getName(),
        failure.getStackTrace());
  }

  @Override
  public String varValue(String className, String varName) throws InternalException {
    try {
      return String.valueOf(field(className, varName).get(null));
    } catch (ReflectiveOperationException e) {
      throw new InternalException("cannot read " + varName + ": " + e);
    }
  }

  /** The static field that holds a variable of the cells. */
  Field field(String className, String varName) throws ReflectiveOperationException {
    Field field = Class.forName(className, true, loader).getDeclaredField(varName);
    field.setAccessible(true);
    return field;
  }

  @Override
  public void addToClasspath(String path) throws InternalException {
    for (String entry : path.split(File.pathSeparator, -1)) {
      try {
        loader.addPath(new File(entry).toURI().toURL());
      } catch (MalformedURLException e) {
        throw new InternalException("not a class path entry: " + entry);
      }
    }
  }

  /** Cells are stopped through {@link CellThread#requestStop}. */
  @Override
  public void stop() {
    thread.requestStop();
  }

  @Override
  public Object extensionCommand(String command, Object arg) throws NotImplementedException {
    throw new NotImplementedException(command);
  }

  @Override
  public void close() {}

  @Override
  public String toString() {
    return "CellControl" + Arrays.toString(loader.getURLs());
  }
}
