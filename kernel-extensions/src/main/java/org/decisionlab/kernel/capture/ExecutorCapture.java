// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture;

import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.lang.invoke.MethodHandle;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.decisionlab.kernel.capture.runtime.Carried;
import org.decisionlab.kernel.capture.runtime.CellHome;
import org.decisionlab.kernel.capture.runtime.CellRoot;
import org.decisionlab.kernel.capture.runtime.CellVariableException;
import org.decisionlab.kernel.capture.runtime.MethodSite;
import org.decisionlab.kernel.capture.runtime.VariableSite;
import org.decisionlab.kernel.cell.CarriedCode;
import org.decisionlab.kernel.cell.CarriedListener;
import org.decisionlab.kernel.cell.CarriedPresent;
import org.decisionlab.kernel.engine.ClassRewrite;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.ClassNode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the code of cells run on executors as it runs on the driver: a function takes the variables
 * that it reaches with it when it is serialized, and executors find the classes in a directory. The
 * engine must load the classes of cells below {@link #loader()}.
 */
public final class ExecutorCapture implements ClassRewrite, CarriedCode {

  private static final Logger LOG = LoggerFactory.getLogger(ExecutorCapture.class);

  private final Generations generations = new Generations();
  private final CellGraph graph = new CellGraph(this::withSupertypes, generations::isFormerClass);
  private final LiveVariables variables = new LiveVariables();
  private final LiveMethods methods = new LiveMethods();
  private final Relinking relinking = new Relinking(graph, generations, new Copies());
  private final Snapshots snapshots =
      new Snapshots(graph, new VariableValues(variables), generations, relinking);
  private final CopyOnWriteArrayList<CarriedListener> listeners = new CopyOnWriteArrayList<>();
  private final CellClassFiles files;
  private final HomeLoader loader;
  private final List<String> notes = new ArrayList<>();
  private final Set<String> noted = new HashSet<>();
  private final Map<Class<?>, Boolean> bare = new WeakHashMap<>();
  private final Map<WeakReference<?>, String> loaded = new HashMap<>();
  private final ReferenceQueue<Class<?>> unloaded = new ReferenceQueue<>();

  /**
   * Makes the directory of the classes.
   *
   * @param libraries loader of what cells see
   * @param folder where the directory is made
   * @throws IOException if the directory cannot be made
   */
  public ExecutorCapture(ClassLoader libraries, Path folder) throws IOException {
    this.files = new CellClassFiles(folder);
    this.loader = new HomeLoader(libraries);
  }

  /** The loader below which the classes of cells must be loaded. */
  public ClassLoader loader() {
    return loader;
  }

  @Override
  public Path cellClasses() {
    return files.root();
  }

  @Override
  public void addListener(CarriedListener listener) {
    listeners.addIfAbsent(listener);
  }

  @Override
  public void removeListener(CarriedListener listener) {
    listeners.remove(listener);
  }

  @Override
  public OptionalLong stateOf(Collection<?> functions, Predicate<Object> left) {
    return ObjectState.of(functions, left);
  }

  @Override
  public CarriedPresent present() {
    return snapshots.present();
  }

  @Override
  public void announce(String name, byte[] bytes) {
    snapshots.forget();
    ClassNode node = new ClassNode();
    new ClassReader(bytes).accept(node, ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
    synchronized (graph) {
      removeUnloaded();
      graph.add(ClassFacts.of(node));
      generations.add(node, bytes);
      bare.clear();
    }
  }

  @Override
  public byte[] rewrite(String name, byte[] bytes) {
    ClassNode node = new ClassNode();
    new ClassReader(bytes).accept(node, ClassReader.EXPAND_FRAMES);
    synchronized (graph) {
      ClassFacts facts = graph.get(node.name);
      if (facts == null) {
        facts = ClassFacts.of(node);
        graph.add(facts);
      }
      CellMethods rewritten = new CellMethods(graph, node, facts);
      rewritten.rewrite();
      if (node.nestHostClass != null || rewritten.lambdas().iterator().hasNext()) {
        relinking.keep(node.name, bytes, node.sourceFile);
      }
      note(node, rewritten);
    }
    return filed(name, node);
  }

  private byte[] filed(String name, ClassNode node) {
    ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
    node.accept(writer);
    byte[] rewritten = writer.toByteArray();
    files.add(name, rewritten);
    return rewritten;
  }

  @Override
  public void loaded(Class<?> type) {
    String name = type.getName().replace('.', '/');
    synchronized (graph) {
      loaded.put(new WeakReference<>(type, unloaded), name);
      ClassFacts facts = graph.get(name);
      if (facts != null) {
        variables.loaded(
            type,
            facts.variables().values().stream()
                .filter(each -> each.key().equals(each.name()))
                .toList());
        methods.loaded(type, facts.notebookMethods());
      }
      generations.loaded(name);
    }
  }

  @Override
  public void ran(Class<?> type) {
    variables.ran(type);
    snapshots.forget();
  }

  @Override
  public List<String> notes() {
    synchronized (graph) {
      List<String> all = new ArrayList<>(notes);
      all.addAll(generations.notes());
      notes.clear();
      return List.copyOf(all);
    }
  }

  private void note(ClassNode type, CellMethods methods) {
    for (LambdaPlan each : methods.lambdas()) {
      LambdaSite site = each.site();
      if (site.isSerializable()
          && !DriverObjects.areCalledHere(site.function().getInternalName())) {
        noteAssigned(type, LambdaPlan.entry(site));
      }
    }
    if (methods.isHolder() ? isSerializable(type.name) : graph.isBareFunction(type.name)) {
      noteAssigned(type, type.name);
    }
  }

  private void noteAssigned(ClassNode type, String entry) {
    for (Variable each : graph.reach(entry).assigned().values()) {
      if (noted.add(LiveVariables.base(type.name) + " " + entry + " " + each.key())) {
        notes.add(
            "'"
                + CellVariableException.display(each.key())
                + "' is assigned inside a function that runs on executors;"
                + " they do not send it back; use an accumulator");
      }
    }
  }

  private boolean isSerializable(String type) {
    ClassFacts facts = graph.get(type);
    if (facts == null) {
      try {
        return Serializable.class.isAssignableFrom(
            Class.forName(type.replace('/', '.'), false, loader));
      } catch (ClassNotFoundException | LinkageError e) {
        return false;
      }
    }
    return isSerializable(facts.superName())
        || facts.interfaces().stream().anyMatch(this::isSerializable);
  }

  /** Adds to types of libraries what they extend and implement. */
  private Set<String> withSupertypes(Set<String> types) {
    Set<String> all = new HashSet<>();
    Deque<String> waiting = new ArrayDeque<>(types);
    while (!waiting.isEmpty()) {
      String next = waiting.remove();
      if (!ClassFacts.isPlain(next) && all.add(next) && !ClassFacts.isCell(next)) {
        try {
          Class<?> type = Class.forName(next.replace('/', '.'), false, loader);
          for (Class<?> each : type.getInterfaces()) {
            waiting.add(Type.getInternalName(each));
          }
        } catch (ClassNotFoundException | LinkageError e) {
          LOG.debug("no class {}, of which a type of a cell is one", next, e);
        }
      }
    }
    return all;
  }

  private boolean isBare(Class<?> type) {
    synchronized (graph) {
      String name = Type.getInternalName(type);
      return bare.computeIfAbsent(
          type, key -> graph.isBareFunction(name) || graph.isConstantFunction(name));
    }
  }

  private void removeUnloaded() {
    for (Object each = unloaded.poll(); each != null; each = unloaded.poll()) {
      String name = loaded.remove(each);
      if (name != null) {
        graph.remove(name);
        generations.remove(name);
        relinking.remove(name);
        files.remove(name.replace('/', '.'));
      }
    }
  }

  /** Copies of the code of cells are classes of cells, which declare nothing. */
  private final class Copies implements Relinking.Definition {

    @Override
    public Map<String, byte[]> rewritten(Map<String, byte[]> files) {
      Map<String, ClassNode> nodes = new HashMap<>();
      files.forEach(
          (name, bytes) -> {
            ClassNode node = new ClassNode();
            new ClassReader(bytes).accept(node, ClassReader.EXPAND_FRAMES);
            nodes.put(name, node);
            graph.add(ClassFacts.of(node));
          });
      Map<String, byte[]> rewritten = new HashMap<>();
      nodes.forEach(
          (name, node) -> {
            new CellMethods(graph, node, ClassFacts.of(node)).rewrite();
            rewritten.put(name, filed(name, node));
          });
      return rewritten;
    }

    @Override
    public void defined(Class<?> type) {
      loaded.put(new WeakReference<>(type, unloaded), Type.getInternalName(type));
    }
  }

  /** Stands above the loaders of cells, so that their code finds its home. */
  private final class HomeLoader extends ClassLoader implements CellHome {

    HomeLoader(ClassLoader libraries) {
      super("home of cells", libraries);
    }

    @Override
    public MethodHandle live(VariableSite site) {
      return variables.handle(site);
    }

    @Override
    public MethodHandle live(MethodSite site) {
      return methods.handle(site);
    }

    @Override
    public Class<?> copy(String name) throws ClassNotFoundException {
      return findClass(name);
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      Class<?> found = relinking.copy(name);
      if (found == null) {
        throw new ClassNotFoundException(name);
      }
      return found;
    }

    @Override
    public @Nullable Object action(@Nullable Object data) {
      Object told = data;
      for (CarriedListener each : listeners) {
        told = each.beforeAction(told);
      }
      return told;
    }

    @Override
    public @Nullable CellRoot bare(Class<?> type) {
      return isBare(type) ? new CellRoot(type, Type.getInternalName(type)) : null;
    }

    @Override
    public @Nullable String former(CellRoot root) {
      return snapshots.former(root);
    }

    @Override
    public Carried carry(CellRoot root, ObjectOutputStream out) {
      return snapshots.carry(root, out, listeners);
    }
  }
}
