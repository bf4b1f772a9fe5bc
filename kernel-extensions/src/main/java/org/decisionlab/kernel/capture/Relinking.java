// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture;

import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.decisionlab.kernel.capture.runtime.Again;
import org.decisionlab.kernel.capture.runtime.CellRoot;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Links functions of earlier cells with the classes that are declared now: a function is code, and
 * code can be copied; objects stay what they were made as. The lock of the graph must be held.
 */
final class Relinking {

  private static final Logger LOG = LoggerFactory.getLogger(Relinking.class);

  private final CellGraph graph;
  private final Generations generations;
  private final Definition definition;
  private final Map<String, byte[]> sources = new HashMap<>();
  private final Map<String, String> cells = new HashMap<>();
  private final Map<String, WeakReference<Class<?>>> copies = new ConcurrentHashMap<>();
  private int count;

  /** Copies live as long as the class that they are copies of. */
  private final ClassValue<Map<String, Linked>> known =
      new ClassValue<>() {
        @Override
        protected Map<String, Linked> computeValue(Class<?> type) {
          return new HashMap<>();
        }
      };

  /** Rewrites and files class files as those of any cell. */
  interface Definition {

    /** Gives the class files to define in place of those given, by binary name. */
    Map<String, byte[]> rewritten(Map<String, byte[]> files);

    /** Told of a class that has been defined. */
    void defined(Class<?> type);
  }

  /**
   * How a function is linked.
   *
   * @param root where the search for its variables begins
   * @param types the former classes that it was written with, by internal name, and the present
   * @param again see {@link org.decisionlab.kernel.capture.runtime.Carried#again()}
   * @param refusal why it must not run, or {@code null}
   */
  record Linked(
      CellRoot root,
      Map<String, String> types,
      Map<String, String> again,
      @Nullable String refusal) {}

  Relinking(CellGraph graph, Generations generations, Definition definition) {
    this.graph = graph;
    this.generations = generations;
    this.definition = definition;
  }

  /** A class is about to be rewritten. */
  void keep(String name, byte[] bytes, @Nullable String label) {
    if (!Generations.isDeclared(name)) {
      sources.put(name, bytes);
      if (label != null) {
        cells.put(name, label);
      }
    }
  }

  void remove(String name) {
    sources.remove(name);
    cells.remove(name);
    copies.remove(name.replace('/', '.'));
  }

  /** A copy that has been made, by binary name; needs no lock, since loaders of classes ask. */
  @Nullable Class<?> copy(String name) {
    WeakReference<Class<?>> found = copies.get(name);
    return found == null ? null : found.get();
  }

  /** Links a function with the present generation of the classes that it reaches. */
  Linked link(CellRoot root) {
    Map<String, String> former = generations.former(graph.reach(root.entry()).types());
    if (former.isEmpty()) {
      return new Linked(root, former, Map.of(), null);
    }
    Map<String, Linked> ofType = known.get(root.type());
    Linked linked = ofType.get(root.entry());
    if (linked == null || !linked.types().equals(former)) {
      linked = make(root, former);
      ofType.put(root.entry(), linked);
    }
    return linked;
  }

  private Linked make(CellRoot root, Map<String, String> former) {
    String owner = root.type().getName().replace('.', '/');
    try {
      if (root.entry().indexOf('.') < 0) {
        throw new ClassCopy.UnfitException(
            "it is an object, made of '" + Generations.display(root.entry()) + "' as it was then");
      }
      String name = owner + "$0" + ++count;
      ClassCopy copy = new ClassCopy(graph, generations, owner, name);
      Map<String, byte[]> files = definition.rewritten(copy.write(sources, root.entry()));
      Class<?> type = define(root.type().getClassLoader(), name.replace('/', '.'), files);
      Map<String, String> again = new HashMap<>();
      copy.makers()
          .forEach(
              (site, maker) ->
                  again.put(Again.key(root.type().getName(), site), type.getName() + "#" + maker));
      former.forEach((was, is) -> again.put(was.replace('/', '.'), is.replace('/', '.')));
      return new Linked(new CellRoot(type, copy.entry(root.entry())), former, again, null);
    } catch (LinkageError e) {
      return new Linked(
          root,
          former,
          Map.of(),
          refusal(owner, former.keySet(), "its code does not fit what is declared now"));
    } catch (ClassCopy.UnfitException e) {
      return new Linked(root, former, Map.of(), refusal(owner, former.keySet(), e.getMessage()));
    }
  }

  /** What is said of a function that uses former classes where it is not linked. */
  String refusalHere(CellRoot root, Set<String> former) {
    return refusal(
        root.type().getName().replace('.', '/'),
        former,
        "Spark calls it on the driver, where a function keeps the classes that it was written"
            + " with");
  }

  private String refusal(String owner, Set<String> former, @Nullable String reason) {
    String cell = cells.get(owner);
    return "'"
        + String.join("', '", former.stream().map(Generations::display).sorted().toList())
        + "' was declared anew after "
        + (cell == null ? "a function" : "the function of " + cell)
        + " was written, and it cannot follow: "
        + reason
        + (cell == null
            ? "; run again the cell that made the function, or the RDD or dataset with it"
            : "; run " + cell + " again");
  }

  private Class<?> define(ClassLoader parent, String name, Map<String, byte[]> files) {
    CopyLoader loader = new CopyLoader(parent, files);
    Class<?> made = loader.define(name);
    for (String each : files.keySet()) {
      Class<?> type = each.equals(name) ? made : loader.define(each);
      copies.put(each, new WeakReference<>(type));
      definition.defined(type);
      verify(type);
    }
    return made;
  }

  /**
   * Has the code of a class verified, without initializing it.
   *
   * @throws LinkageError if it does not fit the classes that it uses
   */
  private static void verify(Class<?> type) {
    int methods = type.getDeclaredMethods().length;
    LOG.debug("{} has {} methods that are valid", type, methods);
  }

  /** Defines a copy and what is nested in it; all else is that of the original. */
  private static final class CopyLoader extends ClassLoader {

    private final Map<String, byte[]> files;

    CopyLoader(ClassLoader parent, Map<String, byte[]> files) {
      super("cell again", parent);
      this.files = files;
    }

    Class<?> define(String name) {
      try {
        return loadClass(name);
      } catch (ClassNotFoundException e) {
        throw new IllegalStateException("a class that was just made is not there: " + name, e);
      }
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      byte[] bytes = files.get(name);
      if (bytes == null) {
        throw new ClassNotFoundException(name);
      }
      return defineClass(name, bytes, 0, bytes.length);
    }
  }
}
