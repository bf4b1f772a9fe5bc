// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture;

import static java.lang.invoke.MethodType.methodType;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.MutableCallSite;
import java.lang.ref.WeakReference;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.regex.Pattern;
import org.decisionlab.kernel.capture.runtime.CellVariableException;
import org.decisionlab.kernel.capture.runtime.VariableSite;
import org.jspecify.annotations.Nullable;

/**
 * The variables of the notebook as they are now. Code that was compiled against an earlier
 * declaration of a variable follows its name. Classes are held weakly.
 */
final class LiveVariables {

  /** JShell gives a class that it compiles again the same number and another letter. */
  private static final Pattern VERSION = Pattern.compile("[A-Z]*$");

  private final Map<String, Holder> holders = new HashMap<>();
  private final Map<String, List<WeakReference<Site>>> sites = new HashMap<>();
  private final Map<Class<?>, List<Variable>> declared = new WeakHashMap<>();

  /**
   * A class with variables has been loaded. Where it declares a variable anew, the variable changes
   * over when its declaration has {@link #ran}: until then it may be read to compute the new one.
   */
  synchronized void loaded(Class<?> type, List<Variable> variables) {
    List<Variable> waiting = new ArrayList<>();
    for (Variable each : variables) {
      Field current = field(each.key());
      if (current == null
          || base(current.getDeclaringClass().getName()).equals(base(type.getName()))) {
        bind(type, each);
      } else {
        waiting.add(each);
      }
    }
    if (!waiting.isEmpty()) {
      declared.put(type, waiting);
    }
  }

  /** The declarations of a class have run. */
  synchronized void ran(Class<?> type) {
    List<Variable> waiting = declared.remove(type);
    if (waiting != null) {
      waiting.forEach(each -> bind(type, each));
    }
  }

  /** A handle that reads or assigns what the variable of a site is now. */
  synchronized MethodHandle handle(VariableSite variable) {
    Site site = new Site(variable);
    site.link(field(variable.key()));
    List<WeakReference<Site>> known =
        sites.computeIfAbsent(variable.key(), key -> new ArrayList<>());
    known.removeIf(each -> each.get() == null);
    known.add(new WeakReference<>(site));
    return site.dynamicInvoker();
  }

  /**
   * The value of a variable now.
   *
   * @param variable what to read
   * @param loader finds the class of a field that no variable of the notebook is
   */
  @Nullable Object value(Variable variable, ClassLoader loader)
      throws ReflectiveOperationException {
    if (variable.ofConstants()) {
      return ofConstants(Class.forName(variable.owner(), true, loader), variable.name());
    }
    Field field;
    synchronized (this) {
      field = field(variable.key());
    }
    if (field == null) {
      field = Class.forName(variable.owner(), true, loader).getDeclaredField(variable.name());
      field.setAccessible(true);
    }
    return field.get(null);
  }

  /** What the constants of an enum have in a field, by their names. */
  private static Map<String, Object> ofConstants(Class<?> type, String name)
      throws ReflectiveOperationException {
    Field field = type.getDeclaredField(name);
    field.setAccessible(true);
    Map<String, Object> values = new HashMap<>();
    for (Object each : type.getEnumConstants()) {
      values.put(((Enum<?>) each).name(), field.get(each));
    }
    return values;
  }

  private void bind(Class<?> type, Variable variable) {
    Holder holder = new Holder(new WeakReference<>(type), variable.name());
    holders.put(variable.key(), holder);
    Field field = holder.field();
    List<MutableCallSite> changed = new ArrayList<>();
    for (WeakReference<Site> each : sites.getOrDefault(variable.key(), List.of())) {
      Site site = each.get();
      if (site != null) {
        site.link(field);
        changed.add(site);
      }
    }
    MutableCallSite.syncAll(changed.toArray(MutableCallSite[]::new));
  }

  private @Nullable Field field(String key) {
    Holder holder = holders.get(key);
    return holder == null ? null : holder.field();
  }

  /** The name of a class without its version. */
  static String base(String type) {
    return VERSION.matcher(type).replaceFirst("");
  }

  /**
   * Where a variable is now.
   *
   * @param type the class, held weakly
   * @param name the field
   */
  private record Holder(WeakReference<Class<?>> type, String name) {

    /** The field, or {@code null} when the variable is gone. */
    @Nullable Field field() {
      Class<?> declaring = type.get();
      if (declaring == null) {
        return null;
      }
      try {
        Field field = declaring.getDeclaredField(name);
        field.setAccessible(true);
        return field;
      } catch (NoSuchFieldException e) {
        throw new IllegalStateException("no variable " + name + " in " + declaring, e);
      }
    }
  }

  /** One place in the byte code. */
  private static final class Site extends MutableCallSite {

    private final VariableSite variable;

    Site(VariableSite variable) {
      super(variable.type());
      this.variable = variable;
    }

    void link(@Nullable Field current) {
      try {
        setTarget(target(current));
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("cannot link " + variable, e);
      }
    }

    private MethodHandle target(@Nullable Field current) throws ReflectiveOperationException {
      Field field = current;
      if (field == null) {
        Class<?> owner =
            Class.forName(
                variable.owner(), false, variable.caller().lookupClass().getClassLoader());
        field = owner.getDeclaredField(variable.name());
        field.setAccessible(true);
      }
      Class<?> type = variable.valueType();
      boolean same =
          variable.assigns()
              ? field.getType().isAssignableFrom(type)
              : type.isAssignableFrom(field.getType());
      if (!same) {
        return refusal(field);
      }
      MethodHandles.Lookup lookup = variable.caller();
      return (variable.assigns() ? lookup.unreflectSetter(field) : lookup.unreflectGetter(field))
          .asType(variable.type());
    }

    private MethodHandle refusal(Field field) {
      CellVariableException refused =
          CellVariableException.changed(
              variable.key(), variable.valueType(), field.getType().getTypeName());
      MethodType type = variable.type();
      MethodHandle thrower =
          MethodHandles.throwException(type.returnType(), CellVariableException.class);
      return MethodHandles.dropArguments(
          MethodHandles.foldArguments(
              thrower,
              MethodHandles.insertArguments(FRESH, 0, refused.getMessage())
                  .asType(methodType(CellVariableException.class))),
          0,
          type.parameterList());
    }

    private static final MethodHandle FRESH = fresh();

    private static MethodHandle fresh() {
      try {
        return MethodHandles.lookup()
            .findConstructor(CellVariableException.class, methodType(void.class, String.class));
      } catch (ReflectiveOperationException e) {
        throw new ExceptionInInitializerError(e);
      }
    }
  }
}
