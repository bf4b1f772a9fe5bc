// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture.runtime;

import java.io.InvalidObjectException;
import java.io.ObjectStreamException;
import java.io.Serializable;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import org.jspecify.annotations.Nullable;

/**
 * A record that holds a snapshot, on its way: streams give back the components of a record and
 * nothing else. On arrival it is constructed anew inside of its snapshot, so that its constructor,
 * too, reads the variables as they were carried.
 */
public final class CarriedRecord implements Serializable {

  private static final long serialVersionUID = 1L;

  private final Class<?> type;
  private final @Nullable Object[] components;
  private final @Nullable CellSnapshot snapshot;

  private CarriedRecord(
      Class<?> type, @Nullable Object[] components, @Nullable CellSnapshot snapshot) {
    this.type = type;
    this.components = components;
    this.snapshot = snapshot;
  }

  /**
   * What streams write in place of a record.
   *
   * @param value the record
   * @param snapshot what it holds
   */
  public static Object of(Record value, @Nullable CellSnapshot snapshot)
      throws ObjectStreamException {
    RecordComponent[] declared = value.getClass().getRecordComponents();
    @Nullable Object[] components = new Object[declared.length];
    try {
      for (int i = 0; i < declared.length; i++) {
        // Not the accessor: what it gives back is up to the user.
        Field field = value.getClass().getDeclaredField(declared[i].getName());
        field.setAccessible(true);
        components[i] = field.get(value);
      }
    } catch (ReflectiveOperationException e) {
      throw failure("cannot read the components of the record " + value.getClass().getName(), e);
    }
    return new CarriedRecord(value.getClass(), components, snapshot);
  }

  private Object readResolve() throws ObjectStreamException {
    CellSnapshot before = CellSnapshot.enter(snapshot);
    try {
      RecordComponent[] declared = type.getRecordComponents();
      Class<?>[] types = new Class<?>[declared.length];
      for (int i = 0; i < declared.length; i++) {
        types[i] = declared[i].getType();
      }
      Constructor<?> canonical = type.getDeclaredConstructor(types);
      canonical.setAccessible(true);
      return canonical.newInstance(components);
    } catch (InvocationTargetException e) {
      throw failure("the constructor of the record " + type.getName() + " failed", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw failure("cannot construct the record " + type.getName(), e);
    } finally {
      CellSnapshot.leave(before);
    }
  }

  private static InvalidObjectException failure(String message, @Nullable Throwable cause) {
    InvalidObjectException failure = new InvalidObjectException(message + ": " + cause);
    failure.initCause(cause);
    return failure;
  }
}
