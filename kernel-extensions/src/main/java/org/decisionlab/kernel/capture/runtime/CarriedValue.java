// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture.runtime;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * One variable on its way: its value, serialized on its own, or the reason why it cannot be
 * carried. The value is made when it is first read, once for all functions that came together.
 */
public final class CarriedValue implements Serializable {

  private static final long serialVersionUID = 1L;

  private final String key;
  private final @Nullable String problem;
  private final boolean ofTask;
  private byte @Nullable [] bytes;
  private transient volatile boolean ready;
  private transient boolean beingRead;
  private transient @Nullable Object value;
  private transient @Nullable CellSnapshot home;

  private CarriedValue(
      String key, byte @Nullable [] bytes, @Nullable String problem, boolean ofTask) {
    this.key = key;
    this.bytes = bytes;
    this.problem = problem;
    this.ofTask = ofTask;
  }

  /**
   * A value as the bytes of an object stream.
   *
   * @param ofTask whether it must be read on the thread of a task, which it tells of itself
   */
  public static CarriedValue of(String key, byte[] bytes, boolean ofTask) {
    return new CarriedValue(key, bytes, null, ofTask);
  }

  /** Stands for a value that cannot be carried; reading it fails with the message. */
  public static CarriedValue refused(String key, String problem) {
    return new CarriedValue(key, null, problem, false);
  }

  /** A value that a task has assigned. */
  static CarriedValue assigned(String key, @Nullable Object value, CellSnapshot home) {
    CarriedValue assigned = new CarriedValue(key, null, null, false);
    assigned.value = value;
    assigned.home = home;
    assigned.ready = true;
    return assigned;
  }

  /** The value; what is in it that belongs to a snapshot belongs to the given one. */
  @Nullable Object value(CellSnapshot enclosing) {
    return ready ? value : read(enclosing);
  }

  /** Reads what must be read on the thread of a task, if this is one. */
  void arrived(CellSnapshot enclosing) {
    if (ofTask && !ready && isTask(enclosing)) {
      try {
        read(enclosing);
      } catch (CellVariableException e) {
        // It is told to whoever reads it.
        ready = false;
      }
    }
  }

  /** Whether this is the thread of a task of Spark. */
  private static boolean isTask(CellSnapshot enclosing) {
    try {
      return Class.forName("org.apache.spark.TaskContext", false, enclosing.loader())
              .getMethod("get")
              .invoke(null)
          != null;
    } catch (ReflectiveOperationException | LinkageError e) {
      return false;
    }
  }

  private synchronized @Nullable Object read(CellSnapshot enclosing) {
    if (problem != null) {
      throw new CellVariableException(problem);
    }
    byte[] content = bytes;
    if (!ready && content != null) {
      if (beingRead) {
        throw new CellVariableException(display() + " is needed to read its own value");
      }
      if (ofTask && !isTask(enclosing)) {
        throw new CellVariableException(
            display()
                + " is or holds an accumulator, which tells the task of itself that reads it first,"
                + " and this is no thread of a task; read it there before another thread does");
      }
      beingRead = true;
      try (ValueInput in = new ValueInput(new ByteArrayInputStream(content), enclosing)) {
        value = in.readObject();
      } catch (IOException | ClassNotFoundException | LinkageError | RuntimeException e) {
        throw new CellVariableException(display() + " cannot be read here: " + e, e);
      } catch (OutOfMemoryError e) {
        throw new CellVariableException(
            CellVariableException.tooLarge(key, "there is no room for it in this process"), e);
      } finally {
        beingRead = false;
      }
      home = enclosing;
      bytes = null;
      ready = true;
    }
    return value;
  }

  private String display() {
    return "'" + CellVariableException.display(key) + "'";
  }

  /** A value that has been read is written as it is now. */
  private synchronized void writeObject(ObjectOutputStream out) throws IOException {
    byte[] before = bytes;
    if (ready) {
      bytes = ValueOutput.bytes(value, home);
    }
    try {
      out.defaultWriteObject();
    } finally {
      bytes = before;
    }
  }
}
