// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import java.io.File;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;
import jdk.jshell.spi.ExecutionControl;
import jdk.jshell.spi.SPIResolutionException;
import org.decisionlab.kernel.cell.CodeWatch;
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
  private Function<String, Optional<CellSources.Origin>> origins = wrapper -> Optional.empty();
  private Consumer<File> added = entry -> {};
  private CodeWatch watch = CodeWatch.NONE;
  private boolean declaring;
  private @Nullable Object value;
  private @Nullable Throwable thrown;
  private final List<PieceLoader> loaded = new ArrayList<>();

  /**
   * @param loader finds the classes of cells
   * @param thread runs cells
   * @param rewrite is applied to every class of a cell before it is defined
   */
  CellControl(CellLoader loader, CellThread thread, ClassRewrite rewrite) {
    this.loader = loader;
    this.thread = thread;
    this.rewrite = rewrite;
  }

  /** Says from where the wrappers of JShell come; it knows when it is asked to load them. */
  void traceTo(Function<String, Optional<CellSources.Origin>> knownOrigins) {
    origins = knownOrigins;
  }

  /** Tells the compiler of what is added to the class path. */
  void tellAdded(Consumer<File> compiler) {
    added = compiler;
  }

  /** Sets what stands around the run of user code; returns what did. */
  CodeWatch watch(CodeWatch next) {
    CodeWatch before = watch;
    watch = next;
    return before;
  }

  /** Forgets a declaration: what is declared later under its name begins anew. */
  void forget(String wrapper) {
    replacements.forget(wrapper);
    loader.forget(wrapper);
  }

  /** Forgets the outcome of the last run. */
  void reset() {
    replacements.begin();
    value = null;
    thrown = null;
  }

  /** The variables that lost their values in what JShell has replaced. */
  List<Replacements.Reset> resets() {
    return replacements.resets();
  }

  /** Gives the variables of a wrapper the values that they have in an earlier version of it. */
  void carryOver(String before, String after) throws InternalException {
    settle();
    try {
      replacements.carryOver(loader.loadClass(before), loader.loadClass(after));
    } catch (ClassNotFoundException | LinkageError e) {
      throw new InternalException("cannot keep the values of " + before + ": " + e);
    }
  }

  /** Whether a variable has kept a value that is not {@code null}. */
  boolean holdsValue(String name) {
    return replacements.kept().contains(name);
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
  public void load(ClassBytecodes[] classes) {
    Map<String, Map<String, byte[]>> wrappers = new LinkedHashMap<>();
    for (ClassBytecodes each : classes) {
      String wrapper = Objects.requireNonNullElse(CellNames.wrapper(each.name()), each.name());
      wrappers
          .computeIfAbsent(wrapper, name -> new LinkedHashMap<>())
          .put(each.name(), each.bytecodes());
    }
    // What is new in a wrapper that is there comes alone first; the wrapper is then replaced,
    // whole.
    wrappers.entrySet().removeIf(each -> !each.getValue().containsKey(each.getKey()));
    List<PieceLoader> pieces = new ArrayList<>();
    wrappers.forEach((wrapper, files) -> pieces.add(new PieceLoader(loader, wrapper, files)));
    pieces.forEach(loader::declare);
    pieces.forEach(PieceLoader::link);
    loaded.addAll(pieces);
  }

  /**
   * Readies what has been loaded. JShell does not say from which snippet classes come before it has
   * loaded them.
   */
  void settle() throws InternalException {
    List<PieceLoader> pieces = List.copyOf(loaded);
    loaded.clear();
    pieces.forEach(this::announce);
    for (PieceLoader piece : pieces) {
      Optional<CellSources.Origin> origin = origins.apply(piece.wrapper());
      CellText text =
          origin.map(from -> from.fragment().cell()).orElse(new CellText(piece.wrapper(), ""));
      IntUnaryOperator lines = origin.map(CellSources.Origin::lines).orElse(line -> line);
      piece.prepare(text, rewrite(text, lines));
      origin.map(CellSources.Origin::fragment).ifPresent(piece::comesFrom);
    }
    try {
      for (PieceLoader piece : pieces) {
        replacements.carryOver(piece.loadClass(piece.wrapper()));
        tellLoaded(piece);
      }
    } catch (ClassNotFoundException | LinkageError e) {
      throw new InternalException("cannot define " + pieces + ": " + e);
    }
  }

  private void announce(PieceLoader piece) {
    piece.compiled().forEach(rewrite::announce);
  }

  private void tellLoaded(PieceLoader piece) throws ClassNotFoundException {
    for (String name : piece.compiled().keySet()) {
      rewrite.loaded(piece.loadClass(name));
    }
  }

  private ClassRewrite rewrite(CellText text, IntUnaryOperator lines) {
    return new CellLines(text.label(), lines).then(rewrite);
  }

  /** Runs statements that were compiled to a class of their own; what they throw is kept. */
  void run(CellText text, RunCompiler.Compiled compiled) throws InternalException {
    PieceLoader piece = new PieceLoader(loader, compiled.name(), compiled.classes());
    announce(piece);
    piece.prepare(text, rewrite(text, line -> line));
    loader.lend(piece);
    piece.link();
    reset();
    try {
      tellLoaded(piece);
    } catch (ClassNotFoundException | LinkageError e) {
      throw new InternalException("cannot define " + compiled.name() + ": " + e);
    }
    call(piece, compiled.name(), "do_it$");
  }

  /** Tells that a declaration was made again; if it is the same, its classes stay. */
  void declared(String wrapper, Fragment fragment) {
    PieceLoader piece = loader.piece(wrapper);
    if (piece != null) {
      piece.isRepeatedBy(fragment);
    }
  }

  /** Says whether a declaration of a cell that is no import is being made. */
  void declaring(boolean now) {
    declaring = now;
  }

  @Override
  public void redefine(ClassBytecodes[] classes) throws NotImplementedException {
    for (ClassBytecodes each : classes) {
      if ((declaring && isMethod(each)) || !isLoaded(each)) {
        throw new NotImplementedException("classes are replaced under a new name");
      }
    }
  }

  /**
   * A method that a cell declares anew is replaced even if only its lines have moved: its errors
   * are to name the new lines.
   */
  private static boolean isMethod(ClassBytecodes compiled) {
    return compiled.name().equals(CellNames.wrapper(compiled.name()))
        && ClassCode.declaresMethod(compiled.bytecodes());
  }

  /**
   * A type whose code is the same stays: variables hold what was made of it. So does everything
   * below an import, which moves all lines.
   */
  private boolean isLoaded(ClassBytecodes compiled) {
    String wrapper = CellNames.wrapper(compiled.name());
    PieceLoader piece = wrapper == null ? null : loader.piece(wrapper);
    byte[] known = piece == null ? null : piece.compiled().get(compiled.name());
    return known != null && ClassCode.isSame(known, compiled.bytecodes());
  }

  @Override
  public String invoke(String className, String methodName) throws RunException, InternalException {
    settle();
    value = null;
    thrown = null;
    call(loader, className, methodName);
    if (thrown == null) {
      return "";
    }
    Throwable failure = thrown;
    if (failure instanceof SPIResolutionException unresolved) {
      throw new ResolutionException(unresolved.id(), failure.getStackTrace());
    }
    throw new UserException(
        String.valueOf(failure.getMessage()),
        failure.getClass().getName(),
        failure.getStackTrace());
  }

  private void call(ClassLoader from, String className, String methodName)
      throws InternalException {
    try {
      Method method = from.loadClass(className).getDeclaredMethod(methodName);
      method.setAccessible(true);
      watch.begins();
      try {
        value = thread.inUserCode(() -> method.invoke(null));
      } finally {
        watch.ends();
        rewrite.ran(method.getDeclaringClass());
      }
    } catch (InvocationTargetException e) {
      thrown = e.getCause();
    } catch (Error e) {
      thrown = e;
    } catch (Exception e) {
      throw new InternalException("cannot run " + className + ": " + e);
    }
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
  Field field(String className, String varName)
      throws ReflectiveOperationException, InternalException {
    settle();
    Field field = loader.loadClass(className).getDeclaredField(varName);
    field.setAccessible(true);
    return field;
  }

  /** Whether a variable is 0, false or {@code null}. */
  boolean isEmpty(String className, String varName) {
    try {
      Field field = field(className, varName);
      return Objects.equals(field.get(null), Array.get(Array.newInstance(field.getType(), 1), 0));
    } catch (ReflectiveOperationException | InternalException e) {
      throw new IllegalStateException("cannot read " + varName, e);
    }
  }

  @Override
  public void addToClasspath(String path) throws InternalException {
    for (String entry : path.split(File.pathSeparator, -1)) {
      try {
        loader.addPath(new File(entry).toURI().toURL());
        added.accept(new File(entry));
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
