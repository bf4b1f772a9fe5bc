// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import com.sun.source.util.JavacTask;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import jdk.jshell.JShell;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compilers that ask at each step whether they are to stop ({@link CellThread#stopsCompiler}):
 * javac takes time exponential in the depth of calls of unknown methods, of lambdas and of type
 * arguments, and knows no interrupt.
 *
 * <p>In each new context of a pool of compilers, the parts that attribute trees and compare types
 * are subclasses that ask first. A run that is stopped leaves its context behind, as the pool does
 * with any that has failed. The JVM must be told {@code
 * --add-exports=jdk.compiler/com.sun.tools.javac.comp=ALL-UNNAMED}, what {@link CompilerReuse}
 * needs, and {@code --add-opens=jdk.jshell/jdk.jshell=ALL-UNNAMED}; otherwise a stop waits for the
 * end of the compiler.
 */
final class StoppableCompiler {

  private static final Logger LOG = LoggerFactory.getLogger(StoppableCompiler.class);
  private static final String INTERNAL = "com.sun.tools.javac.";
  private static final Set<String> COMPARISONS =
      Set.of("isSubtype", "isSameType", "containsType", "asSuper");
  private static final int SHELL_CONTEXTS = 5;

  /** Makes what the compiler lets through; it takes anything else for a fault of its own. */
  private static final @Nullable Constructor<?> LET_THROUGH = letThrough();

  private final Class<?> worker = internal("api.JavacTaskPool$Worker");
  private final Class<?> factory = internal("util.Context$Factory");
  private final Method withTask = worker.getMethod("withTask", JavacTask.class);
  private final Method getContext = internal("api.BasicJavacTask").getMethod("getContext");
  private final Method get;
  private final Method put;
  private final List<Part> parts;
  private final Constructor<?> pool;

  /** A part of the compiler that asks, and the key under which a context has such a part. */
  private record Part(Object key, Constructor<?> constructor) {}

  private StoppableCompiler() throws ReflectiveOperationException {
    Class<?> context = internal("util.Context");
    Class<?> key = internal("util.Context$Key");
    this.get = context.getMethod("get", key);
    this.put = context.getMethod("put", key, factory);
    Class<?> attribution = internal("comp.Attr");
    Class<?> types = internal("code.Types");
    AskingClasses classes = new AskingClasses(MethodHandles.lookup());
    Class<?> askingAttribution =
        classes.part(
            attribution,
            context,
            "attrKey",
            overridable(attribution).filter(each -> each.getName().startsWith("visit")).toList());
    Class<?> askingTypes =
        classes.part(
            types,
            context,
            "typesKey",
            overridable(types).filter(each -> COMPARISONS.contains(each.getName())).toList());
    this.parts = List.of(part(askingTypes, context), part(askingAttribution, context));
    this.pool =
        classes
            .pool(internal("api.JavacTaskPool"), worker)
            .getDeclaredConstructor(int.class, StoppableCompiler.class);
  }

  /** Stops the compiler if that is wanted. Called by its parts. */
  static void check() throws ReflectiveOperationException {
    if (LET_THROUGH != null && CellThread.stopsCompiler()) {
      throw (RuntimeException) LET_THROUGH.newInstance(new Stop());
    }
  }

  /** Whether this is behind a failure of the compiler or of JShell. */
  static boolean hasStopped(Throwable failure) {
    Throwable each = failure;
    while (each != null && !(each instanceof Stop)) {
      each = each.getCause();
    }
    return each != null;
  }

  /** Ends a run of the compiler; where it was does not matter. */
  private static final class Stop extends RuntimeException {

    Stop() {
      super("the compiler was stopped", null, false, false);
    }
  }

  private static @Nullable Constructor<?> letThrough() {
    try {
      return internal("util.PropagatedException").getConstructor(RuntimeException.class);
    } catch (ReflectiveOperationException e) {
      LOG.warn("the compiler cannot be interrupted", e);
      return null;
    }
  }

  /** Such compilers, or {@code null} if this JVM does not let the compiler be reached. */
  static @Nullable StoppableCompiler find() {
    Module compiler = JavacTask.class.getModule();
    boolean open =
        Stream.of("api", "code", "comp", "util")
            .allMatch(
                part -> compiler.isExported(INTERNAL + part, StoppableCompiler.class.getModule()));
    try {
      return open ? new StoppableCompiler() : null;
    } catch (ReflectiveOperationException | LinkageError e) {
      LOG.warn("the compiler cannot be interrupted: this one has other parts", e);
      return null;
    }
  }

  /**
   * A pool of compilers, a {@code JavacTaskPool}.
   *
   * @param contexts how many it keeps
   */
  Object newPool(int contexts) {
    try {
      return pool.newInstance(contexts, this);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("no pool of compilers", e);
    }
  }

  /** Gives JShell such compilers in place of its own; again whenever it has taken new ones. */
  void equip(JShell shell) {
    try {
      Field tasks = JShell.class.getDeclaredField("taskFactory");
      tasks.setAccessible(true);
      Object taskFactory = tasks.get(shell);
      Field own = taskFactory.getClass().getDeclaredField("javacTaskPool");
      own.setAccessible(true);
      own.set(taskFactory, newPool(SHELL_CONTEXTS));
    } catch (ReflectiveOperationException | InaccessibleObjectException e) {
      LOG.warn("the compilation of declarations cannot be interrupted: {}", e.toString());
    }
  }

  /**
   * What a pool is to do with a compiler, with a context that asks. Called by the pool.
   *
   * @param wanted a {@code JavacTaskPool.Worker}
   */
  Object asking(Object wanted) {
    return Proxy.newProxyInstance(
        StoppableCompiler.class.getClassLoader(),
        new Class<?>[] {worker},
        (self, called, arguments) -> {
          Object context = getContext.invoke(arguments[0]);
          for (Part part : parts) {
            if (get.invoke(context, part.key) == null) {
              put.invoke(context, part.key, makes(part));
            }
          }
          return call(withTask, wanted, arguments[0]);
        });
  }

  /** Makes a part when a context is first asked for it. */
  private Object makes(Part part) {
    return Proxy.newProxyInstance(
        StoppableCompiler.class.getClassLoader(),
        new Class<?>[] {factory},
        (self, called, arguments) -> part.constructor.newInstance(arguments[0]));
  }

  private static @Nullable Object call(Method method, Object on, Object argument) throws Throwable {
    try {
      return method.invoke(on, argument);
    } catch (InvocationTargetException e) {
      throw e.getCause() == null ? e : e.getCause();
    }
  }

  private static Part part(Class<?> asking, Class<?> context) throws ReflectiveOperationException {
    Object key = asking.getDeclaredMethod(AskingClasses.KEY).invoke(null);
    return new Part(key, asking.getDeclaredConstructor(context));
  }

  private static Stream<Method> overridable(Class<?> type) {
    return Arrays.stream(type.getDeclaredMethods())
        .filter(each -> Modifier.isPublic(each.getModifiers()))
        .filter(each -> (each.getModifiers() & (Modifier.FINAL | Modifier.STATIC)) == 0)
        .filter(each -> !each.isBridge());
  }

  private static Class<?> internal(String name) throws ClassNotFoundException {
    return Class.forName(INTERNAL + name);
  }
}
