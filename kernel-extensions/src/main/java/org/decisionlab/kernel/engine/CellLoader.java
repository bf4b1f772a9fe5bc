// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.engine;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds the classes of cells by name, and those of libraries that were added while running. Each
 * piece of a cell has a loader of its own ({@link PieceLoader}), so that it can be collected: this
 * one holds on to the current version of each declaration, and knows the others as long as
 * something refers to them.
 */
final class CellLoader extends URLClassLoader {

  private final Map<String, PieceLoader> current = new ConcurrentHashMap<>();
  private final Map<String, WeakReference<PieceLoader>> others = new ConcurrentHashMap<>();
  private final Map<String, String> versions = new HashMap<>();

  CellLoader(ClassLoader parent) {
    super("cells", new URL[0], parent);
  }

  /**
   * Makes a declaration known in place of its earlier version.
   *
   * @param piece its classes
   */
  synchronized void declare(PieceLoader piece) {
    String name = piece.wrapper();
    String before = versions.put(CellNames.declaration(name), name);
    if (before != null && !before.equals(name)) {
      PieceLoader replaced = current.remove(before);
      if (replaced != null) {
        others.put(before, new WeakReference<>(replaced));
      }
    }
    current.put(name, piece);
  }

  /** Holds on to a declaration no longer. */
  synchronized void forget(String wrapper) {
    PieceLoader piece = current.remove(wrapper);
    if (piece != null) {
      others.put(wrapper, new WeakReference<>(piece));
    }
  }

  /** Makes classes known that are held only by what they have made. */
  void lend(PieceLoader piece) {
    others.values().removeIf(each -> each.refersTo(null));
    others.put(piece.wrapper(), new WeakReference<>(piece));
  }

  /** The classes of a piece, or {@code null} if there is none of this name, or no more. */
  @Nullable PieceLoader piece(String wrapper) {
    PieceLoader found = current.get(wrapper);
    if (found == null) {
      WeakReference<PieceLoader> other = others.get(wrapper);
      found = other == null ? null : other.get();
    }
    return found;
  }

  /** The class files, as compiled, of some pieces and of all that their names lead to. */
  Map<String, byte[]> compiled(Set<String> wrappers) {
    Map<String, byte[]> classes = new LinkedHashMap<>();
    Map<String, PieceLoader> reached = new HashMap<>();
    Deque<String> open = new ArrayDeque<>(wrappers);
    while (!open.isEmpty()) {
      String wrapper = open.remove();
      PieceLoader piece = reached.containsKey(wrapper) ? null : piece(wrapper);
      if (piece != null) {
        reached.put(wrapper, piece);
        classes.putAll(piece.compiled());
        open.addAll(piece.mentioned());
      }
    }
    return classes;
  }

  void addPath(URL jarOrFolder) {
    addURL(jarOrFolder);
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    String wrapper = CellNames.wrapper(name);
    if (wrapper == null) {
      return super.findClass(name);
    }
    PieceLoader piece = piece(wrapper);
    if (piece == null) {
      throw new ClassNotFoundException(name);
    }
    return piece.loadClass(name);
  }

  @Override
  public @Nullable InputStream getResourceAsStream(String name) {
    if (name.endsWith(".class")) {
      String className = name.substring(0, name.length() - ".class".length()).replace('/', '.');
      String wrapper = CellNames.wrapper(className);
      PieceLoader piece = wrapper == null ? null : piece(wrapper);
      byte[] bytes = piece == null ? null : piece.bytes(className);
      if (bytes != null) {
        return new ByteArrayInputStream(bytes);
      }
    }
    return super.getResourceAsStream(name);
  }
}
