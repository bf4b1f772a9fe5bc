// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture;

import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.NotSerializableException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;
import org.decisionlab.kernel.capture.runtime.CarriedValue;
import org.decisionlab.kernel.capture.runtime.CellRoot;
import org.decisionlab.kernel.capture.runtime.CellSnapshot;
import org.decisionlab.kernel.capture.runtime.CellVariableException;
import org.decisionlab.kernel.capture.runtime.OwnConstants;
import org.decisionlab.kernel.capture.runtime.ValueOutput;
import org.jspecify.annotations.Nullable;

/** Writes the values of variables, or the reasons why they cannot be carried. */
final class VariableValues {

  /** Some ten copies of a value are needed at once where two tasks of local mode read it. */
  private static final long LARGEST = Runtime.getRuntime().maxMemory() / 10;

  private static final String FILLED =
      "; what never changes, each executor can make for itself: List.of, Set.of, Map.of";

  private final LiveVariables variables;

  VariableValues(LiveVariables variables) {
    this.variables = variables;
  }

  /**
   * Writes the value that a variable has now.
   *
   * @param loader finds the class of a field that no variable of the notebook is
   */
  Written write(Variable variable, ClassLoader loader) {
    Set<CellRoot> functions = new HashSet<>();
    Set<String> types = new HashSet<>();
    CarriedValue value;
    long checksum = 0;
    Object now = null;
    try {
      now = variables.value(variable, loader);
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      DriverOutput out = new DriverOutput(new Bounded(bytes), functions, types);
      try (out) {
        out.writeObject(now);
      }
      checksum = sum(bytes.toByteArray());
      value = CarriedValue.of(variable.key(), bytes.toByteArray(), out.ofTask);
    } catch (IOException | ReflectiveOperationException | RuntimeException | Error e) {
      if (e instanceof InternalError || e instanceof UnknownError) {
        throw (Error) e;
      }
      boolean constant = variable.constant() && e instanceof NotSerializableException;
      boolean filled = constant && mayBeFilled(variable, now);
      // Executors initialize other constants by themselves.
      value =
          constant && !filled
              ? null
              : CarriedValue.refused(
                  variable.key(), refusal(variable, cause(e)) + (filled ? FILLED : ""));
    }
    return new Written(value, functions, types, checksum);
  }

  private static Throwable cause(Throwable failure) {
    return failure instanceof UncheckedIOException io && io.getCause() != null
        ? io.getCause()
        : failure;
  }

  private static boolean mayBeFilled(Variable variable, @Nullable Object value) {
    if (variable.ofConstants() && value instanceof Map<?, ?> byName) {
      return byName.values().stream().anyMatch(OwnConstants::mayBeFilled);
    }
    return OwnConstants.mayBeFilled(value);
  }

  private static long sum(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return crc.getValue();
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
   * @param types the classes of cells of which there are objects in its value
   * @param checksum tells it from other values
   */
  record Written(
      @Nullable CarriedValue value, Set<CellRoot> functions, Set<String> types, long checksum) {}

  /** Tells the value that a variable has from others; 0 where it cannot be carried. */
  long checksum(Variable variable, ClassLoader loader) {
    CRC32C crc = new CRC32C();
    OutputStream summed =
        new Bounded(new CheckedOutputStream(OutputStream.nullOutputStream(), crc));
    try (DriverOutput out = new DriverOutput(summed, new HashSet<>(), new HashSet<>())) {
      out.writeObject(variables.value(variable, loader));
    } catch (IOException | ReflectiveOperationException | RuntimeException | StackOverflowError e) {
      return 0;
    }
    return crc.getValue();
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
    private final Set<String> types;
    private boolean ofTask;

    DriverOutput(OutputStream out, Set<CellRoot> functions, Set<String> types) throws IOException {
      super(out);
      this.functions = functions;
      this.types = types;
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

    @Override
    protected void annotateClass(Class<?> type) {
      String name = type.getName().substring(type.getName().lastIndexOf('[') + 1);
      // Arrays name their elements as descriptors do.
      String element = (type.isArray() ? name.replaceAll("^L|;$", "") : name).replace('.', '/');
      if (Generations.isDeclared(element)) {
        types.add(element);
      }
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
      ofTask |= DriverObjects.areReadByTask(value);
      return value;
    }
  }
}
