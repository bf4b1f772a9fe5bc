// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture.runtime;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.lang.invoke.SwitchPoint;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The variables of the cells as one function sees them. Every function of a cell that reaches
 * variables holds one.
 *
 * <p>On the driver it is <em>live</em>: it holds nothing, and the function reads the variables
 * themselves. Serializing it takes their values at that moment: what arrives is <em>carried</em>,
 * and the function that holds it reads and assigns those values only. A function enters its
 * snapshot for the time of a call; what is created meanwhile holds the same one.
 */
public final class CellSnapshot implements Serializable {

  private static final long serialVersionUID = 1L;
  private static final byte CARRIED = 0;
  private static final byte ENCLOSED = 1;

  /** Valid until a snapshot has been carried into this JVM: no thread can have entered one. */
  static final SwitchPoint NONE_CARRIED = new SwitchPoint();

  private static final ThreadLocal<@Nullable CellSnapshot> CURRENT = new ThreadLocal<>();
  private static volatile boolean carriedHere;

  private final transient @Nullable CellHome home;
  private final transient @Nullable CellRoot root;
  private transient volatile Map<String, CarriedValue> values = Map.of();
  private transient Set<String> assigned = Set.of();
  private transient Map<String, String> redeclared = Map.of();
  private transient boolean bare;
  private transient Map<String, String> again = Map.of();
  private transient @Nullable String refusal;
  private transient @Nullable ClassLoader loader;
  private transient @Nullable CellSnapshot enclosing;

  /**
   * A live snapshot.
   *
   * @param home knows the variables
   * @param root where the function begins
   */
  CellSnapshot(CellHome home, CellRoot root) {
    this.home = home;
    this.root = root;
  }

  /**
   * Enters the snapshot of a function that is being called. A live one matters only inside a
   * carried one.
   *
   * @param snapshot what the function holds; {@code null} if it holds none
   * @return what the thread had entered before, for {@link #leave}
   */
  public static @Nullable CellSnapshot enter(@Nullable CellSnapshot snapshot) {
    if (!carriedHere) {
      return null;
    }
    CellSnapshot before = CURRENT.get();
    if (snapshot == null || snapshot == before || snapshot.isBlank()) {
      return before;
    }
    String refused = snapshot.refusal;
    if (refused != null) {
      throw new CellVariableException(refused);
    }
    if (before != null || !snapshot.isLive()) {
      CURRENT.set(snapshot);
    }
    return before;
  }

  /** Goes back to what {@link #enter} returned. */
  public static void leave(@Nullable CellSnapshot before) {
    if (carriedHere && CURRENT.get() != before) {
      // Not removed: the next call would have to make the entry again.
      CURRENT.set(before);
    }
  }

  /** What the thread has entered. */
  static @Nullable CellSnapshot current() {
    return CURRENT.get();
  }

  /** Whether the thread runs a function that was carried here. */
  static boolean inCarried() {
    CellSnapshot current = CURRENT.get();
    return current != null && !current.isLive();
  }

  /** What a new function holds: the snapshot in which it is created, otherwise the given one. */
  static @Nullable CellSnapshot currentOr(@Nullable CellSnapshot live) {
    CellSnapshot current = CURRENT.get();
    return current == null || (current.isLive() && live != null) ? live : current;
  }

  /**
   * Whether there is nothing in it: serializers that copy fields, such as Kryo, leave nothing. Then
   * the function has what its caller has.
   */
  private boolean isBlank() {
    return values == null;
  }

  boolean isLive() {
    return home != null;
  }

  /** Where the function begins; of a live snapshot. */
  public @Nullable CellRoot root() {
    return root;
  }

  /** Finds the classes of the values. */
  @Nullable ClassLoader loader() {
    return loader;
  }

  /** Whether the variable was carried. */
  boolean has(String key) {
    return values.containsKey(key);
  }

  /** Whether the function may assign the variable. */
  boolean mayAssign(String key) {
    return assigned.contains(key);
  }

  /** Whether a method that the function reaches has been declared anew. */
  boolean hasRedeclared() {
    return !redeclared.isEmpty();
  }

  /** Whether what the function calls finds the variables by what the thread has entered only. */
  boolean mustBeEntered() {
    return bare || refusal != null || hasRedeclared();
  }

  /** How functions are linked anew, see {@link Carried#again()}. */
  Map<String, String> again() {
    return again;
  }

  /** The class that declares a method for this function, or {@code null} if it is as compiled. */
  @Nullable String declaring(String method) {
    return redeclared.get(method);
  }

  /**
   * The value of a variable.
   *
   * @throws CellVariableException if it was not carried or could not be
   */
  @Nullable Object read(String key) {
    CarriedValue value = values.get(key);
    if (value == null) {
      throw CellVariableException.absent(key);
    }
    return value.value(this);
  }

  /** Assigns a variable for the functions that hold this snapshot. */
  synchronized void assign(String key, @Nullable Object value) {
    Map<String, CarriedValue> changed = new HashMap<>(values);
    changed.put(key, CarriedValue.assigned(key, value, this));
    values = changed;
  }

  private void writeObject(ObjectOutputStream out) throws IOException {
    if (out instanceof ValueOutput nested && nested.encloses(this)) {
      out.writeByte(ENCLOSED);
      return;
    }
    Carried own =
        isBlank()
            ? new Carried(Map.of(), Set.of(), Map.of(), false, Map.of(), null)
            : new Carried(values, assigned, redeclared, bare, again, refusal);
    Carried carried = home == null || root == null ? own : home.carry(root, out);
    out.writeByte(CARRIED);
    out.writeObject(new HashMap<>(carried.values()));
    out.writeObject(carried.assigned().toArray(String[]::new));
    out.writeObject(new HashMap<>(carried.redeclared()));
    out.writeBoolean(carried.bare());
    out.writeObject(new HashMap<>(carried.again()));
    out.writeObject(carried.refusal());
  }

  @SuppressWarnings("unchecked") // written above
  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    if (in.readByte() == ENCLOSED) {
      enclosing = ((ValueInput) in).enclosing();
      return;
    }
    values = (Map<String, CarriedValue>) in.readObject();
    assigned = Set.of((String[]) in.readObject());
    redeclared = (Map<String, String>) in.readObject();
    bare = in.readBoolean();
    again = (Map<String, String>) in.readObject();
    refusal = (String) in.readObject();
    loader = Thread.currentThread().getContextClassLoader();
    if (!carriedHere) {
      carriedHere = true;
      SwitchPoint.invalidateAll(new SwitchPoint[] {NONE_CARRIED});
    }
    values.values().forEach(each -> each.arrived(this));
  }

  private Object readResolve() {
    return enclosing == null ? this : enclosing;
  }
}
