// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import com.sun.source.util.JavacTask;
import java.io.Writer;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.tools.DiagnosticListener;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a compiler between runs with the compiler's own pool, as JShell does: a run then costs a
 * millisecond, not sixteen. The pool is not part of the compiler's public interface; the JVM must
 * be told {@code --add-exports=jdk.compiler/com.sun.tools.javac.api=ALL-UNNAMED}, and the same for
 * {@code .code} and {@code .util}.
 */
final class CompilerReuse {

  private static final String INTERNAL = "com.sun.tools.javac.";
  private static final Logger LOG = LoggerFactory.getLogger(CompilerReuse.class);
  private static final String CELLS = "REPL";

  private final Class<?> worker = internal("api.JavacTaskPool$Worker");
  private final Method getTask =
      method(
          internal("api.JavacTaskPool"),
          "getTask",
          Writer.class,
          JavaFileManager.class,
          DiagnosticListener.class,
          Iterable.class,
          Iterable.class,
          Iterable.class,
          worker);
  private final Class<?> context = internal("util.Context");
  private final Class<?> name = internal("util.Name");
  private final Class<?> module = internal("code.Symbol$ModuleSymbol");
  private final Class<?> symtab = internal("code.Symtab");
  private final Method getContext = method(internal("api.BasicJavacTask"), "getContext");
  private final Method getPackage = method(symtab, "getPackage", module, name);
  private final Method removeClass = method(symtab, "removeClass", module, name);
  private final Method fromString = method(internal("util.Names"), "fromString", String.class);
  private final Method getCompleter = method(internal("code.ClassFinder"), "getCompleter");
  private final Supplier<@Nullable StoppableCompiler> stoppable;
  private @Nullable Object pool;

  private CompilerReuse(Supplier<@Nullable StoppableCompiler> stoppable) {
    this.stoppable = stoppable;
  }

  /**
   * The pool, or {@code null} if this JVM does not let it be used.
   *
   * @param stoppable makes its compilers stoppable, where that can be
   */
  static @Nullable CompilerReuse find(Supplier<@Nullable StoppableCompiler> stoppable) {
    Module compiler = JavacTask.class.getModule();
    boolean open =
        Stream.of("api", "code", "util")
            .allMatch(
                part -> compiler.isExported(INTERNAL + part, CompilerReuse.class.getModule()));
    try {
      return open ? new CompilerReuse(stoppable) : null;
    } catch (IllegalStateException e) {
      LOG.warn("cells compile slowly: this compiler cannot be kept between runs", e);
      return null;
    }
  }

  /** See {@link CompilerPool#run}. */
  <T> T run(CompilerPool.Run run, Collection<String> known, Function<JavacTask, T> work) {
    Object proxy =
        Proxy.newProxyInstance(
            CompilerReuse.class.getClassLoader(),
            new Class<?>[] {worker},
            (self, called, arguments) -> {
              JavacTask task = (JavacTask) arguments[0];
              forgetCells(task, known);
              return work.apply(task);
            });
    if (pool == null) {
      pool = newPool();
    }
    DiagnosticListener<JavaFileObject> listener = run.problems()::add;
    @SuppressWarnings("unchecked") // the pool returns what the worker returns
    T result =
        (T)
            call(
                getTask,
                pool,
                Writer.nullWriter(),
                run.files(),
                listener,
                run.options(),
                null,
                List.of(run.source()),
                proxy);
    return result;
  }

  void forget() {
    pool = null;
  }

  /** The package of the cells is not the same as in the last run: it is to be listed again. */
  private void forgetCells(JavacTask task, Collection<String> known)
      throws ReflectiveOperationException {
    Object in = call(getContext, task);
    Object symbols = instance(symtab, in);
    Object unnamed = symtab.getField("unnamedModule").get(symbols);
    Object names = instance(internal("util.Names"), in);
    Object cells = call(getPackage, symbols, unnamed, call(fromString, names, CELLS));
    if (cells == null) {
      return;
    }
    for (String each : known) {
      call(removeClass, symbols, unnamed, call(fromString, names, each));
    }
    cells.getClass().getField("members_field").set(cells, null);
    Object completer = call(getCompleter, instance(internal("code.ClassFinder"), in));
    cells.getClass().getField("completer").set(cells, completer);
  }

  private Object instance(Class<?> type, Object in) {
    return call(method(type, "instance", context), null, in);
  }

  private static Class<?> internal(String name) {
    try {
      return Class.forName(INTERNAL + name);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException("this compiler has no " + name, e);
    }
  }

  private static Method method(Class<?> type, String name, Class<?>... parameters) {
    try {
      return type.getMethod(name, parameters);
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException("this compiler has no " + type + "." + name, e);
    }
  }

  private Object newPool() {
    StoppableCompiler found = stoppable.get();
    if (found != null) {
      return found.newPool(1);
    }
    try {
      return internal("api.JavacTaskPool").getConstructor(int.class).newInstance(1);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this compiler has no pool", e);
    }
  }

  private static Object call(Method method, @Nullable Object on, @Nullable Object... arguments) {
    try {
      return method.invoke(on, arguments);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("the compiler's " + method + " is not exported", e);
    }
  }
}
