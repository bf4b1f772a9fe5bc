// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture;

import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.WeakHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;
import org.decisionlab.kernel.capture.runtime.Carried;
import org.decisionlab.kernel.capture.runtime.CarriedValue;
import org.decisionlab.kernel.capture.runtime.CellRoot;
import org.decisionlab.kernel.capture.runtime.CellSnapshot;
import org.decisionlab.kernel.capture.runtime.CellVariableException;
import org.decisionlab.kernel.capture.runtime.MethodSite;
import org.decisionlab.kernel.capture.runtime.ValueOutput;
import org.decisionlab.kernel.cell.CarriedMoment;
import org.decisionlab.kernel.cell.CarriedPresent;
import org.jspecify.annotations.Nullable;

/**
 * Takes the values of variables at the moment at which a function is serialized. Nothing here
 * fails: a value that cannot be carried is replaced by the reason, for whoever reads it.
 */
final class Snapshots {

  /** Some ten copies of a value are needed at once where two tasks of local mode read it. */
  private static final long LARGEST = Runtime.getRuntime().maxMemory() / 10;

  private final CellGraph graph;
  private final LiveVariables variables;
  private final List<Consumer<? super CarriedMoment>> listeners = new CopyOnWriteArrayList<>();
  private final Map<ObjectOutputStream, Map<String, Entry>> written = new WeakHashMap<>();

  Snapshots(CellGraph graph, LiveVariables variables) {
    this.graph = graph;
    this.variables = variables;
  }

  /** Code of a cell is about to run or has run: values may differ from now on. */
  void forget() {
    synchronized (graph) {
      written.clear();
    }
  }

  /** Tells of every function from now on. */
  void tell(Consumer<? super CarriedMoment> listener) {
    listeners.add(listener);
  }

  /** What a function takes with it. Functions in one stream share their values. */
  Carried carry(CellRoot root, ObjectOutputStream out) {
    Moment moment = new Moment(new WeakReference<>(root.type()), root.entry());
    Carried carried = carry(root, out, moment);
    // Not while the graph is held: a listener may have locks of its own.
    listeners.forEach(each -> each.accept(moment));
    return carried;
  }

  private Carried carry(CellRoot root, ObjectOutputStream out, Moment moment) {
    synchronized (graph) {
      Map<String, Entry> shared = written.computeIfAbsent(out, stream -> new HashMap<>());
      Map<String, CarriedValue> values = new HashMap<>();
      Set<String> assigned = new HashSet<>();
      Map<String, String> redeclared = new HashMap<>();
      boolean bare = false;
      Set<CellRoot> roots = new HashSet<>();
      Deque<CellRoot> waiting = new ArrayDeque<>();
      waiting.add(root);
      while (!waiting.isEmpty()) {
        CellRoot next = waiting.remove();
        if (!roots.add(next)) {
          continue;
        }
        Reach reach = graph.reach(next.entry());
        assigned.addAll(reach.assigned().keySet());
        redeclared.putAll(reach.redeclared());
        bare |= reach.isBare() || (graph.isConstant(next.entry()) && !reach.isNothing());
        for (Variable each : reach.all().values()) {
          Entry entry = shared.get(each.key());
          if (entry == null) {
            entry = write(each, next.type().getClassLoader());
            shared.put(each.key(), entry);
          }
          if (entry.value() != null) {
            values.put(each.key(), entry.value());
            moment.checksums.put(each, entry.checksum());
          }
          waiting.addAll(entry.functions());
        }
      }
      moment.redeclared.putAll(redeclared);
      return new Carried(values, assigned, redeclared, bare);
    }
  }

  private Entry write(Variable variable, ClassLoader loader) {
    Set<CellRoot> functions = new HashSet<>();
    CarriedValue value;
    long checksum = 0;
    try {
      byte[] bytes = bytes(variables.value(variable, loader), functions);
      CRC32C crc = new CRC32C();
      crc.update(bytes);
      checksum = crc.getValue();
      value = CarriedValue.of(variable.key(), bytes);
    } catch (IOException | ReflectiveOperationException | RuntimeException | Error e) {
      if (e instanceof InternalError || e instanceof UnknownError) {
        throw (Error) e;
      }
      // Executors initialize such a constant by themselves.
      value =
          variable.constant() && e instanceof NotSerializableException
              ? null
              : CarriedValue.refused(variable.key(), refusal(variable, cause(e)));
    }
    return new Entry(value, functions, checksum);
  }

  private static Throwable cause(Throwable failure) {
    return failure instanceof UncheckedIOException io && io.getCause() != null
        ? io.getCause()
        : failure;
  }

  private static byte[] bytes(@Nullable Object value, Set<CellRoot> functions) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DriverOutput out = new DriverOutput(new Bounded(bytes), functions)) {
      out.writeObject(value);
    }
    return bytes.toByteArray();
  }

  private static String refusal(Variable variable, Throwable reason) {
    String name = "'" + CellVariableException.display(variable.key()) + "'";
    if (reason instanceof DriverOnlyException driverOnly) {
      return name + " lives on the driver only: " + driverOnly.getMessage();
    }
    if (reason instanceof NotSerializableException) {
      return name
          + " cannot be carried to executors: "
          + reason.getMessage()
          + " is not Serializable; keep in variables what it is made of, and create the object"
          + " inside of the function";
    }
    if (reason instanceof OutOfMemoryError) {
      return CellVariableException.tooLarge(
          variable.key(), "there is no room for it in this process");
    }
    if (reason instanceof TooLargeException) {
      return CellVariableException.tooLarge(
          variable.key(),
          "it has more than "
              + (LARGEST >> 20)
              + " MiB, the tenth part of the memory of this process");
    }
    if (reason instanceof StackOverflowError) {
      return name
          + " cannot be carried to executors: its objects are linked too deeply to be serialized;"
          + " keep them in a list or an array";
    }
    return name + " cannot be carried to executors: writing it failed with " + reason;
  }

  /**
   * A variable as one stream has it.
   *
   * @param value {@code null} for a constant that executors have of their own
   * @param functions the functions in its value
   * @param checksum tells it from other values
   */
  private record Entry(@Nullable CarriedValue value, Set<CellRoot> functions, long checksum) {}

  /** What functions would take with them now. */
  CarriedPresent present() {
    Map<Variable, Long> sums = new HashMap<>();
    return moment -> {
      Moment then = (Moment) moment;
      Class<?> type = then.type.get();
      return type == null ? Set.of() : changedSince(then, type, sums);
    };
  }

  /** Tells the value that a variable has from others; 0 where it cannot be carried. */
  private long checksum(Variable variable, ClassLoader loader) {
    CRC32C crc = new CRC32C();
    OutputStream summed =
        new Bounded(new CheckedOutputStream(OutputStream.nullOutputStream(), crc));
    try (DriverOutput out = new DriverOutput(summed, new HashSet<>())) {
      out.writeObject(variables.value(variable, loader));
    } catch (IOException | ReflectiveOperationException | RuntimeException | StackOverflowError e) {
      return 0;
    }
    return crc.getValue();
  }

  private Set<String> changedSince(Moment moment, Class<?> type, Map<Variable, Long> now) {
    synchronized (graph) {
      Set<String> changed = new TreeSet<>();
      moment.checksums.forEach(
          (variable, checksum) -> {
            if (now.computeIfAbsent(variable, key -> checksum(key, type.getClassLoader()))
                != (long) checksum) {
              changed.add(CellVariableException.display(variable.key()));
            }
          });
      Map<String, String> redeclared = graph.reach(moment.entry).redeclared();
      redeclared.forEach(
          (method, present) -> {
            if (!present.equals(moment.redeclared.get(method))) {
              changed.add(MethodSite.name(method));
            }
          });
      return changed;
    }
  }

  /** What one function took with it; the classes of cells are not held by it. */
  private static final class Moment implements CarriedMoment {

    private final WeakReference<Class<?>> type;
    private final String entry;
    private final Map<Variable, Long> checksums = new HashMap<>();
    private final Map<String, String> redeclared = new HashMap<>();

    Moment(WeakReference<Class<?>> type, String entry) {
      this.type = type;
      this.entry = entry;
    }
  }

  /** A value that is too large for a function. */
  private static final class TooLargeException extends IOException {

    private static final long serialVersionUID = 1L;
  }

  /** Passes bytes on, up to the most that a value may have. */
  private static final class Bounded extends FilterOutputStream {

    private long count;

    Bounded(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int each) throws IOException {
      check(1);
      out.write(each);
    }

    @Override
    public void write(byte[] all, int offset, int length) throws IOException {
      check(length);
      out.write(all, offset, length);
    }

    private void check(int more) throws TooLargeException {
      count += more;
      if (count > LARGEST) {
        throw new TooLargeException();
      }
    }
  }

  /** An object that makes no sense outside the driver. */
  private static final class DriverOnlyException extends InvalidObjectException {

    private static final long serialVersionUID = 1L;

    DriverOnlyException(Object value, String advice) {
      super("it is or holds a " + value.getClass().getSimpleName() + advice);
    }
  }

  /** Writes a value, finds the functions in it and refuses what lives on the driver only. */
  private static final class DriverOutput extends ValueOutput {

    private final Set<CellRoot> functions;

    DriverOutput(OutputStream out, Set<CellRoot> functions) throws IOException {
      super(out);
      this.functions = functions;
      enableReplaceObject(true);
    }

    @Override
    protected boolean encloses(CellSnapshot snapshot) {
      CellRoot root = snapshot.root();
      if (root != null) {
        functions.add(root);
      }
      return root != null;
    }

    private static String internalName(Object value) {
      return value.getClass().getName().replace('.', '/');
    }

    @Override
    protected Object replaceObject(Object value) throws IOException {
      String advice = DriverObjects.advice(value);
      if (advice != null) {
        throw new DriverOnlyException(value, advice);
      }
      if (value instanceof Enum<?> && ClassFacts.isCell(internalName(value))) {
        // It is written as its name only, so that whoever reads it needs what its methods read.
        functions.add(new CellRoot(value.getClass(), internalName(value)));
      }
      return value;
    }
  }
}
