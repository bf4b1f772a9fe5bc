// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture;

import java.io.ObjectOutputStream;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.WeakHashMap;
import org.decisionlab.kernel.capture.runtime.Carried;
import org.decisionlab.kernel.capture.runtime.CarriedValue;
import org.decisionlab.kernel.capture.runtime.CellRoot;
import org.decisionlab.kernel.capture.runtime.CellVariableException;
import org.decisionlab.kernel.capture.runtime.FormerObjects;
import org.decisionlab.kernel.capture.runtime.MethodSite;
import org.decisionlab.kernel.cell.CarriedListener;
import org.decisionlab.kernel.cell.CarriedMoment;
import org.decisionlab.kernel.cell.CarriedPresent;
import org.jspecify.annotations.Nullable;

/**
 * Takes the values of variables at the moment at which a function is serialized. Nothing here
 * fails: a value that cannot be carried is replaced by the reason, for whoever reads it.
 */
final class Snapshots {

  private static final String GONE = "a function that is gone";

  private final CellGraph graph;
  private final VariableValues variables;
  private final Generations generations;
  private final Relinking relinking;
  private final Map<ObjectOutputStream, Map<String, VariableValues.Written>> written =
      new WeakHashMap<>();

  Snapshots(CellGraph graph, VariableValues values, Generations generations, Relinking relinking) {
    this.graph = graph;
    this.variables = values;
    this.generations = generations;
    this.relinking = relinking;
  }

  /** Code of a cell is about to run or has run: values may differ from now on. */
  void forget() {
    synchronized (graph) {
      written.clear();
    }
  }

  /**
   * What a function takes with it. Functions in one stream share their values.
   *
   * @param told who is told
   */
  Carried carry(CellRoot root, ObjectOutputStream out, List<CarriedListener> told) {
    Moment moment = new Moment();
    Carried carried = take(root, out, moment);
    // Not while the graph is held: a listener may have locks of its own.
    told.forEach(each -> each.carried(moment));
    return carried;
  }

  private Carried take(CellRoot root, ObjectOutputStream out, Moment moment) {
    synchronized (graph) {
      Map<String, VariableValues.Written> shared =
          written.computeIfAbsent(out, stream -> new HashMap<>());
      Take asItWas = new Take(shared, false);
      asItWas.take(root);
      Take take = asItWas;
      if (!asItWas.isPresent()) {
        Take linked = new Take(shared, true);
        linked.take(root);
        take = linked.unfit && !asItWas.mustBeLinked() ? asItWas : linked;
      }
      moment.ran(take.roots.keySet(), take.linking);
      moment.checksums.putAll(take.checksums);
      moment.redeclared.putAll(take.redeclared);
      take.types.forEach(each -> moment.types.put(each, generations.present(each)));
      return take.carried();
    }
  }

  /** What one function takes, with all functions in the values of variables. */
  private final class Take {

    private final Map<String, VariableValues.Written> shared;
    private final boolean linking;
    private final Map<String, VariableValues.Written> entries = new HashMap<>();
    private final Map<String, CarriedValue> values = new HashMap<>();
    private final Map<Variable, Long> checksums = new HashMap<>();
    private final Set<String> assigned = new HashSet<>();
    private final Map<String, String> redeclared = new HashMap<>();
    private final Set<String> types = new HashSet<>();
    private final Map<String, String> again = new HashMap<>();
    private final Map<CellRoot, @Nullable String> roots = new LinkedHashMap<>();
    private @Nullable String refusal;
    private boolean bare;
    private boolean unfit;

    /**
     * @param shared the variables as the stream has them
     * @param linking whether functions are linked with the classes that are declared now
     */
    Take(Map<String, VariableValues.Written> shared, boolean linking) {
      this.shared = shared;
      this.linking = linking;
    }

    void take(CellRoot root) {
      refusal = add(root);
      for (Map.Entry<String, VariableValues.Written> each : entries.entrySet()) {
        String former = linking ? former(each.getValue().types()) : null;
        if (former != null) {
          unfit = true;
          values.put(
              each.getKey(),
              CarriedValue.refused(
                  each.getKey(), CellVariableException.holdsFormer(each.getKey(), former)));
        }
      }
    }

    /** Adds what a function reaches; gives back why it must not run, or {@code null}. */
    private @Nullable String add(CellRoot asWritten) {
      if (roots.containsKey(asWritten)) {
        return roots.get(asWritten);
      }
      // One that reaches itself comes to an end.
      roots.put(asWritten, null);
      String refused = reached(asWritten);
      roots.put(asWritten, refused);
      return refused;
    }

    private @Nullable String reached(CellRoot asWritten) {
      CellRoot root = asWritten;
      if (linking) {
        Relinking.Linked linked = relinking.link(asWritten);
        unfit |= linked.refusal() != null;
        if (linked.refusal() != null && isChanged(linked.types())) {
          return linked.refusal();
        }
        again.putAll(linked.again());
        root = linked.root();
      }
      Reach reach = graph.reach(root.entry());
      types.addAll(reach.types());
      assigned.addAll(reach.assigned().keySet());
      redeclared.putAll(reach.redeclared());
      bare |= reach.isBare() || (graph.isConstant(root.entry()) && !reach.isNothing());
      for (Variable each : reach.all().values()) {
        add(each, root.type().getClassLoader());
      }
      return null;
    }

    private void add(Variable variable, ClassLoader loader) {
      VariableValues.Written entry = shared.get(variable.key());
      if (entry == null) {
        entry = variables.write(variable, loader);
        shared.put(variable.key(), entry);
      }
      if (entry.value() == null) {
        return;
      }
      entries.put(variable.key(), entry);
      values.put(variable.key(), entry.value());
      checksums.put(variable, entry.checksum());
      for (CellRoot each : entry.functions()) {
        String refused = add(each);
        if (refused != null) {
          values.put(variable.key(), CarriedValue.refused(variable.key(), refused));
        }
      }
    }

    /** Whether functions and values would not know each other's classes, or know former ones. */
    boolean mustBeLinked() {
      return isChanged(generations.former(types)) || isMixed();
    }

    /** Whether all classes of functions and values are those that are declared now. */
    boolean isPresent() {
      return generations.former(types).isEmpty() && !isMixed();
    }

    private boolean isMixed() {
      return entries.values().stream().anyMatch(each -> former(each.types()) != null);
    }

    /**
     * One of some classes that the functions know in another generation, or {@code null}. Where
     * functions are linked, they know the present one.
     */
    private @Nullable String former(Set<String> others) {
      for (String each : others) {
        if (linking && !generations.isFormer(each)) {
          continue;
        }
        String neutral = FormerObjects.withoutGeneration(each);
        for (String own : types) {
          if (!own.equals(each) && FormerObjects.withoutGeneration(own).equals(neutral)) {
            return each;
          }
        }
      }
      return null;
    }

    Carried carried() {
      return new Carried(values, assigned, redeclared, bare, again, refusal);
    }
  }

  /**
   * Why a function must not run where it is called as it was written; {@code null} if it may: the
   * classes that it uses say what they said then.
   */
  @Nullable String former(CellRoot root) {
    synchronized (graph) {
      Map<String, String> former = generations.former(graph.reach(root.entry()).types());
      return isChanged(former) ? relinking.refusalHere(root, former.keySet()) : null;
    }
  }

  /** Whether one of some classes says something else now, or has state. */
  private boolean isChanged(Map<String, String> former) {
    return former.entrySet().stream()
        .anyMatch(
            each -> {
              ClassFacts facts = graph.get(each.getKey());
              return facts == null
                  || !facts.variables().isEmpty()
                  || !generations.isSame(each.getKey(), each.getValue());
            });
  }

  /** What functions would take with them now. */
  CarriedPresent present() {
    Map<Variable, Long> sums = new HashMap<>();
    return moment -> {
      Moment then = (Moment) moment;
      List<CellRoot> roots = new ArrayList<>();
      for (Entry each : then.entries) {
        Class<?> type = each.type.get();
        if (type != null) {
          roots.add(new CellRoot(type, each.name));
        }
      }
      Set<String> changed = new TreeSet<>();
      if (!roots.isEmpty()) {
        compare(then, roots, sums, changed);
      }
      // What is gone cannot be compared.
      return changed.isEmpty() && roots.size() < then.entries.size() ? Set.of(GONE) : changed;
    };
  }

  private void compare(
      Moment moment, List<CellRoot> roots, Map<Variable, Long> now, Set<String> changed) {
    synchronized (graph) {
      ClassLoader loader = roots.get(0).type().getClassLoader();
      moment.checksums.forEach(
          (variable, checksum) -> {
            if (now.computeIfAbsent(variable, key -> variables.checksum(key, loader))
                != (long) checksum) {
              changed.add(CellVariableException.display(variable.key()));
            }
          });
      moment.types.forEach(
          (name, present) -> {
            if (!generations.present(name).equals(present)) {
              changed.add(Generations.display(name));
            }
          });
      for (CellRoot root : roots) {
        String entry = (moment.linking ? relinking.link(root).root() : root).entry();
        Map<String, String> redeclared = graph.reach(entry).redeclared();
        redeclared.forEach(
            (method, present) -> {
              if (!present.equals(moment.redeclared.get(method))) {
                changed.add(MethodSite.name(method));
              }
            });
      }
    }
  }

  /**
   * Where the code of a function begins.
   *
   * @param type see {@link CellRoot}, held weakly
   * @param name see {@link CellRoot#entry}
   */
  private record Entry(WeakReference<Class<?>> type, String name) {}

  /** What one function took with it; the classes of cells are not held by it. */
  private static final class Moment implements CarriedMoment {

    private final List<Entry> entries = new ArrayList<>();
    private final Map<Variable, Long> checksums = new HashMap<>();
    private final Map<String, String> redeclared = new HashMap<>();
    private final Map<String, String> types = new HashMap<>();
    private boolean linking;

    /**
     * Says what the function is, with those in the values of its variables, as they were written,
     * and whether they were linked anew.
     */
    void ran(Set<CellRoot> roots, boolean again) {
      linking = again;
      roots.forEach(each -> entries.add(new Entry(new WeakReference<>(each.type()), each.entry())));
    }
  }
}
