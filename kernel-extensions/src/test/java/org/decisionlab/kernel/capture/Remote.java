// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectStreamClass;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;

/**
 * The executor's side: deserializes what the driver has sent, with classes that come from the
 * directory alone, and calls it.
 */
final class Remote {

  private final ClassLoader loader;

  /** An executor that has the classes of the directory and nothing of the kernel. */
  static Remote of(Path classes) throws IOException {
    return new Remote(
        new URLClassLoader(
            new URL[] {classes.toUri().toURL()}, ClassLoader.getPlatformClassLoader()));
  }

  /** A task thread of local mode, which has the loader of the driver. */
  static Remote local(ClassLoader loader) {
    return new Remote(loader);
  }

  private Remote(ClassLoader loader) {
    this.loader = loader;
  }

  /** Calls a function that takes one argument. */
  Object call(byte[] function, Object argument) throws Exception {
    Object target = received(function);
    return within(() -> invoke(target, argument));
  }

  /** What arrives. */
  Object received(byte[] sent) throws Exception {
    return within(
        () -> {
          try (ObjectInputStream in = new Input(new ByteArrayInputStream(sent))) {
            return in.readObject();
          }
        });
  }

  /** Calls a method of what has arrived. */
  Object invoke(Object target, Object... arguments) throws Exception {
    Class<?> type = target.getClass();
    for (Method each : type.getMethods()) {
      boolean named = each.getName().equals("call") || each.getName().equals("apply");
      if (named && !each.isBridge() && each.getParameterCount() == arguments.length) {
        each.setAccessible(true);
        try {
          return each.invoke(target, arguments);
        } catch (InvocationTargetException e) {
          if (e.getCause() instanceof Error cause) {
            throw cause;
          }
          throw (Exception) e.getCause();
        }
      }
    }
    throw new NoSuchMethodException("call or apply in " + type);
  }

  private <T> T within(java.util.concurrent.Callable<T> code) throws Exception {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      return code.call();
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /** Finds classes as Spark's own stream does. */
  private final class Input extends ObjectInputStream {

    Input(InputStream in) throws IOException {
      super(in);
    }

    @Override
    protected Class<?> resolveClass(ObjectStreamClass described)
        throws IOException, ClassNotFoundException {
      try {
        return Class.forName(described.getName(), false, loader);
      } catch (ClassNotFoundException e) {
        return super.resolveClass(described);
      }
    }
  }
}
